// What the law of the lifecycle says, written down without looking at how the reducer does it.
import { addMilliseconds } from '../../dist/src/platform/clock.js';
import { canonicalJson } from '../../dist/src/platform/json.js';
import { at, WINDOW_HOURS } from './application.mjs';

const DAY_MS = 86_400_000;
const RANKS = ['verified', 'expired', 'failed'];
const NOBODY = { verifiedAt: null, expiresAt: null };
const OUTLIVED = { status: 'expired', reason: 'pass_outlived', actorId: 'system:expiry' };

function decisionTime({ providerTime, observedAt }) {
  return providerTime !== undefined && providerTime < observedAt ? providerTime : observedAt;
}

/** Negative, positive, or 0 where only a digest could tell them apart. */
function compare(one, other) {
  const places = [
    ({ outcome }) => (outcome === 'pending' ? 0 : 1),
    decisionTime,
    ({ providerSequence }) => providerSequence ?? 0,
    ({ outcome }) => RANKS.indexOf(outcome),
  ];
  const place = places.find((of) => of(one) !== of(other));
  return place === undefined ? 0 : place(one) < place(other) ? -1 : 1;
}

/** Several where only a digest tells them apart; a list of nothing for no observations. */
function greatest(observations) {
  if (observations.length === 0) return [undefined];
  return observations.filter((candidate) => observations.every((other) => compare(candidate, other) >= 0));
}

function verdictOf({ outcome: status, reason, expiresAt, ...word }, validityDays) {
  const verdict = { status, reason, actorId: 'provider:acme', ...NOBODY };
  if (status !== 'verified') return verdict;
  const verifiedAt = decisionTime(word);
  const byPolicy = validityDays === null ? null : addMilliseconds(verifiedAt, validityDays * DAY_MS);
  const stated = expiresAt !== undefined && (byPolicy === null || expiresAt < byPolicy);
  return { ...verdict, verifiedAt, expiresAt: stated ? expiresAt : byPolicy };
}

/** State = f(round, override, greatest observation, now). `move`: the greatest word about whose move it is. */
function lawful({ override, actorId, began, payloadBefore, windowEnds, validityDays }, word, move, now) {
  const pending = { status: 'pending', reason: word?.reason ?? null, actorId, ...NOBODY };
  const decided = word !== undefined && word.outcome !== 'pending';
  const awaited = override === undefined && !decided;
  const standing =
    override ?? (decided ? verdictOf(word, validityDays) : began?.status === 'verified' ? began : pending);
  const whose = move?.awaiting ?? null;
  const outlived = standing.status === 'verified' && standing.expiresAt !== null && standing.expiresAt <= at(now);
  const over = standing.status === 'pending' && windowEnds <= now && whose !== 'review';
  const reason = pending.reason === 'start_outcome_unknown' ? pending.reason : 'pending_window_elapsed';
  const unanswered = began ?? { ...pending, ...OUTLIVED, reason };
  const heard = word !== undefined && (decided || began === null);
  return {
    ...(outlived ? { ...standing, ...OUTLIVED } : over ? unanswered : standing),
    awaiting: awaited && !outlived && !over ? whose : null,
    resultPayload: heard ? (word.payload === undefined ? null : canonicalJson(word.payload)) : payloadBefore,
  };
}

/** The states that the law allows; several where only a digest tells the greatest apart. */
function lawfulStates(facts, told, now) {
  const moves = told.filter(({ outcome, retry }) => outcome === 'pending' && retry === undefined);
  return greatest(told).flatMap((word) => greatest(moves).map((move) => lawful(facts, word, move, now)));
}

function references(told) {
  for (const round of [2, 1]) {
    const named = told.filter((item) => item.round === round && item.observation.reference !== undefined);
    if (named.length > 0)
      return greatest(named.map(({ observation }) => observation)).map(({ reference }) => reference);
  }
  return [null];
}

/**
 * The ends that the law allows to a set of which we know what was accepted: the fields that a happening may change.
 * @param {import('./sets.mjs').HappeningsSet} set
 * @param {{ override: object | undefined, rechecked: boolean }} accepted the override's verdict; whether the recheck opened a round
 * @returns {object[]}
 */
export function lawfulEnds({ items, end, validityDays }, { override, rechecked }) {
  const recheck = rechecked ? items.find(({ kind }) => kind === 'recheck') : undefined;
  const told = items.filter(({ kind, round }) => kind === 'told' && (rechecked || round === 1));
  const observed = (wanted) => told.filter(wanted).map(({ observation }) => observation);
  const overriddenAt = items.find(({ kind }) => kind === 'override')?.at ?? 0;
  const first = { actorId: 'key:creator', began: null, payloadBefore: null, windowEnds: WINDOW_HOURS, validityDays };
  const inFirst = recheck === undefined || overriddenAt < recheck.at;
  const facts = { ...first, override: inFirst ? override : undefined };
  const ends =
    recheck === undefined
      ? lawfulStates(
          facts,
          observed(() => true),
          end,
        )
      : lawfulStates(
          facts,
          observed(({ round, heardLate }) => round === 1 && !heardLate),
          recheck.at,
        ).flatMap(({ resultPayload: payloadBefore, awaiting, ...began }) => {
          const opened = { actorId: 'key:rechecker', began, payloadBefore, windowEnds: recheck.windowEnds };
          const later = { ...opened, validityDays, override: inFirst ? undefined : override };
          return lawfulStates(
            later,
            observed(({ round }) => round === 2),
            end,
          );
        });
  const lastCheckedAt =
    told
      .map(({ observation }) => observation.observedAt)
      .sort()
      .at(-1) ?? null;
  return ends.flatMap((state) =>
    references(told).map((providerReference) => ({ ...state, lastCheckedAt, providerReference })),
  );
}
