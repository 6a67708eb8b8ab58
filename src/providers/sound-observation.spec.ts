import { addMilliseconds, instant } from '../platform/clock.js';
import type { Observation } from './observation.js';
import { soundObservation } from './sound-observation.js';

const now = instant('2026-11-22T09:30:00.000001Z');
const good: Observation = {
  outcome: 'verified',
  reason: 'identity_verified',
  observedAt: now,
  providerTime: now,
  providerSequence: 3,
  reference: 'ref-1',
  providerCode: 'OK',
  expiresAt: addMilliseconds(now, 1),
  payload: { nested: { list: [1, 'two', null, true] } },
  answer: { raw: 'x' },
};

const nested = (depth: number): Observation['payload'] =>
  depth === 0 ? {} : { deeper: nested(depth - 1) as Record<string, never> };

describe('a sound observation', () => {
  it('stays as it is', () => {
    expect(soundObservation(good, now)).toBe(good);
  });

  it('is never from the future', () => {
    const early = addMilliseconds(now, -5);
    expect(soundObservation(good, early)).toEqual({ ...good, observedAt: early });
  });
});

describe('an observation that cannot be stored or ordered', () => {
  it.each<[string, object]>([
    ['an unknown outcome', { outcome: 'approved' }],
    ['an unknown reason', { reason: 'because' }],
    ['a decision without a reason', { reason: null }],
    ['a pending one with the reason of a decision', { outcome: 'pending' }],
    ['a NUL in the reference', { reference: 'a\0b' }],
    ['half a surrogate pair in the reference', { reference: 'a\ud800' }],
    ['an empty reference', { reference: '' }],
    ['an endless reference', { reference: 'r'.repeat(256) }],
    ['a reference that is a number', { reference: 7 }],
    ['a NUL in the vendor code', { providerCode: '\0' }],
    ['a time of another form', { providerTime: '2026-11-22' }],
    ['an impossible time', { providerTime: '2026-13-45T99:99:99.000000Z' }],
    ['a day that is not in the calendar', { expiresAt: '2027-02-29T00:00:00.000000Z' }],
    ['an end of another form', { expiresAt: 'tomorrow' }],
    ['a negative sequence', { providerSequence: -1 }],
    ['half a sequence', { providerSequence: 0.5 }],
    ['a NUL in the payload', { payload: { a: ['\0'] } }],
    ['a NUL in a name of the payload', { payload: { 'a\0': 1 } }],
    ['a payload that is no JSON', { payload: { a: Number.NaN } }],
    ['an undefined member of the payload', { payload: { a: undefined } }],
    ['a bottomless payload', { payload: nested(17) }],
    ['a huge payload', { payload: { a: 'x'.repeat(70_000) } }],
  ])('with %s is pending, and its answer is kept', (_, change) => {
    expect(soundObservation({ ...good, ...change }, now)).toEqual({
      outcome: 'pending',
      reason: 'provider_response_unrecognised',
      observedAt: now,
      answer: good.answer,
      retry: { class: 'outage', of: 'check' },
    });
  });
});
