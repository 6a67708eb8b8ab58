import { createHash } from 'node:crypto';
import { addMilliseconds, type Instant } from '../../platform/clock.js';
import type { Retry } from '../../providers/observation.js';
import { isDecision } from './observation-key.js';
import type { Happening } from './happening.js';
import type { State } from './state.js';

interface BackOff {
  readonly firstMs: number;
  readonly growth: number;
  readonly mostMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** How long a provider is left alone after a failed question, by class; full jitter where the delay grows. */
const BACK_OFF: Readonly<Record<Retry['class'], BackOff>> = {
  throttle: { firstMs: MINUTE_MS, growth: 2, mostMs: 15 * MINUTE_MS },
  outage: { firstMs: 5 * MINUTE_MS, growth: 1.7, mostMs: HOUR_MS },
  timeout: { firstMs: 15_000, growth: 2, mostMs: 15 * MINUTE_MS },
  quota: { firstMs: 6 * HOUR_MS, growth: 1, mostMs: 6 * HOUR_MS },
  operator: { firstMs: 6 * HOUR_MS, growth: 1, mostMs: 6 * HOUR_MS },
};

/** When an undecided check is asked about again: 1, 5, 15 minutes, an hour, then every six. */
const LADDER_MS = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS];

/** Jitter may bring a question forward, never to the moment of the last one. */
const LEAST_MS = 1_000;

/** What the row says about its next work. */
export interface NextWork {
  readonly dueAt: Instant | null;
  /** Counts the claims; the fence. It never goes down: who has lost a claim must not be taken for the holder of a later one, not in another round either. */
  readonly attempts: number;
  /** The claim before the first of the present ladder: the step of ladder and back-off counts from here. */
  readonly ladderFrom: number;
  /** The last start surely began nothing: one more makes no second. */
  readonly startRefused: boolean;
  /** Our side has closed the check; the vendor may still hold it open, and is to be told. */
  readonly leftOpen: boolean;
}

/** What {@link workAfter} reads of a verification before and after a change. */
export interface Worked
  extends
    Pick<State, 'awaiting' | 'round' | 'overridden' | 'wordKey' | 'windowEndsAt' | 'providerReference'>,
    Pick<NextWork, 'attempts' | 'ladderFrom' | 'startRefused' | 'leftOpen'> {
  readonly id: string;
  readonly status: State['verdict']['status'];
  readonly expiresAt: Instant | null;
}

/** The next work after a happening: a pure function of row and policy. */
export function workAfter(before: Worked, after: Worked, happening: Happening, now: Instant): NextWork {
  if (!isAsked(after, now))
    return isLeftOpen(before, after, happening) ? workOfLeftOpen(before, now) : workOfUnasked(after);
  const leftOpen = false;
  if (happening.kind === 'recheck') {
    return { dueAt: now, attempts: before.attempts + 1, ladderFrom: before.attempts, startRefused: false, leftOpen };
  }
  const attempts = Math.max(before.attempts, 1);
  const { ladderFrom } = before;
  if (happening.kind === 'deferral') {
    // A claim without a question is no step of the ladder.
    const startRefused = before.startRefused || happening.unsent;
    const dueAt = dueAfterDeferral(after, happening.until, now);
    return { dueAt, attempts, ladderFrom: ladderFrom + 1, startRefused, leftOpen };
  }
  const startRefused = happening.kind === 'observation' ? happening.startRefused === true : before.startRefused;
  const dueAt = nextQuestionAt(after, happening, now, attempts - ladderFrom);
  return { dueAt, attempts, ladderFrom, startRefused, leftOpen };
}

/**
 * Whether a person, the clock or a connection's policy has closed what the vendor, by all that it has said of it, holds open. Once told, it is told again
 * only when it says so again.
 */
function isLeftOpen(before: Worked, after: Worked, happening: Happening): boolean {
  if (after.providerReference === null) return false;
  // The vendor's own pass, which it may yet take back: to end its check would.
  if (after.status === 'verified' && !after.overridden) return false;
  const said = happening.kind === 'observation' ? happening.observation : undefined;
  // What waits, or comes late, takes back neither the no nor what follows from it.
  if (isDecision(after.wordKey)) return said && said.outcome !== 'pending' ? said.leavesOpen === true : before.leftOpen;
  return before.leftOpen || owesWord(before) || (said !== undefined && !said.retry);
}

