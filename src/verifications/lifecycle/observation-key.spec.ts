import { instant } from '../../platform/clock.js';
import type { Observation } from '../../providers/observation.js';
import { observationKey, roundedKey, saysTheSame } from './observation-key.js';

const early = instant('2026-11-22T09:30:00.000001Z');
const late = instant('2026-11-22T09:30:00.000002Z');
const base: Observation = { outcome: 'verified', reason: 'identity_verified', observedAt: early };

describe('the key of an observation', () => {
  it.each<[string, Partial<Observation>, Partial<Observation>]>([
    ['any decision is above pending', { outcome: 'pending', observedAt: late, providerSequence: 9 }, {}],
    ['a later time is above an earlier one', { outcome: 'failed' }, { observedAt: late }],
    ["the provider's time counts before ours", { observedAt: late, providerTime: early }, { observedAt: late }],
    ['the sequence counts where times are equal', { outcome: 'failed', providerSequence: 2 }, { providerSequence: 10 }],
    ['a missing sequence is the least', {}, { providerSequence: 1 }],
    ['expired is above verified', {}, { outcome: 'expired' }],
    ['failed is above expired', { outcome: 'expired' }, { outcome: 'failed' }],
  ])('%s', (_, lesser, greater) => {
    expect(observationKey({ ...base, ...lesser }) < observationKey({ ...base, ...greater })).toBe(true);
  });

  it('is one for one word, whenever it is heard and whatever else came along', () => {
    const word = { ...base, providerTime: early, payload: { a: 1, b: 2 } };
    const again: Observation = {
      ...{ ...word, payload: { b: 2, a: 1 }, observedAt: late, providerSequence: 0, answer: 'x' },
      ...{
        retry: { class: 'outage' },
        customerAction: { type: 'redirect', url: 'https://x.example', expiresAt: null },
      },
    };
    expect(observationKey(again)).toBe(observationKey(word));
  });

  it('takes a time that is still to come for the one at which it was heard', () => {
    expect(observationKey({ ...base, providerTime: late })).toBe(observationKey(base));
  });

  it.each<Partial<Observation>>([
    { reason: 'age_met' },
    { reference: 'r' },
    { providerCode: 'c' },
    { expiresAt: late },
    { payload: {} },
    { payload: { a: 1 } },
  ])('differs where only %j is said', (said) => {
    expect(observationKey({ ...base, ...said })).not.toBe(observationKey(base));
  });

  it('counts a later round before anything else', () => {
    expect(roundedKey(2, observationKey({ ...base, outcome: 'failed', observedAt: late })) < roundedKey(10, '')).toBe(
      true,
    );
  });

  it('tells the same words at another time from other words', () => {
    const key = observationKey(base);
    expect(saysTheSame(key, { ...base, observedAt: late, answer: 'x' })).toBe(true);
    expect(saysTheSame(key, { ...base, payload: { a: 1 } })).toBe(false);
    expect(saysTheSame(null, base)).toBe(false);
  });
});
