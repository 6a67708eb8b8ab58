import type { Instant } from '../../platform/clock.js';
import type { JsonObject, JsonValue } from '../../platform/json.js';
import { withoutLinks } from '../vendor/linkless-answer.js';
import type { Observation } from '../observation.js';
import type { Check } from '../provider-adapter.js';
import { mismatch, unrecognised, type VendorMessage } from '../vendor/vendor-client.js';
import { PASS_REASONS } from './veriff.checks.js';
import type { VeriffSettings } from './veriff.connection.js';
import { momentOf, type VeriffAttempts, type VeriffCreated, type VeriffVerification } from './veriff.messages.js';
import { INVALID_WORKFLOW, reasonOfCode } from './veriff.reason-codes.js';

type Verdict = Pick<Observation, 'outcome' | 'reason' | 'awaiting' | 'retry'>;

const RESUBMISSION: Verdict = { outcome: 'pending', reason: 'resubmission_requested', awaiting: 'customer' };
const AWAITING_CUSTOMER: Verdict = { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' };
const PROCESSING: Verdict = { outcome: 'pending', reason: 'provider_processing', awaiting: 'provider' };
const UNKNOWN: Verdict = {
  outcome: 'pending',
  reason: 'provider_response_unrecognised',
  retry: unrecognised().retry,
};
const MISCONFIGURED: Verdict = { outcome: 'pending', reason: 'provider_not_configured', retry: { class: 'operator' } };

/** The decisions that say the same whatever was checked. By the word: of two pages of the vendor's one calls 9121 a review, the other an end. */
const DECISIONS: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ['resubmission_requested', RESUBMISSION],
  ['review', { outcome: 'pending', reason: 'manual_review', awaiting: 'review' }],
  ['expired', { outcome: 'expired', reason: 'session_expired' }],
  ['abandoned', { outcome: 'expired', reason: 'abandoned' }],
]);

/** Statuses of a try, while there is no decision. One of a decision: it will be there at the next question. */
const TRIES: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ['created', AWAITING_CUSTOMER],
  ['started', AWAITING_CUSTOMER],
  ['submitted', PROCESSING],
  ...['approved', 'declined', 'review', 'expired', 'abandoned'].map((word) => [word, PROCESSING] as const),
  ['resubmission_requested', RESUBMISSION],
]);

/** What a new session says. Its address goes to the customer, and neither that nor its token anywhere else. */
export function observeCreated(
  check: Check,
  { message, raw }: VendorMessage<VeriffCreated>,
  now: Instant,
): Observation {
  const { id, url, vendorData, status } = message.verification;
  if (typeof vendorData === 'string' && vendorData !== check.verificationId) throw mismatch();
  const isOpen = status === 'created' || status === 'started';
  return {
    ...(isOpen ? AWAITING_CUSTOMER : UNKNOWN),
    ...factsOf(id, status, now),
    ...(isOpen && { customerAction: { type: 'redirect', url, expiresAt: null } }),
    answer: withoutLinks(withoutAddress(raw)),
  };
}

/**
 * What a decision says about our check, as of `now`. Throws `ProviderFault` with `provider_response_mismatch` where it is one of another session.
 * A later decision of one session takes the place of an earlier one: both have their time.
 */
export function observeDecision(
  check: Check,
  { message, raw }: { readonly message: VeriffVerification; readonly raw: JsonValue },
  { settings, now }: { readonly settings: VeriffSettings; readonly now: Instant },
): Observation {
  if (message.vendorData !== check.verificationId || message.id !== check.reference) throw mismatch();
  const { id, status, code, reasonCode } = message;
  const verdict = verdictOf(check, message, settings);
  const decidedAt = verdict.outcome === 'pending' ? null : momentOf(message.decisionTime);
  return {
    ...verdict,
    ...factsOf(id, status, now),
    ...(reasonCode !== null && isCode(reasonCode) && { providerCode: reasonCode }),
    ...(decidedAt !== null && { providerTime: decidedAt }),
    payload: {
      ...statusOf(status),
      ...(typeof code === 'number' && { code }),
      ...(reasonCode !== null && isCode(reasonCode) && { reason_code: reasonCode }),
      ...ageShown(check, message, settings),
    },
    answer: raw,
  };
}

