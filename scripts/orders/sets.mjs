import { at, WINDOW_HOURS } from './application.mjs';
import { shuffled } from './random.mjs';

/**
 * What a provider says of one check. `heardLate`: of the first round, heard of when the second is under way.
 * @typedef {{ kind: 'told', round: 1 | 2, heardLate: boolean, observation: object }} Told
 * @typedef {{ kind: 'override', at: number, request: { status: string, reason: string, expiresAt?: string | null } }} Override
 * @typedef {{ kind: 'recheck', at: number, windowEnds: number }} Recheck
 * @typedef {{ at: number, item: Told | Override | Recheck | { kind: 'clock' }, manner?: string }} Step
 */

/**
 * All that happens to one verification, whatever the order: hours count from its create.
 * @typedef {object} HappeningsSet
 * @property {readonly (Told | Override | Recheck)[]} items
 * @property {number} end when one looks at it
 * @property {number | null} validityDays
 */

const FAULTS = [
  { reason: 'provider_unavailable', retry: { class: 'outage' } },
  { reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 5_000 } },
  { reason: 'provider_timeout', retry: { class: 'timeout' } },
];
const WAITS = [
  { reason: 'provider_processing', awaiting: 'provider' },
  { reason: 'awaiting_customer', awaiting: 'customer' },
  { reason: 'manual_review', awaiting: 'review' },
  { reason: 'screening_possible_match', awaiting: 'review' },
  { reason: 'provider_processing' },
  { reason: null },
];
const DECISIONS = [
  { outcome: 'verified', reason: 'identity_verified' },
  { outcome: 'failed', reason: 'document_fraud' },
  { outcome: 'expired', reason: 'session_expired' },
];
/** What waits longest has the most orders to be wrong in: a third of the sets are never decided. */
const UNDECIDED = ['wait', 'wait', 'fault', 'unconfirmed'];
const KINDS = [UNDECIDED, ['decision', 'decision', ...UNDECIDED], ['decision', 'decision', 'wait', 'fault']];
/** How an observation comes to the door: as a callback, with its evidence, from a poll with a claim, from the create's own call. */
const MANNERS = ['hint', 'evidence', 'claim', 'start'];

/** Few values of each kind: equal times, sequences and words are frequent. */
function observationOf(choice, kinds) {
  const kind = choice.among(...kinds);
  const said = {
    decision: () => choice.among(...DECISIONS),
    wait: () => ({ outcome: 'pending', ...choice.among(...WAITS) }),
    fault: () => ({ outcome: 'pending', ...choice.among(...FAULTS) }),
    unconfirmed: () => ({ outcome: 'pending', reason: choice.among('start_outcome_unknown', 'provider_processing') }),
  }[kind]();
  const second = choice.between(0, 1) / 3_600;
  return {
    ...said,
    observedAt: at(choice.between(0, 8) * 10 + second),
    ...(choice.happens(0.5) && { providerTime: at(choice.among(choice.between(-6, 8) * 10, 5_000)) }),
    ...(choice.happens(0.4) && { providerSequence: choice.between(0, 2) }),
    ...(choice.happens(0.4) && { reference: choice.among('a', 'b') }),
    ...(choice.happens(0.3) && { expiresAt: at(choice.between(0, 13) * 10) }),
    ...(choice.happens(0.3) && { payload: choice.among({ name: 'One' }, { name: 'Two', b: 1, a: 2 }) }),
    ...(choice.happens(0.2) && { providerCode: choice.among('x1', 'x2') }),
  };
}

function overrideOf(choice, end) {
  const hour = choice.between(1, end - 1) + 0.5;
  const status = choice.among('verified', 'verified', 'failed', 'expired');
  const until = choice.happens(0.3) ? null : at(hour + choice.between(1, 60));
  const request = { status, reason: 'seen', ...(status === 'verified' && { expiresAt: until }) };
  return { kind: 'override', at: hour, request };
}

/**
 * A set, as `choice` has it.
 * @param {import('./random.mjs').Choice} choice
 * @returns {HappeningsSet}
 */
export function setOf(choice) {
  const end = choice.between(30, 130);
  const recheckAt = choice.happens(0.5) ? choice.between(10, end - 10) + 0.25 : null;
  const kinds = choice.among(...KINDS);
  const told = choice.times(choice.between(1, 7), () => {
    const round = recheckAt === null ? 1 : choice.among(1, 2);
    const heardLate = recheckAt !== null && round === 1 && choice.happens(0.3);
    return { kind: 'told', round, heardLate, observation: observationOf(choice, kinds) };
  });
  const items = [
    ...told,
    ...(choice.happens(0.6) ? [overrideOf(choice, end)] : []),
    ...(recheckAt === null
      ? []
      : [{ kind: 'recheck', at: recheckAt, windowEnds: choice.between(recheckAt + 5, end + 20) }]),
  ];
  const set = { items, end, validityDays: choice.among(2, 2, null) };
  const possible = items.filter((item) => item.kind !== 'told' || isHearable(firstHeard(set, item)));
  return { ...set, items: possible };
}

function isHearable({ earliest, latest }) {
  return earliest <= latest;
}

/** From when to when an observation may be heard of first, so that every order tells the same story. */
function firstHeard(set, item) {
  const recheck = set.items.find(({ kind }) => kind === 'recheck');
  const behind = recheck !== undefined && (item.round === 2 || item.heardLate);
  const earliest = behind ? recheck.at + 0.25 : 0;
  const latest = recheck !== undefined && !behind ? recheck.at - 0.25 : set.end;
  if (!endsWithItsWindow(set, item)) return { earliest, latest };
  const window = item.round === 2 ? (recheck?.windowEnds ?? set.end) : WINDOW_HOURS;
  return { earliest, latest: Math.min(latest, window - 0.25) };
}

/**
 * What says how a window ends must be heard while it runs: a review stops it, an unconfirmed start gives its end another reason. Heard of
 * later, it finds the window ended, and no table leads back to pending.
 */
function endsWithItsWindow({ items }, { round, observation }) {
  if (observation.outcome !== 'pending') return false;
  if (observation.awaiting === 'review') return true;
  const unconfirmed = (item) => item.kind === 'told' && item.round === round && isUnconfirmed(item.observation);
  return round === 1 && items.some(unconfirmed);
}

function isUnconfirmed({ reason }) {
  return reason === 'start_outcome_unknown';
}

/**
 * One order in which the set comes to pass: when each observation is heard of, how often, in which manner, and when a sweep is by.
 * @param {HappeningsSet} set
 * @param {import('./random.mjs').Choice} choice
 * @returns {Step[]}
 */
export function orderOf(set, choice) {
  const steps = set.items.flatMap((item) => {
    if (item.kind !== 'told') return [{ at: item.at, item }];
    const { earliest, latest } = firstHeard(set, item);
    const hour = (from, to) => from + choice.fraction() * Math.max(to - from, 0);
    // Often at the very same time as others: then only the order of arrival is between them.
    const first = choice.happens(0.3) ? earliest : hour(earliest, latest);
    const again = choice.times(choice.among(0, 0, 0, 1, 2), () => hour(first, set.end));
    return [first, ...again].map((when) => ({ at: when, item, manner: choice.among(...MANNERS) }));
  });
  const sweeps = choice.times(choice.between(0, 3), () => ({
    at: choice.between(0, set.end),
    item: { kind: 'clock' },
  }));
  const mixed = shuffled([...steps, ...sweeps], choice.fraction);
  return [...mixed.sort((one, other) => one.at - other.at), { at: set.end, item: { kind: 'clock' } }];
}
