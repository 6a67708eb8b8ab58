import type { Instant } from '../../platform/clock.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Check } from '../provider-adapter.js';
import { mismatch, shownCode, unrecognised, type VendorMessage } from '../vendor/vendor-client.js';
import { PASS_REASONS } from './sumsub.checks.js';
import { isLevelOf, type SumsubSettings } from './sumsub.connection.js';
import { reasonOfLabels } from './sumsub.labels.js';
import { momentOf, type SumsubApplicant, type SumsubReview } from './sumsub.messages.js';

type Verdict = Pick<Observation, 'outcome' | 'reason' | 'awaiting' | 'retry'>;

const AWAITING_CUSTOMER: Verdict = { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' };
const PROCESSING: Verdict = { outcome: 'pending', reason: 'provider_processing', awaiting: 'provider' };
const RESUBMISSION: Verdict = { outcome: 'pending', reason: 'resubmission_requested', awaiting: 'customer' };
const UNKNOWN: Verdict = {
  outcome: 'pending',
  reason: 'provider_response_unrecognised',
  retry: unrecognised().retry,
};

/** The statuses of a review that is not done. An answer that stands beside one of them is a draft, whatever it says. */
const UNDECIDED: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ['init', AWAITING_CUSTOMER],
  ['awaitingUser', AWAITING_CUSTOMER],
  ['pending', PROCESSING],
  ['queued', PROCESSING],
  ['prechecked', PROCESSING],
  ['awaitingService', PROCESSING],
  ['onHold', { outcome: 'pending', reason: 'manual_review', awaiting: 'review' }],
]);

/**
 * What an applicant says about our check, as of `now`. Throws `ProviderFault` with `provider_response_mismatch` where it is another applicant, or
 * was approved in a level that is none of this check's.
 */
export function observeApplicant(
  check: Check,
  { message, raw }: VendorMessage<SumsubApplicant>,
  { settings, now }: { readonly settings: SumsubSettings; readonly now: Instant },
): Observation {
  if (message.externalUserId !== check.verificationId) throw mismatch();
  if (check.reference !== null && message.id !== check.reference) throw mismatch();
  const { review } = message;
  const verdict = verdictOf(check, review);
  const level = review.levelName ?? null;
  if (verdict.outcome === 'verified' && level !== null && !isLevelOf(settings, check, level)) throw mismatch();
  // What is still to be decided has our time alone: by a vendor's clock, which tells no more than seconds, it could seem older than what came before it.
  const isDecided = review.reviewStatus === 'completed' && verdict.outcome !== 'pending';
  const decidedAt = isDecided ? momentOf(review.reviewDate) : null;
  return {
    ...verdict,
    reference: message.id,
    observedAt: now,
    ...codeOf(review),
    ...(decidedAt !== null && { providerTime: decidedAt }),
    payload: { ...payloadOf(review), ...levelIn(check, review, settings) },
    answer: raw,
  };
}

function verdictOf(check: Check, { reviewStatus, reviewResult }: SumsubReview): Verdict {
  if (reviewStatus !== 'completed') return UNDECIDED.get(reviewStatus) ?? UNKNOWN;
  if (reviewResult?.reviewAnswer === 'GREEN') {
    const reason = PASS_REASONS.get(check.verificationType);
    return reason === undefined ? UNKNOWN : { outcome: 'verified', reason };
  }
  if (reviewResult?.reviewAnswer !== 'RED') return UNKNOWN;
  const { reviewRejectType: type, rejectLabels } = reviewResult;
  if (type === 'FINAL') return rejection(check, rejectLabels ?? []);
  // Whoever was approved and is asked for something better now is approved no longer.
  if (type === 'RETRY') return check.passedBefore === true ? rejection(check, rejectLabels ?? []) : RESUBMISSION;
  return UNKNOWN;
}

function rejection({ passedBefore }: Check, labels: readonly string[]): Verdict {
  const { reason } = reasonOfLabels(labels);
  // A document that was good once has run out; nobody says that it never was.
  return { outcome: passedBefore === true && reason === 'document_expired' ? 'expired' : 'failed', reason };
}

/** The vendor's word for it: of a rejection the label that tells the reason, else the answer, else the status. */
function codeOf({ reviewStatus, reviewResult }: SumsubReview): Pick<Observation, 'providerCode'> {
  const { reviewAnswer: answer, rejectLabels } = reviewResult ?? {};
  const label = answer === 'RED' ? reasonOfLabels(rejectLabels ?? []).label : null;
  const code = reviewStatus === 'completed' ? (label ?? answer ?? reviewStatus) : reviewStatus;
  return isToken(code) ? { providerCode: code } : {};
}

const MOST_LABELS = 50;

/** Words of closed lists and counts. What moderators wrote is about the person, and stays in the evidence. */
function payloadOf({ reviewStatus, reviewResult, attemptCnt }: SumsubReview): JsonObject {
  const { reviewAnswer, reviewRejectType, rejectLabels } = reviewResult ?? {};
  const words = { review_status: reviewStatus, review_answer: reviewAnswer, reject_type: reviewRejectType };
  const labels = (rejectLabels ?? []).filter(isToken).slice(0, MOST_LABELS);
  return {
    ...Object.fromEntries(Object.entries(words).filter((word): word is [string, string] => isToken(word[1]))),
    ...(labels.length > 0 && { reject_labels: labels }),
    ...(typeof attemptCnt === 'number' && { attempts: attemptCnt }),
  };
}

/** The level that the applicant is in: by a name that the connection knows, or that has the form of a code. */
function levelIn(check: Check, { levelName }: SumsubReview, settings: SumsubSettings): JsonObject {
  const level = levelName && isLevelOf(settings, check, levelName) ? levelName : shownCode(levelName);
  return level === null ? {} : { level };
}

/** Whether a vendor's word has the form of a code: free words could be about a person. */
function isToken(word: string | null | undefined): word is string {
  return /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(word ?? '');
}
