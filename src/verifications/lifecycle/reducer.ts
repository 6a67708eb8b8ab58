import { addMilliseconds, type Instant } from '../../platform/clock.js';
import { canonicalJson } from '../../platform/json.js';
import type { Observation } from '../../providers/observation.js';
import type { Happening } from './happening.js';
import { allowedFrom, type Status } from './lifecycle.js';
import { decidedAt, isDecision, observationKey, roundedKey } from './observation-key.js';
import { pendingVerdict, type State, type Verdict } from './state.js';

/** What became of a happening. `repeated`: the very word that counts already, said again. `refused` is returned for an override or a recheck that the table does not allow. */
export type Reduction =
  | { readonly kind: 'applied' | 'ignored' | 'repeated'; readonly state: State }
  | { readonly kind: 'refused'; readonly from: Status; readonly allowed: readonly Status[] };

const DAY_MS = 86_400_000;
/** Who acts when time alone does. */
export const CLOCK = 'system:expiry';
/** Who acts when a question is put off for the sake of a provider. */
export const GATES = 'system:gates';
/** Who acts when nobody can be asked. */
export const WORK = 'system:work';

/**
 * The one pure function that decides every status: state x happening x now -> state. Observations of one round may come in any order,
 * any number of times and at any delay: the greatest by {@link observationKey} is the provider's word. The clock has the last word.
 * It has the first one too, so that no outcome depends on whether a sweep has been by.
 */
export function reduce(state: State, happening: Happening, now: Instant): Reduction {
  const reduction = step(afterClock(state, now), happening);
  return reduction.kind === 'refused' ? reduction : { ...reduction, state: afterClock(reduction.state, now) };
}

function step(state: State, happening: Happening): Reduction {
  switch (happening.kind) {
    case 'observation':
      return observe(state, happening);
    case 'deferral':
      return defer(state, happening);
    case 'override':
      return override(state, happening.verdict);
    case 'recheck':
      return recheck(state, happening.actorId, happening.windowEndsAt);
    case 'clock':
      return { kind: 'applied', state };
  }
}

function observe(before: State, happening: Extract<Happening, { kind: 'observation' }>): Reduction {
  const { observation, round } = happening;
  const key = observationKey(observation);
  const said = round === before.round && key === before.wordKey;
  const isTold = happening.told !== false;
  if (said && (!isTold || observation.observedAt <= (before.lastCheckedAt ?? '')))
    return { kind: 'repeated', state: before };
  const state = isTold ? withFacts(before, observation, roundedKey(round, key)) : before;
  // What stands, said again: nothing is set aside.
  if (said && !state.overridden && state.verdict.status === observation.outcome) return { kind: 'applied', state };
  const late = round !== state.round || (state.wordKey !== null && key <= state.wordKey);
  if (late) return { kind: 'ignored', state: round === state.round ? withMove(state, observation, key) : state };
  const passedAt = passOf(happening, state);
  const heard: State = { ...state, wordKey: key, resultPayload: payloadOf(observation, state), passedAt };
  // Payload and pass follow the provider even then: it must not matter which of the two came first.
  if (state.overridden) return { kind: 'ignored', state: heard };
  if (observation.outcome === 'pending') {
    return { kind: 'applied', state: waiting(withMove(heard, observation, key), observation) };
  }
  return {
    kind: 'applied',
    state: { ...heard, awaiting: null, awaitingKey: null, verdict: verdictOf(happening, passedAt) },
  };
}

/**
 * Whose move it is, as the greatest word of the round says that is about it: a fault is none, so an outage neither ends a review nor
 * restarts the waiting. Nothing to say once the round is decided, by the provider, an override or the clock.
 */
function withMove(state: State, { outcome, retry, awaiting }: Observation, key: string): State {
  const { verdict, overridden, wordKey, awaitingKey } = state;
  const open = (verdict.status === 'pending' || verdict.status === 'verified') && !overridden && !isDecision(wordKey);
  if (!open || outcome !== 'pending' || retry || (awaitingKey !== null && key <= awaitingKey)) return state;
  return { ...state, awaiting: awaiting ?? null, awaitingKey: key };
}

/** `pending` says why we wait; it never displaces a decision, nor the end of a window that has passed. */
function waiting(state: State, observation: Observation): State {
  const { verdict } = state;
  return verdict.status === 'pending' ? { ...state, verdict: { ...verdict, reason: observation.reason } } : state;
}

function defer(state: State, { round, reason }: Extract<Happening, { kind: 'deferral' }>): Reduction {
  const { verdict } = state;
  const waitsUntold = round === state.round && verdict.status === 'pending' && verdict.reason === null;
  return waitsUntold
    ? { kind: 'applied', state: { ...state, verdict: { ...verdict, reason } } }
    : { kind: 'repeated', state };
}

