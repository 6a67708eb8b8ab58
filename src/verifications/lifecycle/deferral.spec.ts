import { addMilliseconds, instant } from '../../platform/clock.js';
import { dueAfterDeferral, workAfter, type Worked } from './due.js';
import type { Happening } from './happening.js';
import { reduce } from './reducer.js';
import { initialState, type State } from './state.js';

const now = instant('2026-11-22T09:30:00.000001Z');
const until = addMilliseconds(now, 30_000);
const fresh = initialState('key:creator', addMilliseconds(now, 3_600_000));
const deferral = (change: Partial<Extract<Happening, { kind: 'deferral' }>> = {}): Happening => ({
  ...{ kind: 'deferral', round: 1, reason: 'provider_unavailable', until, unsent: false },
  ...change,
});
const because = (state: State, reason: string | null): State => ({ ...state, verdict: { ...state.verdict, reason } });
const verified: State = {
  ...fresh,
  round: 2,
  verdict: { ...fresh.verdict, status: 'verified', reason: 'register_active', verifiedAt: now },
};

describe('a question that was put off', () => {
  it('gives its reason to what waits without one, and changes nothing else', () => {
    expect(reduce(fresh, deferral(), now)).toEqual({ kind: 'applied', state: because(fresh, 'provider_unavailable') });
  });

  it.each<[string, State, Happening]>([
    ['what waits for a reason of its own', because(fresh, 'awaiting_customer'), deferral()],
    ['what it has told before', because(fresh, 'provider_unavailable'), deferral({ reason: 'provider_throttled' })],
    ['a pass', verified, deferral({ round: 2 })],
    ['a later round', { ...fresh, round: 2 }, deferral()],
  ])('leaves %s as it is', (_name, state, happening) => {
    expect(reduce(state, happening, now)).toEqual({ kind: 'repeated', state });
  });

  it('does not keep a window open', () => {
    const over = { ...fresh, windowEndsAt: now };
    expect(reduce(over, deferral(), now)).toMatchObject({
      state: { verdict: { status: 'expired', reason: 'pending_window_elapsed' } },
    });
  });
});

describe('our own word about a check of which nobody was asked', () => {
  const observation = { outcome: 'pending', reason: 'start_outcome_unknown', observedAt: until } as const;
  const word = {
    kind: 'observation',
    round: 1,
    provider: 'acme',
    observation,
    validityDays: null,
    told: false,
  } as const;
  const waits: State = { ...because(fresh, 'network_error'), lastCheckedAt: now };

  it('gives its reason, and is no news of the provider', () => {
    const { kind, state } = reduce(waits, word, until) as { kind: string; state: State };
    expect(kind).toBe('applied');
    expect([state.verdict.reason, state.lastCheckedAt]).toEqual(['start_outcome_unknown', now]);
    expect(reduce(state, word, until)).toEqual({ kind: 'repeated', state });
    const heard = reduce(waits, { ...word, told: true }, until) as { state: State };
    expect(heard.state.lastCheckedAt).toBe(until);
  });
});

describe('the work after a question that was put off', () => {
  const row: Worked = {
    ...{ id: '0199a3f1-1111-7222-8333-444455556666', status: 'pending', expiresAt: null, awaiting: null, round: 1 },
    ...{ overridden: false, wordKey: null, windowEndsAt: fresh.windowEndsAt, attempts: 4, ladderFrom: 1 },
    ...{ startRefused: false, providerReference: null, leftOpen: false },
  };

  it('is due when the gate says, and no step further up the ladder', () => {
    expect(workAfter(row, row, deferral(), now)).toEqual({
      ...{ dueAt: until, attempts: 4, ladderFrom: 2, startRefused: false, leftOpen: false },
    });
  });

  it.each([
    [false, false, false],
    [true, false, true],
    [false, true, true],
  ])('knows that no start was sent: it was the first %s, known before %s', (unsent, startRefused, known) => {
    const before = { ...row, startRefused };
    expect(workAfter(before, before, deferral({ unsent }), now).startRefused).toBe(known);
  });

  it.each<[string, Partial<Worked>, string | null]>([
    ['the end of the window where that comes first', { windowEndsAt: now }, now],
    ['the gate’s time in a review, which has no such end', { windowEndsAt: now, awaiting: 'review' }, until],
    ['the end of a pass that nobody is asked about', { status: 'verified', expiresAt: now }, now],
    ['nothing for a failure', { status: 'failed' }, null],
    ['the gate’s time for a failure that its vendor is to hear of', { status: 'failed', leftOpen: true }, until],
    [
      'the end of a pass where that comes before its vendor can hear of it',
      { status: 'verified', overridden: true, expiresAt: now, leftOpen: true },
      now,
    ],
  ])('is due at %s', (_name, change, dueAt) => {
    expect(dueAfterDeferral({ ...row, ...change }, until, addMilliseconds(now, -1))).toBe(dueAt);
  });
});
