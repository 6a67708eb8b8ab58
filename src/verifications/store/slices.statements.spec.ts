import fc from 'fast-check';
import { instantOfEpoch } from '../../platform/clock.js';
import { STATUSES } from '../lifecycle/lifecycle.js';
import { workAfter } from '../lifecycle/due.js';
import { reduce } from '../lifecycle/reducer.js';
import type { State, Verdict } from '../lifecycle/state.js';
import { applySlice, CHANGES } from './slices.statements.js';
import { Verification } from './verification.entity.js';
import { stateOf, withState } from './verification.row.js';

const times = fc.integer({ min: 0, max: 40 }).map((hours) => instantOfEpoch(hours * 3_600_000));
const key = fc.constantFrom(null, '0|a', '1|b');

const verdicts: fc.Arbitrary<Verdict> = fc
  .record({
    status: fc.constantFrom(...STATUSES),
    reason: fc.constantFrom(null, 'provider_processing', 'start_outcome_unknown'),
    actorId: fc.constantFrom('key:a', 'provider:b'),
    verifiedAt: fc.option(times),
    expiresAt: fc.option(times),
  })
  .map((verdict) => (verdict.status === 'pending' ? { ...verdict, verifiedAt: null, expiresAt: null } : verdict));

const states: fc.Arbitrary<State> = fc.record({
  verdict: verdicts,
  providerReference: fc.constantFrom(null, 'vendor-1'),
  resultPayload: fc.constantFrom(null, '{"a":1}'),
  lastCheckedAt: fc.option(times),
  awaiting: fc.constantFrom(null, 'customer', 'provider', 'review'),
  awaitingKey: key,
  round: fc.integer({ min: 1, max: 3 }),
  overridden: fc.boolean(),
  wordKey: key,
  referenceKey: key,
  // No round begins while the one before waits.
  began: fc.option(verdicts.filter(({ status }) => status !== 'pending')),
  passedAt: fc.option(times),
  windowEndsAt: times,
});

const rows: fc.Arbitrary<Verification> = fc
  .tuple(
    states,
    fc.option(times),
    fc.nat(9),
    fc.nat(9),
    fc.record({ startRefused: fc.boolean(), leftOpen: fc.boolean() }),
  )
  .map(([state, dueAt, attempts, ladderFrom, flags]) =>
    withState(Object.assign(new Verification(), { id: 'x', dueAt, attempts, ladderFrom, ...flags }), state),
  );

/** What the SQL condition says, in words of the entity. */
function isEndedByTime({ status, awaiting, dueAt, expiresAt, windowEndsAt }: Verification): boolean {
  const end = status === 'verified' ? expiresAt : status === 'pending' ? windowEndsAt : null;
  return awaiting !== 'review' && dueAt !== null && end !== null && dueAt >= end;
}

/** Every row of a slice at a time when it is due, and what the clock makes of it. */
function ofSlices(judge: (before: Verification, after: Verification) => void): void {
  const law = fc.property(rows, times, (before, now) => {
    fc.pre(isEndedByTime(before) && (before.dueAt ?? '') <= now);
    const reduction = reduce(stateOf(before), { kind: 'clock' }, now);
    if (reduction.kind === 'refused') throw new Error('the clock is never refused');
    const after = withState(before, reduction.state);
    judge(before, Object.assign(after, workAfter(before, after, { kind: 'clock' }, now)));
  });
  fc.assert(law, { numRuns: 500 });
}

describe('a slice', () => {
  it('has no row that time leaves as it is: none is found again and again', () => {
    ofSlices((before, after) => {
      expect(after.status === before.status && after.actorId === before.actorId).toBe(false);
      expect(isEndedByTime(after) && (after.dueAt ?? '') <= (before.dueAt ?? '')).toBe(false);
    });
  });

  it('writes all that time changes of its rows', () => {
    const written = new Set(CHANGES.map(([name]) => name as string));
    ofSlices((before, after) => {
      const changed = Object.keys(after).filter((name) => {
        const [was, is] = [before, after].map((row) => JSON.stringify(row[name as keyof Verification]));
        return was !== is;
      });
      const columns = changed.map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
      expect(columns.filter((name) => !written.has(name))).toEqual([]);
    });
  });

  it('is written by one statement with a parameter for each column', () => {
    const { text } = applySlice('organization_id = $1 and livemode = $2');
    const parameters = new Set(text.match(/\$\d+/g));
    expect(parameters.size).toBe(2 + 2 + CHANGES.length + 5);
  });
});
