import { type Instant, instantOfEpoch } from '../../platform/clock.js';
import type { JsonObject, JsonValue } from '../../platform/json.js';
import { withoutLinks } from '../vendor/linkless-answer.js';
import type { Observation } from '../observation.js';
import type { Check } from '../provider-adapter.js';
import type { Reason } from '../reasons.js';
import { mismatch, unrecognised } from '../vendor/vendor-client.js';
import type { PlaidAttempt } from './plaid.messages.js';

type Verdict = Pick<Observation, 'outcome' | 'reason' | 'awaiting'>;

/** What each status says by itself. A failure is told by its steps; of an unknown status nothing is known. */
const BY_STATUS: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ['active', { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' }],
  ['success', { outcome: 'verified', reason: 'identity_verified' }],
  ['pending_review', { outcome: 'pending', reason: 'manual_review', awaiting: 'review' }],
  ['expired', { outcome: 'expired', reason: 'session_expired' }],
  // Nobody said no about the customer.
  ['canceled', { outcome: 'expired', reason: 'cancelled' }],
]);

/** The steps in their order, and what it says when one has failed. */
const STEPS: readonly (readonly [name: string, Reason])[] = [
  ['accept_tos', 'consent_declined'],
  ['verify_sms', 'data_mismatch'],
  ['kyc_check', 'data_mismatch'],
  ['documentary_verification', 'document_fraud'],
  ['selfie_check', 'selfie_mismatch'],
  ['watchlist_screening', 'watchlist_hit'],
  ['risk_check', 'fraud_suspected'],
];

const BY_HAND: ReadonlySet<string> = new Set(['manually_approved', 'manually_rejected']);
const STEP_VALUES: ReadonlySet<string> = new Set([
  ...['success', 'active', 'failed', 'waiting_for_prerequisite', 'not_applicable', 'skipped', 'expired', 'canceled'],
  ...['pending_review', ...BY_HAND],
]);
const FAILED: ReadonlySet<string> = new Set(['failed', 'manually_rejected']);

/** Throws `ProviderFault` with `provider_response_mismatch` where the attempt is not the check's. */
export function expectEcho(check: Check, attempt: PlaidAttempt): void {
  if (attempt.client_user_id !== check.verificationId) throw mismatch();
}

/** Attempts that ended before anybody said yes or no. */
const UNFINISHED: ReadonlySet<string> = new Set(['expired', 'canceled']);

/** Which of a customer's attempts counts: the newest. One that was left unfinished takes back nothing of those before it. */
export function standingOf(attempts: readonly PlaidAttempt[]): PlaidAttempt | undefined {
  const newestFirst = attempts.toSorted((one, other) => Date.parse(other.created_at) - Date.parse(one.created_at));
  return newestFirst.find(({ status }) => !UNFINISHED.has(status)) ?? newestFirst[0];
}

/** What an attempt says, as of `now`. Throws as {@link expectEcho} does; a status that is not in the table leaves the check pending. */
export function observe(
  check: Check,
  attempt: PlaidAttempt,
  { raw, now }: { raw: JsonValue; now: Instant },
): Observation {
  expectEcho(check, attempt);
  const verdict = attempt.status === 'failed' ? failureOf(attempt) : (BY_STATUS.get(attempt.status) ?? null);
  const { reason, retry } = unrecognised();
  const step = verdict?.outcome === 'failed' ? failedStepOf(attempt)?.[0] : undefined;
  const code = step ?? attempt.status;
  const url = attempt.shareable_url;
  return {
    ...(verdict ?? { outcome: 'pending', reason, retry }),
    reference: attempt.id,
    observedAt: now,
    ...(/^[a-z][a-z0-9_]{0,63}$/.test(code) && { providerCode: code }),
    ...timeOf(check, attempt, verdict),
    ...(verdict && { payload: payloadOf(attempt) }),
    ...(verdict?.awaiting === 'customer' && url && { customerAction: { type: 'redirect', url, expiresAt: null } }),
    answer: withoutLinks(raw),
  };
}

function failureOf(attempt: PlaidAttempt): Verdict {
  const [name, reason] = failedStepOf(attempt) ?? ['', 'provider_rejected' as const];
  return { outcome: 'failed', reason: name === 'documentary_verification' ? documentReasonOf(attempt) : reason };
}

function failedStepOf({ steps }: PlaidAttempt): readonly [string, Reason] | undefined {
  return STEPS.find(([name]) => Object.hasOwn(steps, name) && FAILED.has(steps[name] ?? ''));
}

/** A document that has run out or can't be read is not called forged. The last one that was shown counts. */
function documentReasonOf({ documentary_verification: shown }: PlaidAttempt): Reason {
  const analysis = shown?.documents?.at(-1)?.analysis;
  if (analysis?.authenticity === 'no_match') return 'document_fraud';
  if (analysis?.extracted_data?.expiration_date === 'expired') return 'document_expired';
  return analysis?.image_quality === 'low' ? 'document_unreadable' : 'document_fraud';
}

/**
 * A person may decide otherwise once the attempt is completed, and Plaid tells no time of that: of an attempt that is known, and in which people have
 * decided, the later look counts.
 */
function timeOf(
  { reference }: Check,
  { id, completed_at: at, steps }: PlaidAttempt,
  verdict: Verdict | null,
): Pick<Observation, 'providerTime' | 'providerSequence'> {
  if (!at || verdict === null || verdict.outcome === 'pending') return {};
  const byHand = Object.values(steps).filter((value) => BY_HAND.has(value)).length;
  const isOfNow = byHand > 0 && id === reference;
  return { ...(!isOfNow && { providerTime: instantOfEpoch(Date.parse(at)) }), providerSequence: byHand };
}

/** Statuses alone: no word of the customer, no picture, no address. */
function payloadOf({ status, steps, template }: PlaidAttempt): JsonObject {
  const shown = STEPS.flatMap(([name]) => {
    const value = Object.hasOwn(steps, name) ? (steps[name] ?? '') : '';
    return STEP_VALUES.has(value) ? [[name, value] as const] : [];
  });
  return { status, template_version: template.version, steps: Object.fromEntries(shown) };
}
