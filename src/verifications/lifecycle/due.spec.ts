import fc from 'fast-check';
import { addMilliseconds, epochMilliseconds, instant, type Instant } from '../../platform/clock.js';
import type { Observation, Retry } from '../../providers/observation.js';
import { isAsked, workAfter, type Worked, workOfUnasked } from './due.js';
import type { Happening } from './happening.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const now = instant('2026-11-22T09:30:00.000001Z');
const later = (ms: number): Instant => addMilliseconds(now, ms);

const pending: Worked = {
  id: '0199a3f1-1111-7222-8333-444455556666',
  status: 'pending',
  expiresAt: null,
  awaiting: null,
  round: 1,
  overridden: false,
  wordKey: null,
  windowEndsAt: later(100 * HOUR_MS),
  attempts: 1,
  ladderFrom: 0,
  startRefused: false,
  providerReference: null,
  leftOpen: false,
};

function heard(retry?: Retry, more: Partial<Extract<Happening, { kind: 'observation' }>> = {}): Happening {
  const observation: Observation = { outcome: 'pending', reason: null, observedAt: now, ...(retry ? { retry } : {}) };
  return { kind: 'observation', round: 1, provider: 'p', validityDays: null, observation, ...more };
}

const dueIn = (before: Worked, after: Worked, happening: Happening): number | null => {
  const { dueAt } = workAfter(before, after, happening, now);
  return dueAt === null ? null : epochMilliseconds(dueAt) - epochMilliseconds(now);
};

describe('the next work', () => {
  it.each([
    [1, MINUTE_MS],
    [2, 5 * MINUTE_MS],
    [3, 15 * MINUTE_MS],
    [4, HOUR_MS],
    [5, 6 * HOUR_MS],
    [50, 6 * HOUR_MS],
  ])('after question %i without a decision is asked in %i ms', (attempts, ms) => {
    const row = { ...pending, attempts };
    expect(dueIn(row, row, heard())).toBe(ms);
    expect(workAfter(row, row, heard(), now).attempts).toBe(attempts);
  });

  it.each<[string, Worked, number | null]>([
    ['while a person decides is the next question', { ...pending, awaiting: 'review' }, MINUTE_MS],
    ['while a person decides is no end of a window', { ...pending, awaiting: 'review', windowEndsAt: now }, MINUTE_MS],
    ['of a pass is its end', { ...pending, status: 'verified', expiresAt: later(7) }, 7],
    ['of a pass without end is none', { ...pending, status: 'verified' }, null],
    ['of a failure is none', { ...pending, status: 'failed' }, null],
    ['of what has expired is none', { ...pending, status: 'expired', expiresAt: now }, null],
    ['is the end of the window where that comes first', { ...pending, windowEndsAt: later(30_000) }, 30_000],
    ['of a pass in an open round is the next question', { ...pending, status: 'verified', round: 2 }, MINUTE_MS],
    [
      'of a pass in an open round is its end where that comes first',
      { ...pending, status: 'verified', round: 2, expiresAt: later(9) },
      9,
    ],
    [
      'of a pass whose round ended unanswered is its end',
      { ...pending, status: 'verified', round: 2, windowEndsAt: now, expiresAt: later(HOUR_MS) },
      HOUR_MS,
    ],
    [
      'of a pass whose round was overridden is its end',
      { ...pending, status: 'verified', round: 2, overridden: true, expiresAt: later(HOUR_MS) },
      HOUR_MS,
    ],
  ])('%s', (_, after, ms) => {
    expect(dueIn(pending, after, heard())).toBe(ms);
  });

  it('while a person decides is none where nobody can be asked', () => {
    expect(dueIn(pending, { ...pending, awaiting: 'review' }, heard(undefined, { askable: false }))).toBeNull();
    expect(dueIn(pending, pending, heard(undefined, { askable: false }))).toBe(MINUTE_MS);
  });

  it('follows a ladder that began later than the first claim', () => {
    const row = { ...pending, attempts: 9, ladderFrom: 7 };
    expect(dueIn(row, row, heard())).toBe(5 * MINUTE_MS);
    expect(workAfter(row, row, heard(), now)).toMatchObject({ attempts: 9, ladderFrom: 7 });
  });

  it('remembers that a start was refused until something else is heard', () => {
    const refused = workAfter(pending, pending, heard({ class: 'throttle' }, { startRefused: true }), now);
    expect(refused.startRefused).toBe(true);
    const row = { ...pending, startRefused: true };
    expect(workAfter(row, row, heard(), now).startRefused).toBe(false);
    expect(workAfter(row, row, { kind: 'clock' }, now).startRefused).toBe(true);
  });

  it('forgets no claim once there is a decision', () => {
    const row = { ...pending, attempts: 9 };
    expect(workAfter(row, { ...row, status: 'failed' }, heard(), now).attempts).toBe(9);
  });

  it('of a recheck is due at once, claimed once more, and the first of a new ladder', () => {
    const recheck: Happening = { kind: 'recheck', actorId: 'key:x', windowEndsAt: later(HOUR_MS) };
    const row = { ...pending, attempts: 7, ladderFrom: 2 };
    const work = workAfter(row, row, recheck, now);
    expect(work).toEqual({ dueAt: now, attempts: 8, ladderFrom: 7, startRefused: false, leftOpen: false });
    const asked = { ...row, ...work };
    expect(dueIn(asked, asked, heard())).toBe(MINUTE_MS);
  });
});

