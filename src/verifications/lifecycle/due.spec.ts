import { addMilliseconds, instant, type Instant } from '../../platform/clock.js';
import type { Retry } from '../../providers/observation.js';
import { dueAfter } from './due.js';
import type { Status } from './lifecycle.js';
import { initialState, type State } from './state.js';

const now = instant('2026-11-22T09:30:00.000001Z');
const later = (ms: number): Instant => addMilliseconds(now, ms);
const HOUR_MS = 3_600_000;

const pending = initialState('key:x', later(10 * HOUR_MS));
const standing = (status: Status, expiresAt: Instant | null): State => ({
  ...pending,
  verdict: { ...pending.verdict, status, expiresAt },
});

describe('the next work', () => {
  it.each<[string, State, Retry | undefined, Instant | null]>([
    ['of a pending check is the next question', pending, undefined, later(60_000)],
    ["is due when the provider's own wait is over", pending, { class: 'throttle', afterMs: 5 }, later(5)],
    ['after a time-out comes soon', pending, { class: 'timeout' }, later(15_000)],
    ['after an outage comes later', pending, { class: 'outage' }, later(300_000)],
    [
      'is the end of the window where that comes first',
      pending,
      { class: 'quota', afterMs: 20 * HOUR_MS },
      later(10 * HOUR_MS),
    ],
    ['is none while a person decides', { ...pending, awaiting: 'review' }, undefined, null],
    ['of a pass is its end', standing('verified', later(7)), undefined, later(7)],
    ['of a pass without end is none', standing('verified', null), undefined, null],
    ['of a failure is none', standing('failed', null), undefined, null],
    ['of what has expired is none', standing('expired', now), undefined, null],
  ])('%s', (_, state, retry, due) => {
    expect(dueAfter(state, now, retry)).toBe(due);
  });
});