/** The vendor is told at once, and until it has heard. */
function workOfLeftOpen({ attempts }: Worked, now: Instant): NextWork {
  return { dueAt: now, attempts, ladderFrom: attempts, startRefused: false, leftOpen: true };
}

/** The next work of a row that nobody is asked about: the end of its pass, where it has one. */
export function workOfUnasked({ status, expiresAt, attempts, ladderFrom }: Worked): NextWork {
  return {
    dueAt: status === 'verified' ? expiresAt : null,
    attempts,
    ladderFrom,
    startRefused: false,
    leftOpen: false,
  };
}

/** When a claimed row is due whose vendor could not be asked, or told, until then. */
export function dueAfterDeferral(row: Worked, until: Instant, now: Instant): Instant | null {
  if (isAsked(row, now)) return beforeItsEnd(row, until);
  const { dueAt } = workOfUnasked(row);
  return row.leftOpen ? earliest(until, dueAt) : dueAt;
}

function nextQuestionAt(after: Worked, happening: Happening, now: Instant, step: number): Instant | null {
  const observed = happening.kind === 'observation' ? happening : undefined;
  const retry = observed?.observation.retry;
  const next = addMilliseconds(now, retry ? backOffMs(retry, after.id, step) : ladderMs(step));
  // Where nobody can be asked about a review, nothing falls due.
  if (isReview(after) && observed?.askable === false) return null;
  return beforeItsEnd(after, next);
}

/** A review takes as long as it takes: its window does not end. */
function beforeItsEnd(after: Worked, next: Instant): Instant {
  if (isReview(after)) return next;
  return earliest(next, after.windowEndsAt, after.status === 'verified' ? after.expiresAt : null);
}

function isReview({ awaiting, status }: Worked): boolean {
  return awaiting === 'review' && status === 'pending';
}

/** Whether the provider still owes this round a decision, and is waited for. */
export function isAsked(row: Worked, now: Instant): boolean {
  return owesWord(row) && (row.status === 'pending' || now < row.windowEndsAt);
}

function owesWord({ status, round, overridden, wordKey }: Worked): boolean {
  return status === 'pending' || (status === 'verified' && round > 1 && !overridden && !isDecision(wordKey));
}

function ladderMs(step: number): number {
  return LADDER_MS[Math.min(Math.max(step, 1), LADDER_MS.length) - 1] ?? 6 * HOUR_MS;
}

/** The provider's own word where it gave one; else the class's delay, any part of it. */
export function backOffMs(retry: Retry, id: string, step: number): number {
  if (retry.afterMs !== undefined) return Math.min(Math.max(retry.afterMs, LEAST_MS), mostAfterMs(retry));
  const { firstMs, growth, mostMs } = BACK_OFF[retry.class];
  const delay = Math.min(firstMs * growth ** Math.min(Math.max(step, 1) - 1, 60), mostMs);
  // Somebody must mend something first: no part of that wait is worth a question.
  // Spread, so that they don't all come back at one moment.
  if (growth === 1) return Math.floor(delay * (1 + fraction(id, step) / 10));
  return Math.max(LEAST_MS, Math.floor(delay * fraction(id, step)));
}

/** How far ahead a provider's own word is believed: a quota begins anew once a day, an overload does not last an hour. */
function mostAfterMs(retry: Retry): number {
  return BACK_OFF[retry.class].growth === 1 ? 24 * HOUR_MS : HOUR_MS;
}

/** Between 0 and 1, as good as random for each row and attempt, and the same for everybody who asks. */
function fraction(id: string, attempts: number): number {
  const digest = createHash('sha256')
    .update(`${id} ${String(attempts)}`)
    .digest();
  return digest.readUInt32BE(0) / 2 ** 32;
}

function earliest(first: Instant, ...others: (Instant | null)[]): Instant {
  return others.reduce<Instant>((least, at) => (at !== null && at < least ? at : least), first);
}