/** What a session without a decision says, by its latest try. */
export function observeAttempts(
  { reference }: Check,
  { message, raw }: VendorMessage<VeriffAttempts>,
  now: Instant,
): Observation {
  const tries = message.verifications.toSorted((one, other) => timeOf(one).localeCompare(timeOf(other)));
  // Who has not opened the page has tried nothing.
  const status = tries.at(-1)?.status ?? null;
  const verdict = status === null ? AWAITING_CUSTOMER : (TRIES.get(status) ?? UNKNOWN);
  return { ...verdict, ...factsOf(reference ?? '', status ?? '', now), answer: raw };
}

function verdictOf(check: Check, verification: VeriffVerification, settings: VeriffSettings): Verdict {
  const { status, reasonCode } = verification;
  if (status === 'approved') return approval(check, verification, settings);
  if (status !== 'declined') return DECISIONS.get(status) ?? UNKNOWN;
  if (reasonCode === INVALID_WORKFLOW) return MISCONFIGURED;
  const reason = reasonOfCode(reasonCode);
  // Where the code tells nothing, an estimate that is too low does.
  const isTooYoung = reason === 'provider_rejected' && reachesMinimum(check, verification, settings) === false;
  return { outcome: 'failed', reason: isTooYoung ? 'age_below_minimum' : reason };
}

/** An age that the integration lets pass still has to be the one that the connection asks for. */
function approval(check: Check, verification: VeriffVerification, settings: VeriffSettings): Verdict {
  const reason = PASS_REASONS.get(check.verificationType);
  if (reason === undefined) return UNKNOWN;
  if (check.verificationType !== 'age' || settings.minimum_age === null) return { outcome: 'verified', reason };
  const isReached = reachesMinimum(check, verification, settings);
  if (isReached === null) return { outcome: 'pending', reason: 'age_uncertain', awaiting: 'review' };
  return isReached ? { outcome: 'verified', reason } : { outcome: 'failed', reason: 'age_below_minimum' };
}

/** Null where there is no minimum, or no estimate to compare with it. */
function reachesMinimum(
  { verificationType }: Check,
  { additionalVerifiedData }: VeriffVerification,
  { minimum_age: minimum }: VeriffSettings,
): boolean | null {
  const estimate = additionalVerifiedData?.estimatedAge ?? null;
  return verificationType !== 'age' || minimum === null || estimate === null ? null : estimate >= minimum;
}

/** Whether the minimum is reached, never the age itself. */
function ageShown(check: Check, verification: VeriffVerification, settings: VeriffSettings): JsonObject {
  const isReached = reachesMinimum(check, verification, settings);
  return isReached === null ? {} : { minimum_age: settings.minimum_age, minimum_reached: isReached };
}

type Facts = Pick<Observation, 'reference' | 'observedAt' | 'providerCode' | 'payload'>;

function factsOf(reference: string, status: string, now: Instant): Facts {
  const code = isCode(status) ? { providerCode: status } : {};
  return { reference, observedAt: now, ...code, payload: statusOf(status) };
}

function statusOf(status: string): JsonObject {
  return isCode(status) ? { status } : {};
}

/** Whether a vendor's word has the form of a code: free words could be about a person. */
function isCode(word: string): boolean {
  return /^[A-Za-z0-9_]{1,64}$/.test(word);
}

function timeOf({ createdTime }: VeriffAttempts['verifications'][number]): string {
  return momentOf(createdTime) ?? '';
}

function withoutAddress(raw: JsonValue): JsonValue {
  const { verification, ...rest } = raw as JsonObject;
  const { url: _url, sessionToken: _token, host: _host, ...kept } = verification as JsonObject;
  return { ...rest, verification: kept };
}