describe('a check that our side has closed', () => {
  const referred = { ...pending, providerReference: 'vendor-1', attempts: 9, ladderFrom: 2 };
  const failed = { ...referred, status: 'failed' as const };
  const closed = { ...failed, wordKey: '1|a decision' };
  const byPerson: Happening = {
    kind: 'override',
    verdict: { status: 'failed', reason: 'r', actorId: 'key:x', verifiedAt: null, expiresAt: null },
  };
  const decision = heard();
  const no = { outcome: 'failed', reason: 'document_fraud', observedAt: now } as const;
  const decided = { ...decision, observation: no } as Happening;
  const byPolicy = { ...decision, observation: { ...no, leavesOpen: true } } as Happening;
  const left = { dueAt: now, attempts: 9, ladderFrom: 9, startRefused: false, leftOpen: true };

  const waited: Worked = { ...referred, status: 'verified', round: 2, windowEndsAt: now };

  it.each<[string, readonly [before: Worked, after: Worked], Happening, boolean]>([
    ['by a person', [referred, failed], byPerson, true],
    ['by a person, after the waiting of a later round', [waited, { ...waited, status: 'failed' }], byPerson, true],
    ['with its pass, after the waiting', [waited, { ...waited, status: 'expired' }], { kind: 'clock' }, true],
    ['not, while its pass stands', [waited, waited], heard(), false],
    ['and was told of, and is asked about in vain', [failed, failed], heard({ class: 'outage' }), false],
    ['by the clock', [referred, { ...referred, status: 'expired' }], { kind: 'clock' }, true],
    ['by the clock, as the vendor said "not yet"', [referred, { ...referred, status: 'expired' }], heard(), true],
    ['and of which the vendor goes on to say "not yet"', [{ ...failed, leftOpen: true }, failed], heard(), true],
    ['before the vendor first spoke of it', [{ ...failed, providerReference: null }, failed], heard(), true],
    ['after the vendor had', [closed, { ...closed, status: 'verified' }], byPerson, false],
    ['when the vendor does', [referred, closed], decided, false],
    ['and the vendor meanwhile, too', [{ ...failed, leftOpen: true }, closed], decided, false],
    ['by the policy of its connection', [referred, closed], byPolicy, true],
    ['by that, and of which a person says more', [{ ...closed, leftOpen: true }, closed], byPerson, true],
    ['by that, and the vendor says "not yet"', [{ ...closed, leftOpen: true }, closed], heard(), true],
    ['by that, and is not heard', [{ ...closed, leftOpen: true }, closed], heard({ class: 'outage' }), true],
    ['by that, and by the vendor since', [{ ...closed, leftOpen: true }, closed], decided, false],
    ['by that, but late: its pass stands', [closed, { ...closed, status: 'verified' }], byPolicy, false],
    ['and the vendor never gave a reference', [pending, { ...pending, status: 'failed' }], byPerson, false],
    ['and that is asked about again', [{ ...failed, leftOpen: true }, referred], { kind: 'clock' }, false],
    ['and of which a person says more', [failed, { ...failed, status: 'expired' }], byPerson, false],
  ])('%s', (_name, [before, after], happening, isLeft) => {
    const work = workAfter(before, after, happening, now);
    expect(work.leftOpen).toBe(isLeft);
    if (isLeft) expect(work).toEqual(left);
  });
});