/** Facts that hold whatever becomes of the observation: when we were told, and the vendor's id of the check. */
function withFacts(state: State, observation: Observation, key: string): State {
  const { lastCheckedAt, referenceKey } = state;
  const told =
    lastCheckedAt === null || lastCheckedAt < observation.observedAt ? observation.observedAt : lastCheckedAt;
  const named = observation.reference !== undefined && (referenceKey === null || referenceKey < key);
  if (!named) return { ...state, lastCheckedAt: told };
  return { ...state, lastCheckedAt: told, providerReference: observation.reference ?? null, referenceKey: key };
}

function payloadOf(observation: Observation, state: State): string | null {
  // While a later round is undecided, the answer of the round before stays to look at.
  if (observation.outcome === 'pending' && state.round > 1) return state.resultPayload;
  return observation.payload === undefined ? null : canonicalJson(observation.payload);
}

/** When the provider gave the pass that its word leaves standing. An old answer that is read again, and tells no time, gives no new one. */
function passOf(
  { observation, rereads = false }: Extract<Happening, { kind: 'observation' }>,
  before: State,
): Instant | null {
  if (observation.outcome === 'pending') return before.passedAt;
  if (observation.outcome !== 'verified') return null;
  const isOld = rereads && observation.providerTime === undefined;
  return (isOld ? before.passedAt : null) ?? decidedAt(observation);
}

function verdictOf(happening: Extract<Happening, { kind: 'observation' }>, verifiedAt: Instant | null): Verdict {
  const { observation, provider, validityDays } = happening;
  const actorId = `provider:${provider}`;
  const { reason } = observation;
  if (observation.outcome !== 'verified' || verifiedAt === null) {
    return { status: observation.outcome, reason, actorId, verifiedAt: null, expiresAt: null };
  }
  return {
    status: 'verified',
    reason,
    actorId,
    verifiedAt,
    expiresAt: endOfPass(verifiedAt, validityDays, observation.expiresAt),
  };
}

/** When a pass ends: by the provider's word or by policy, whichever is earlier; null when neither sets an end. */
export function endOfPass(verifiedAt: Instant, validityDays: number | null, stated?: Instant): Instant | null {
  const byPolicy = validityDays === null ? null : addMilliseconds(verifiedAt, validityDays * DAY_MS);
  if (stated === undefined || (byPolicy !== null && byPolicy < stated)) return byPolicy;
  return stated;
}

function override(state: State, verdict: Verdict): Reduction {
  const { status, expiresAt } = state.verdict;
  const allowed = allowedFrom(status, 'override');
  const unchanged = status === verdict.status && expiresAt === verdict.expiresAt;
  if (unchanged || !allowed.includes(verdict.status)) return { kind: 'refused', from: status, allowed };
  return { kind: 'applied', state: { ...state, overridden: true, awaiting: null, awaitingKey: null, verdict } };
}

function recheck(state: State, actorId: string, windowEndsAt: Instant): Reduction {
  const { status } = state.verdict;
  // A pending check is being asked already: its due work is brought forward, no round opens.
  if (status === 'pending') return { kind: 'refused', from: status, allowed: [] };
  const verdict = status === 'verified' ? state.verdict : pendingVerdict(actorId, null);
  const asked = { overridden: false, wordKey: null, awaiting: null, awaitingKey: null };
  const opened = { ...asked, round: state.round + 1, began: state.verdict };
  return { kind: 'applied', state: { ...state, ...opened, windowEndsAt, verdict } };
}

const nobodysMove = { awaiting: null, awaitingKey: null } as const;

function afterClock(state: State, now: Instant): State {
  const { verdict } = state;
  if (verdict.status === 'verified' && verdict.expiresAt !== null && verdict.expiresAt <= now) {
    return {
      ...state,
      ...nobodysMove,
      verdict: { ...verdict, status: 'expired', reason: 'pass_outlived', actorId: CLOCK },
    };
  }
  if (verdict.status === 'pending' && state.windowEndsAt <= now && state.awaiting !== 'review') {
    return {
      ...state,
      ...nobodysMove,
      verdict: state.began ?? { ...verdict, status: 'expired', reason: windowReason(verdict), actorId: CLOCK },
    };
  }
  return state;
}

/** A start that nobody could confirm is told apart from a provider that never decided. */
function windowReason({ reason }: Verdict): string {
  return reason === 'start_outcome_unknown' ? reason : 'pending_window_elapsed';
}
