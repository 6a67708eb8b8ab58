import type { KeptInput } from '../../evidence/index.js';
import { addMilliseconds, type Instant } from '../../platform/clock.js';
import type { JsonObject } from '../../platform/json.js';
import { ProviderFault } from '../../providers/fault-observation.js';
import type { Observation, Retry } from '../../providers/observation.js';
import type { Call, Check, CheckCapability, ProviderAdapter } from '../../providers/provider-adapter.js';
import { REASONS } from '../../providers/reasons.js';
import type { ShownVerification, Verification } from '../store/verification.entity.js';

/** So long after the end of a start at the latest a vendor that says nothing else knows whether it has it. */
const FIND_LAG_MS = 60_000;

/** From when on a vendor that can't find a start of that moment never got it; at once where nobody can be asked to look. */
export function foundBy({ capabilities }: ProviderAdapter, startedAt: Instant, callDeadlineMs: number): Instant {
  const { find, findLagMs = FIND_LAG_MS } = capabilities;
  return find ? addMilliseconds(startedAt, callDeadlineMs + findLagMs) : startedAt;
}

/** From when on a vendor that can't find the last start of a verification never got it. */
export function settledBy(
  adapter: ProviderAdapter,
  { createdAt, lastCheckedAt, startedAt }: Pick<Verification, 'createdAt' | 'lastCheckedAt' | 'startedAt'>,
  callDeadlineMs: number,
): Instant {
  // The first start goes out with the creation, or a moment later: no later than a first answer to it.
  const heard = lastCheckedAt !== null && lastCheckedAt > createdAt ? lastCheckedAt : createdAt;
  return foundBy(adapter, startedAt ?? heard, callDeadlineMs);
}

/** A call of one of an adapter's methods. */
export type Ask = (check: Check, call: Call) => Promise<Observation>;

/** A question to a provider, with the input that it may need. */
export interface Question {
  readonly input: JsonObject;
  readonly ask: Ask;
  /** True: a start that the provider would not recognise as a repetition. It is asked once, and by one process. */
  readonly starts: boolean;
}

/** What of a verification tells how it can be asked about. */
export type Askable = Pick<Verification, 'providerReference' | 'startRefused'>;

/**
 * Whether a start can be neither found nor repeated. Its row is stored as one of which nothing was sent, and says the contrary right before each
 * start: what is known of it needs neither this process's life nor its word.
 */
export function startsBlindly({ capabilities: { fetch, find, idempotentStart } }: ProviderAdapter): boolean {
  return fetch !== 'rerun' && !find && !idempotentStart;
}

const NEVER_ARRIVED: Retry = { class: 'timeout', of: 'check', unsent: true, afterMs: 1_000 };

/** Whether a look-up that ended so shows that the start never reached the vendor. */
export function neverArrived(retry: Retry | undefined): boolean {
  return retry?.of === 'check' && retry.unsent === true;
}

/**
 * How to ask again about a check: read its answer, find out whether a start whose answer was lost arrived, or start it once more where that
 * can't make two of it. Null: nobody can be asked; a start may have arrived, and can neither be found nor be repeated. `settled`: the last start
 * is so long ago that a vendor which can't find it never got it.
 */
export function nextQuestion(
  adapter: ProviderAdapter,
  { providerReference, startRefused }: Askable,
  settled: boolean,
): Omit<Question, 'input'> | null {
  const { fetch, find, idempotentStart } = adapter.capabilities;
  const start: Ask = (check, call) => adapter.start(check, call);
  const known = (ask: Ask): Omit<Question, 'input'> => ({ ask, starts: false });
  const startAgain: Ask = (check, call) => {
    if (idempotentStart) return start(check, call);
    // Not found may mean: not yet. A vendor that knows no keys would make a second check of it. Once it surely means never, that is put down before
    // the next start is: a process that is killed amid that one must not leave it looking like this one, long ago.
    throw new ProviderFault('network_error', settled ? NEVER_ARRIVED : { class: 'timeout', of: 'check' });
  };
  if (fetch === 'rerun') return known((check, call) => adapter.fetch?.(check, call) ?? start(check, call));
  if (providerReference !== null) {
    return fetch === 'none' ? null : known((check, call) => required(adapter.fetch?.(check, call)));
  }
  // Surely sent to nobody: there is nothing to find. Until it has been marked as begun, a process that is killed amid it would leave it looking unsent.
  if (startRefused && !idempotentStart) return { ask: start, starts: true };
  if (find) {
    return known(
      async (check, call) => (await required(adapter.findByOurReference?.(check, call))) ?? startAgain(check, call),
    );
  }
  return idempotentStart ? known(start) : null;
}

/**
 * How to ask again about a check of which nobody knows any more what it was asked about: read its answer, or look whether a lost start arrived,
 * which is `missing` where it did not. Null: nothing can be asked.
 */
export function questionWithoutInput(
  adapter: ProviderAdapter,
  { providerReference, startRefused }: Askable,
  missing: () => Observation,
): Ask | null {
  const { fetch, find } = adapter.capabilities;
  if (fetch === 'rerun') return null;
  if (providerReference !== null) {
    return fetch === 'none' ? null : (check, call) => required(adapter.fetch?.(check, call));
  }
  if (!find || startRefused) return null;
  return async (check, call) => (await required(adapter.findByOurReference?.(check, call))) ?? missing();
}

/** A method that the adapter's capabilities promise. */
function required<Value>(answer: Promise<Value> | undefined): Promise<Value> {
  if (!answer) throw new Error('the adapter lacks a method that its capabilities promise');
  return answer;
}

/** The kept input as the check's schema reads it; null where it is gone, lacking, or no longer fits. */
export function usableInput({ input, inputRequired }: CheckCapability, kept: KeptInput): JsonObject | null {
  if (kept === 'gone' || (kept === null && inputRequired)) return null;
  const read = input.safeParse(kept ?? {});
  return read.success ? read.data : null;
}

/** The same for every try of one round's start. */
export function startKeyOf({ id, round }: Verification): string {
  return round === 1 ? id : `${id}:${String(round)}`;
}

/** What tells whether a verification has passed once, and when; `began` and `passedAt` are known of a locked row alone. */
type Passed = Pick<Verification, 'verifiedAt'> & Partial<Pick<Verification, 'began' | 'passedAt'>>;

/** The verification as its adapter knows it. */
export function checkOf(verification: ShownVerification & Passed, input: JsonObject): Check {
  const { id, verificationType, checkType, providerReference: reference, status, passedAt = null } = verification;
  const passes = { passedBefore: passedAt !== null || hasPassed(verification), holdsPass: status === 'verified' };
  const known = { verificationId: id, verificationType, checkType, input, reference, ...passes };
  return { ...known, ...(passedAt !== null && { passedAt }) };
}

/** Now, before the present round, or before a round that ended its pass by the provider's word. */
function hasPassed({ verifiedAt, began = null }: Passed): boolean {
  if (verifiedAt !== null) return true;
  return began !== null && (began.verifiedAt !== null || (began.status === 'expired' && ENDS_A_PASS.has(began.reason)));
}

/** A session that ended without an answer, and the end of a window, give other reasons. */
const ENDS_A_PASS: ReadonlySet<unknown> = new Set(REASONS.negative.filter((reason) => reason !== 'abandoned'));