describe('the back-off', () => {
  it.each<[Retry, number]>([
    [{ class: 'throttle', afterMs: 90_000 }, 90_000],
    [{ class: 'throttle', afterMs: 5 * HOUR_MS }, HOUR_MS],
    [{ class: 'throttle', afterMs: 0 }, 1_000],
    [{ class: 'quota', afterMs: 8 * HOUR_MS }, 8 * HOUR_MS],
    [{ class: 'quota', afterMs: 99 * HOUR_MS }, 24 * HOUR_MS],
  ])('of %o is %i ms', (retry, ms) => {
    expect(dueIn(pending, pending, heard(retry))).toBe(ms);
  });

  it.each<[Retry['class'], number, number]>([
    ['throttle', MINUTE_MS, 15 * MINUTE_MS],
    ['outage', 5 * MINUTE_MS, HOUR_MS],
    ['timeout', 15_000, 15 * MINUTE_MS],
  ])('of the class %s grows from %i ms to %i ms, any part of it', (name, firstMs, mostMs) => {
    const delays = (attempts: number): number[] =>
      Array.from({ length: 300 }, (_, index) => {
        const row = { ...pending, attempts, id: `row ${String(index)}` };
        return dueIn(row, row, heard({ class: name })) ?? -1;
      });
    const [first, last] = [delays(1), delays(40)];
    expect(Math.min(...first)).toBeGreaterThanOrEqual(1_000);
    expect(Math.max(...first)).toBeLessThanOrEqual(firstMs);
    expect(Math.max(...first)).toBeGreaterThan(firstMs * 0.9);
    expect(Math.max(...last)).toBeLessThanOrEqual(mostMs);
    expect(Math.max(...last)).toBeGreaterThan(mostMs * 0.9);
    expect(new Set(last).size).toBeGreaterThan(250);
  });

  it.each(['quota', 'operator'] as const)('of the class %s is six hours and up to a tenth more', (name) => {
    const delays = Array.from({ length: 300 }, (_, index) => {
      const row = { ...pending, id: `row ${String(index)}` };
      return dueIn(row, row, heard({ class: name })) ?? -1;
    });
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(6 * HOUR_MS);
    expect(Math.max(...delays)).toBeLessThanOrEqual(6.6 * HOUR_MS);
    expect(new Set(delays).size).toBeGreaterThan(250);
  });

  it('is the same for everybody who asks, and never in the past', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.string(), (attempts, id) => {
        const row = { ...pending, attempts, id };
        const due = workAfter(row, row, heard({ class: 'timeout' }), now);
        expect(workAfter(row, row, heard({ class: 'timeout' }), now)).toEqual(due);
        expect(due.dueAt !== null && due.dueAt > now).toBe(true);
      }),
    );
  });
});

describe('a provider is asked', () => {
  it.each<[string, Worked, boolean]>([
    ['about a pending check', pending, true],
    ['about a pending check that waits for the customer', { ...pending, awaiting: 'customer' }, true],
    ['about one that waits for a person: its callback may be lost', { ...pending, awaiting: 'review' }, true],
    ['never about a pass of the first round', { ...pending, status: 'verified' }, false],
    ['never about a decided round', { ...pending, status: 'verified', round: 2, wordKey: '1|x' }, false],
    ['about an undecided round', { ...pending, status: 'verified', round: 2, wordKey: '0|x' }, true],
    ['never about a failure', { ...pending, status: 'failed', round: 2 }, false],
  ])('%s', (_, row, asked) => {
    expect(isAsked(row, now)).toBe(asked);
  });
});

describe('the work of a row that nobody is asked about', () => {
  it.each<[Worked['status'], Instant | null]>([
    ['verified', later(7)],
    ['verified', null],
    ['failed', null],
    ['expired', null],
    ['pending', null],
  ])('%s is the end of its pass alone: %s', (status, dueAt) => {
    const expiresAt = status === 'verified' ? dueAt : later(7);
    expect(workOfUnasked({ ...pending, status, expiresAt, attempts: 9, ladderFrom: 4, startRefused: true })).toEqual({
      ...{ dueAt, attempts: 9, ladderFrom: 4, startRefused: false, leftOpen: false },
    });
  });
});
