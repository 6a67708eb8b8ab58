import { addMilliseconds, instant, type Instant } from '../../platform/clock.js';
import type { Observation } from '../../providers/observation.js';
import type { Happening } from './happening.js';
import { reduce } from './reducer.js';
import { initialState, type State } from './state.js';

const day = (days: number): Instant => addMilliseconds(instant('2026-01-01T08:00:00.000000Z'), days * 86_400_000);

/** What a look finds that day, at a vendor whose old answer is read again. */
const look = (days: number, said: Partial<Observation>, round = 1): Happening => ({
  ...{ kind: 'observation', round, provider: 'acme', validityDays: 365, rereads: true },
  observation: { outcome: 'verified', reason: 'identity_verified', observedAt: day(days), ...said },
});
const approved = (days: number, round = 1, more: Partial<Observation> = {}): Happening => look(days, more, round);
const denied = (days: number, round = 1): Happening =>
  look(days, { outcome: 'failed', reason: 'document_fraud' }, round);
const override = (status: 'verified' | 'failed', days: number, end: Instant | null = null): Happening => ({
  kind: 'override',
  verdict: {
    status,
    reason: 'Seen.',
    actorId: 'key:admin',
    verifiedAt: status === 'verified' ? day(days) : null,
    expiresAt: end,
  },
});
const recheck = (days: number): Happening => ({ kind: 'recheck', actorId: 'key:a', windowEndsAt: day(days + 3) });

type Step = readonly [days: number, happening: Happening];

function after(...steps: readonly Step[]): State {
  return steps.reduce(
    (state, [days, happening]) => {
      const reduction = reduce(state, happening, day(days));
      if (reduction.kind === 'refused') throw new Error(`refused from ${reduction.from}`);
      return reduction.state;
    },
    initialState('key:creator', day(3)),
  );
}

describe('an approval of which the vendor tells no time', () => {
  it.each<[string, readonly Step[], [status: string, verifiedAt: Instant | null, expiresAt: Instant | null]]>([
    ['is of the day of the look', [[1, approved(1)]], ['verified', day(1), day(366)]],
    [
      'read again is as old as it was',
      [
        [1, approved(1)],
        [9, approved(9)],
      ],
      ['verified', day(1), day(366)],
    ],
    [
      'read again at a recheck is as old as it was',
      [
        [1, approved(1)],
        [9, recheck(9)],
        [9, approved(9, 2)],
      ],
      ['verified', day(1), day(366)],
    ],
    [
      'read again after its end has outlived it',
      [
        [1, approved(1)],
        [400, recheck(400)],
        [400, approved(400, 2)],
      ],
      ['expired', day(1), day(366)],
    ],
    [
      'that was taken back in between is a new one',
      [
        [1, approved(1)],
        [5, denied(5)],
        [9, approved(9)],
      ],
      ['verified', day(9), day(374)],
    ],
    [
      'is none of a person’s: the pass that somebody gave lends it no day',
      [
        [0, denied(0)],
        [1, override('verified', 1, day(31))],
        [40, recheck(40)],
        [40, approved(40, 2)],
      ],
      ['verified', day(40), day(405)],
    ],
    [
      'is as old as it was also where a person has said no in between',
      [
        [1, approved(1)],
        [100, override('failed', 100)],
        [200, recheck(200)],
        [200, approved(200, 2)],
      ],
      ['verified', day(1), day(366)],
    ],
    [
      'heard under an override is as old as that when it counts again',
      [
        [0, denied(0)],
        [1, override('verified', 1, day(31))],
        [20, approved(20)],
        [40, recheck(40)],
        [40, approved(40, 2)],
      ],
      ['verified', day(20), day(385)],
    ],
    [
      'keeps its day over a recheck that nobody answers',
      [
        [1, approved(1)],
        [100, override('failed', 100)],
        [200, recheck(200)],
        [210, recheck(210)],
        [210, approved(210, 3)],
      ],
      ['verified', day(1), day(366)],
    ],
  ])('%s', (_name, steps, [status, verifiedAt, expiresAt]) => {
    expect(after(...steps).verdict).toMatchObject({ status, verifiedAt, expiresAt });
  });

  it('says what is true now, however old it is', () => {
    const words = Array.from({ length: 20 }, (_, count) => approved(2 + count, 1, { payload: { risks: count } }));
    const steps = [approved(1), ...words].map((word, index): Step => [1 + index, word]);
    expect(after(...steps)).toMatchObject({ resultPayload: '{"risks":19}', lastCheckedAt: day(21) });
  });

  it('counts by its own time where the vendor tells one, and as new where the check was run afresh', () => {
    const told = after([1, approved(1)], [9, approved(9, 1, { providerTime: day(5) })]);
    expect(told.verdict.verifiedAt).toBe(day(5));
    const afresh = { ...approved(9), rereads: false } as Happening;
    expect(after([1, approved(1)], [9, afresh]).verdict.verifiedAt).toBe(day(9));
  });
});
