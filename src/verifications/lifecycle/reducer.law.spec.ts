import fc from 'fast-check';
import { addMilliseconds, instant, type Instant } from '../../platform/clock.js';
import { canonicalJson } from '../../platform/json.js';
import type { Observation } from '../../providers/observation.js';
import { type Cause, type Status, TRANSITIONS } from './lifecycle.js';
import type { Happening } from './happening.js';
import { reduce } from './reducer.js';
import { initialState, type State, type Verdict } from './state.js';

const HOUR_MS = 3_600_000;
const at = (hour: number): Instant => addMilliseconds(instant('2026-03-01T00:00:00.000001Z'), hour * HOUR_MS);

const RECHECK_AT = 40;
const END = 100;
const VALIDITY_DAYS = 2;

// What the law says, written down without looking at how the reducer does it.

const RANKS = ['verified', 'expired', 'failed'];

function decisionTime({ providerTime, observedAt }: Observation): string {
  return providerTime !== undefined && providerTime < observedAt ? providerTime : observedAt;
}

/** Negative, positive, or 0 where only a digest could tell them apart. */
function compare(one: Observation, other: Observation): number {
  const places: ((observation: Observation) => string | number)[] = [
    ({ outcome }) => (outcome === 'pending' ? 0 : 1),
    decisionTime,
    ({ providerSequence }) => providerSequence ?? 0,
    ({ outcome }) => RANKS.indexOf(outcome),
  ];
  for (const place of places) {
    const [left, right] = [place(one), place(other)];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

function greatest(observations: readonly Observation[]): Observation[] {
  return observations.filter((candidate) => observations.every((other) => compare(candidate, other) >= 0));
}

interface Facts {
  readonly word: Observation | undefined;
  /** The greatest that is about whose move it is: no fault. */
  readonly move: Observation | undefined;
  readonly override: Verdict | undefined;
  /** Who asked for this round. */
  readonly actorId: string;
  readonly began: Verdict | null;
  readonly payloadBefore: string | null;
  readonly windowEnds: number;
}

function verdictOfWord(word: Observation): Verdict {
  const { outcome: status, reason, expiresAt } = word;
  const nobody = { status, reason, actorId: 'provider:acme', verifiedAt: null, expiresAt: null };
  if (status !== 'verified') return nobody;
  const verifiedAt = decisionTime(word) as Instant;
  const byPolicy = addMilliseconds(verifiedAt, VALIDITY_DAYS * 24 * HOUR_MS);
  return { ...nobody, verifiedAt, expiresAt: expiresAt !== undefined && expiresAt < byPolicy ? expiresAt : byPolicy };
}

/** f(round, override, word, now): the fields that the contract shows, but for reference and last check. */
function lawful({ word, move, override, actorId, began, payloadBefore, windowEnds }: Facts, now: number): object {
  const pending: Verdict = {
    ...{ status: 'pending', actorId, verifiedAt: null, expiresAt: null },
    reason: word?.reason ?? null,
  };
  const standing =
    override ??
    (word && word.outcome !== 'pending' ? verdictOfWord(word) : began?.status === 'verified' ? began : pending);
  const gone = { reason: 'pass_outlived', actorId: 'system:expiry', status: 'expired' };
  const unanswered = began ?? { ...pending, ...gone, reason: 'pending_window_elapsed' };
  const outlived = standing.status === 'verified' && standing.expiresAt !== null && standing.expiresAt <= at(now);
  const over = standing.status === 'pending' && windowEnds <= now && move?.awaiting !== 'review';
  const heard = word !== undefined && (word.outcome !== 'pending' || began === null);
  return {
    verdict: outlived ? { ...standing, ...gone } : over ? unanswered : standing,
    resultPayload: heard ? (word.payload === undefined ? null : canonicalJson(word.payload)) : payloadBefore,
  };
}

interface Step {
  readonly at: number;
  readonly happening: Happening;
}

interface Run {
  readonly state: State;
  /** What counted in the round under way. */
  readonly facts: Omit<Facts, 'word' | 'move'> & { readonly told: Observation[] };
  /** The same at the moment of the recheck, and the state that it opened; undefined where none was possible. */
  readonly before: { readonly facts: Run['facts']; readonly opened: State } | undefined;
  /** By round, whatever counted. */
  readonly all: Map<number, Observation[]>;
}

function run(steps: readonly Step[], windows: readonly [number, number]): Run {
  let state = initialState('key:creator', at(windows[0]));
  const blank = { override: undefined, began: null, payloadBefore: null };
  let facts: Run['facts'] = { ...blank, told: [], actorId: 'key:creator', windowEnds: windows[0] };
  let before: Run['before'];
  const all: Run['all'] = new Map();
  for (const { at: hour, happening } of steps) {
    // A round that never opened is one in which nobody was asked.
    if (happening.kind === 'observation' && happening.round > state.round) continue;
    const reduction = reduce(state, happening, at(hour));
    if (reduction.kind === 'refused') continue;
    expect(reachable(state.verdict.status, happening, reduction.kind)).toContain(reduction.state.verdict.status);
    state = reduction.state;
    if (happening.kind === 'override') facts = { ...facts, override: happening.verdict };
    if (happening.kind === 'observation') {
      const { round, observation } = happening;
      all.set(round, [...(all.get(round) ?? []), observation]);
      if (round === state.round) facts.told.push(observation);
    }
    if (happening.kind === 'recheck') {
      before = { facts, opened: state };
      const { began, resultPayload: payloadBefore } = state;
      facts = { ...blank, began, payloadBefore, told: [], actorId: 'key:rechecker', windowEnds: windows[1] };
    }
  }
  return { state, facts, before, all };
}

// A question that was not asked moves nothing; none is among the steps.
const MOVES = {
  ...({ observation: 'provider', override: 'override', recheck: 'recheck', clock: 'window' } as const),
  deferral: 'window',
} as const;
const CLOCK: readonly Cause[] = ['window', 'outlived'];

/** What the clock does goes before and after; in between there is the move of the happening, if it was applied. */
function reachable(from: Status, { kind }: Happening, became: 'applied' | 'ignored' | 'repeated'): Status[] {
  const phases = [CLOCK, became === 'applied' ? [MOVES[kind]] : [], CLOCK];
  return phases.reduce<Status[]>(
    (reached, causes) => [
      ...reached,
      ...TRANSITIONS.filter(
        ({ from: start, by }) => reached.includes(start) && by.some((cause) => causes.includes(cause)),
      ).flatMap(({ to }) => to),
    ],
    [from],
  );
}

/** Several where only a digest tells the greatest apart. */
function candidates({ told, ...facts }: Run['facts'], now: number): object[] {
  const greatestOf = (some: Observation[]): (Observation | undefined)[] =>
    some.length === 0 ? [undefined] : greatest(some);
  const moves = greatestOf(told.filter(({ outcome, retry }) => outcome === 'pending' && !retry));
  return greatestOf(told).flatMap((word) => moves.map((move) => lawful({ ...facts, word, move }, now)));
}

function references(all: Run['all']): (string | null)[] {
  for (const round of [2, 1]) {
    const named = (all.get(round) ?? []).filter(({ reference }) => reference !== undefined);
    if (named.length > 0) return greatest(named).map(({ reference }) => reference ?? null);
  }
  return [null];
}

const hours = (from: number, to: number): fc.Arbitrary<number> => fc.integer({ min: from, max: to });

/** Few values of each kind, so that equal ones are frequent. */
const observations: fc.Arbitrary<Observation> = fc
  .record(
    {
      outcome: fc.constantFrom('pending', 'pending', 'verified', 'failed', 'expired'),
      reason: fc.constantFrom('provider_processing', 'vat_registered'),
      observedAt: hours(0, 8).map((hour) => at(hour * 10)),
      providerTime: fc.oneof(hours(-6, 8), fc.constant(5_000)).map((hour) => at(hour * 10)),
      providerSequence: hours(0, 2),
      reference: fc.constantFrom('a', 'b'),
      expiresAt: hours(0, 12).map((hour) => at(hour * 10)),
      payload: fc.constantFrom({ name: 'One' }, { name: 'Two', b: 1, a: 2 }),
      awaiting: fc.constantFrom('customer', 'provider', 'review'),
      retry: fc.constantFrom({ class: 'timeout' }, { class: 'outage' }),
    },
    { requiredKeys: ['outcome', 'reason', 'observedAt'] },
  )
  .map(({ awaiting, retry, ...observation }) => {
    if (observation.outcome !== 'pending') return observation;
    if (retry) return { ...observation, retry };
    return awaiting ? { ...observation, awaiting } : observation;
  });

interface Plan {
  readonly windows: readonly [number, number];
  readonly told: readonly { readonly round: 1 | 2; readonly observation: Observation }[];
  readonly overrides: readonly Step[];
  readonly rechecked: boolean;
}

const overrides: fc.Arbitrary<Step> = fc
  .tuple(hours(1, 95), fc.constantFrom('verified', 'failed', 'expired'), fc.option(hours(1, 40)))
  .map(([hour, status, validFor]) => {
    const passed = status === 'verified';
    const times = {
      verifiedAt: passed ? at(hour) : null,
      expiresAt: passed && validFor !== null ? at(hour + validFor) : null,
    };
    return {
      at: hour,
      happening: { kind: 'override', verdict: { status, reason: 'seen', actorId: 'key:admin', ...times } },
    };
  });

const plans: fc.Arbitrary<Plan> = fc.record({
  windows: fc.tuple(hours(5, 120), hours(RECHECK_AT + 2, 120)),
  told: fc.array(fc.record({ round: fc.constantFrom(1, 2), observation: observations }), { maxLength: 7 }),
  overrides: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(overrides, { maxLength: 2 })),
  rechecked: fc.boolean(),
});

/** One way in which a plan may come to pass: when each observation arrives, how often, and when a sweep is by. */
function schedules({ windows, told, overrides: decided, rechecked }: Plan): fc.Arbitrary<Step[]> {
  const arrivals = told.map(({ round, observation }) => {
    const earliest = round === 1 ? 0 : RECHECK_AT + 1;
    const window = windows[round - 1] ?? END;
    // A review stops the window only while it runs: one that is heard of later finds it ended, and no table leads back to pending.
    const latest = observation.awaiting === 'review' ? Math.min(window - 1, END) : END;
    const happening = {
      kind: 'observation',
      round,
      provider: 'acme',
      observation,
      validityDays: VALIDITY_DAYS,
    } as const;
    const again = fc.array(hours(earliest, END), { maxLength: 2 });
    return fc
      .tuple(hours(earliest, latest), again)
      .map(([first, more]) => [first, ...more].map((hour): Step => ({ at: hour, happening })));
  });
  const clocks = fc.array(hours(0, END), { maxLength: 4 });
  const recheck = { kind: 'recheck', actorId: 'key:rechecker', windowEndsAt: at(windows[1]) } as const;
  return fc
    .tuple(fc.tuple(...arrivals), clocks)
    .chain(([heard, swept]) => {
      const steps: Step[] = [
        ...heard.flat(),
        ...decided,
        ...swept.map((hour): Step => ({ at: hour, happening: { kind: 'clock' } })),
        ...(rechecked ? [{ at: RECHECK_AT, happening: recheck }] : []),
      ];
      return fc.shuffledSubarray(steps, { minLength: steps.length });
    })
    .map((steps) => [...steps.sort((one, other) => one.at - other.at), { at: END, happening: { kind: 'clock' } }]);
}

describe('the law of the lifecycle', () => {
  it('gives the state that round, override, greatest observation and time determine, by moves of the table alone', () => {
    const runs = plans.chain((plan) => fc.record({ plan: fc.constant(plan), steps: schedules(plan) }));
    const law = fc.property(runs, ({ plan, steps }) => {
      const { state, facts, before, all } = run(steps, plan.windows);
      if (before) {
        const { began: verdict, resultPayload } = before.opened;
        expect(candidates(before.facts, RECHECK_AT)).toContainEqual({ verdict, resultPayload });
      }
      const { verdict, resultPayload, providerReference, lastCheckedAt } = state;
      expect(candidates(facts, END)).toContainEqual({ verdict, resultPayload });
      expect(references(all)).toContain(providerReference);
      const told = [...all.values()].flat().map(({ observedAt }) => observedAt);
      expect(lastCheckedAt).toBe(told.sort().at(-1) ?? null);
    });
    fc.assert(law, { numRuns: 1_000 });
  });

  it('gives one state, down to its memory, for one set of observations in any order, repetition and delay', () => {
    const twice = plans
      .map((plan): Plan => ({ ...plan, rechecked: false, overrides: [] }))
      .chain((plan) => fc.record({ plan: fc.constant(plan), one: schedules(plan), other: schedules(plan) }));
    const law = fc.property(twice, ({ plan, one, other }) => {
      expect(run(one, plan.windows).state).toEqual(run(other, plan.windows).state);
    });
    fc.assert(law, { numRuns: 1_000 });
  });

  it('does not depend on whether a sweep has been by', () => {
    const runs = plans.chain((plan) => fc.record({ plan: fc.constant(plan), steps: schedules(plan) }));
    const law = fc.property(runs, ({ plan, steps }) => {
      const swept = steps.flatMap((step): Step[] => [{ at: step.at, happening: { kind: 'clock' } }, step]);
      const unswept = steps.filter(({ at: hour, happening }) => happening.kind !== 'clock' || hour === END);
      expect(run(unswept, plan.windows).state).toEqual(run(swept, plan.windows).state);
    });
    fc.assert(law, { numRuns: 500 });
  });
});
