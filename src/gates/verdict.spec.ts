import type { Observation } from '../providers/observation.js';
import { awayReason, throttleOf, verdictOn } from './verdict.js';

const rows: [Observation['reason'], Observation['retry'] | null, string][] = [
  ['register_active', null, 'answer'],
  [null, null, 'answer'],
  ['provider_throttled', { class: 'throttle', afterMs: 5 }, 'answer'],
  ['provider_quota_exhausted', { class: 'quota' }, 'answer'],
  ['provider_auth_failed', { class: 'operator' }, 'answer'],
  ['provider_unavailable', { class: 'outage' }, 'fault'],
  ['member_state_unavailable', { class: 'outage' }, 'fault'],
  ['provider_response_unrecognised', { class: 'outage' }, 'fault'],
  ['provider_timeout', { class: 'timeout' }, 'fault'],
  ['adapter_fault', { class: 'outage' }, 'nothing'],
  ['adapter_fault', { class: 'operator' }, 'nothing'],
];

describe('an answer', () => {
  it.each(rows)('of %s with %j says of the vendor: %s', (reason, retry, verdict) => {
    expect(verdictOn(retry ? { reason, retry } : { reason })).toBe(verdict);
  });

  it('shuts a gate only where the vendor says for how long', () => {
    expect(throttleOf({ reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 5 } })).toBe(5);
    expect(throttleOf({ reason: 'provider_throttled', retry: { class: 'throttle' } })).toBeNull();
    expect(throttleOf({ reason: 'provider_unavailable', retry: { class: 'outage', afterMs: 5 } })).toBeNull();
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
