import type { Observation } from '../providers/observation.js';
import { awayReason, type Said, saidOfPartition, saidOfWhole, throttleOf, verdictOn } from './verdict.js';

const rows: [Observation['reason'], Observation['retry'] | null, string][] = [
  ['register_active', null, 'answer'],
  [null, null, 'answer'],
  ['provider_throttled', { class: 'throttle', afterMs: 5 }, 'answer'],
  ['provider_quota_exhausted', { class: 'quota' }, 'answer'],
  ['provider_auth_failed', { class: 'operator' }, 'answer'],
  ['provider_unavailable', { class: 'outage' }, 'fault'],
  ['member_state_unavailable', { class: 'outage' }, 'fault'],
  ['provider_response_unrecognised', { class: 'outage' }, 'fault'],
  ['provider_response_unrecognised', { class: 'outage', of: 'check' }, 'answer'],
  ['provider_response_mismatch', { class: 'outage', of: 'check' }, 'answer'],
  ['provider_timeout', { class: 'timeout' }, 'fault'],
  ['adapter_fault', { class: 'outage' }, 'nothing'],
  ['adapter_fault', { class: 'operator' }, 'nothing'],
];

describe('an answer', () => {
  it.each(rows)('of %s with %j says of the vendor: %s', (reason, retry, verdict) => {
    expect(verdictOn(retry ? { reason, retry } : { reason })).toBe(verdict);
  });

  it('shuts a gate for as long as the vendor says, or for a while where it does not', () => {
    expect(throttleOf({ reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 5 } })).toBe(5);
    expect(throttleOf({ reason: 'provider_throttled', retry: { class: 'throttle' } })).toBe('unsaid');
    expect(throttleOf({ reason: 'provider_quota_exhausted', retry: { class: 'quota', afterMs: 5 } })).toBeNull();
    expect(throttleOf({ reason: 'provider_unavailable', retry: { class: 'outage', afterMs: 5 } })).toBeNull();
  });
});

describe('what an answer says', () => {
  it.each<[string, Said, ReturnType<typeof verdictOn>, ReturnType<typeof verdictOn>]>([
    ['an answer', { reason: 'register_active' }, 'answer', 'answer'],
    ['a throttle', { reason: 'provider_throttled', retry: { class: 'throttle' } }, 'answer', 'answer'],
    [
      'a fault of the partition',
      { reason: 'member_state_unavailable', retry: { class: 'outage' } },
      'fault',
      'nothing',
    ],
    [
      'a fault of all',
      { reason: 'provider_unavailable', retry: { class: 'outage', of: 'provider' } },
      'nothing',
      'fault',
    ],
    [
      'a throttle of all',
      { reason: 'provider_throttled', retry: { class: 'throttle', of: 'provider' } },
      'nothing',
      'answer',
    ],
    [
      'an answer that can’t be read',
      { reason: 'provider_response_mismatch', retry: { class: 'outage', of: 'check' } },
      'answer',
      'answer',
    ],
    ['our own fault', { reason: 'adapter_fault', retry: { class: 'outage' } }, 'nothing', 'nothing'],
  ])('by %s of the partition and of the vendor', (_name, answer, ofPartition, ofWhole) => {
    expect([verdictOn(saidOfPartition(answer)), verdictOn(saidOfWhole(answer))]).toEqual([ofPartition, ofWhole]);
  });

  it('by a throttle shuts one gate, never both', () => {
    const [own, all]: Said[] = [
      { reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 5 } },
      { reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 5, of: 'provider' } },
    ];
    expect(
      [own, all].map((said) => said && [throttleOf(saidOfPartition(said)), throttleOf(saidOfWhole(said))]),
    ).toEqual([
      [5, null],
      [null, 5],
    ]);
  });
});

describe('the reason of a check that waits for a circuit', () => {
  it.each([
    ['member_state_unavailable', 'member_state_unavailable'],
    ['provider_busy', 'provider_busy'],
    ['provider_timeout', 'provider_unavailable'],
    ['provider_response_unrecognised', 'provider_unavailable'],
    ['no reason of ours', 'provider_unavailable'],
    [null, 'provider_unavailable'],
  ])('after %s is %s', (last, shown) => {
    expect(awayReason(last)).toBe(shown);
  });
});
