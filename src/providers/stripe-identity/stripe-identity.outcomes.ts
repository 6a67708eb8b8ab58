import { addMilliseconds, type Instant, instantOfEpoch } from '../../platform/clock.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Check } from '../provider-adapter.js';
import type { Reason } from '../reasons.js';
import { mismatch, unrecognised, type VendorMessage } from '../vendor/vendor-client.js';
import type { StripeIdentityAccess } from './stripe-identity.connection.js';
import type { StripeReport, StripeSession } from './stripe-identity.messages.js';

type Verdict = Pick<Observation, 'outcome' | 'reason' | 'awaiting' | 'leavesOpen'>;

const AWAITING: Verdict = { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' };
const AGAIN: Verdict = { outcome: 'pending', reason: 'resubmission_requested', awaiting: 'customer' };

/** What each code of a failed attempt says about the subject. */
const BY_ERROR: ReadonlyMap<string, Reason> = new Map<string, Reason>([
  ['abandoned', 'abandoned'],
  ['consent_declined', 'consent_declined'],
  ['country_not_supported', 'region_not_supported'],
  ['device_not_supported', 'device_not_supported'],
  ['document_expired', 'document_expired'],
  ['document_type_not_supported', 'document_unsupported'],
  // Forged, unreadable or anything else: Stripe does not say, so nobody is accused of fraud.
  ['document_unverified_other', 'provider_rejected'],
  ['email_unverified_other', 'data_mismatch'],
  ['email_verification_declined', 'data_mismatch'],
  ['id_number_insufficient_document_data', 'data_mismatch'],
  ['id_number_mismatch', 'data_mismatch'],
  ['id_number_unverified_other', 'data_mismatch'],
  ['phone_unverified_other', 'data_mismatch'],
  ['phone_verification_declined', 'data_mismatch'],
  ['selfie_document_missing_photo', 'selfie_mismatch'],
  ['selfie_face_mismatch', 'selfie_mismatch'],
  ['selfie_manipulated', 'selfie_fraud'],
  ['selfie_unverified_other', 'selfie_mismatch'],
  ['under_supported_age', 'age_below_minimum'],
]);

/** How long the customer's URL works, once. */
const URL_MS = 48 * 3_600_000;

/**
 * What a session says about the check, as of `now`. Throws `ProviderFault` with `provider_response_mismatch` where it is another check's, or of the
 * other mode. A status or code that is not in the tables leaves the check pending.
 */
export function observeSession(
  check: Check,
  { message, raw }: VendorMessage<StripeSession>,
  { access, now }: { readonly access: StripeIdentityAccess; readonly now: Instant },
): Observation {
  expectOurs(check, message, access);
  const { url } = message;
  const report = message.last_verification_report ?? null;
  const verdict = verdictOf(message, access);
  const { reason, retry } = unrecognised();
  return {
    ...(verdict ?? { outcome: 'pending', reason, retry }),
    ...codeOf(message),
    reference: message.id,
    observedAt: now,
    ...timeOf(message, verdict),
    ...(verdict !== null && { payload: payloadOf(message, report) }),
    ...(verdict?.awaiting === 'customer' &&
      url && { customerAction: { type: 'redirect', url, expiresAt: addMilliseconds(now, URL_MS) } }),
    // Both open the customer's session.
    answer: { ...(raw as JsonObject), url: null, client_secret: null },
  };
}

/** Whether the session carries our id. Erasure takes it away. */
export function isOurs(
  { verificationId }: Check,
  { client_reference_id: reference, metadata }: StripeSession,
): boolean {
  return reference === verificationId || metadata?.['verification_id'] === verificationId;
}

function expectOurs(check: Check, session: StripeSession, { livemode }: StripeIdentityAccess): void {
  if (session.livemode !== livemode) throw mismatch();
  if (check.reference !== null && check.reference !== session.id) throw mismatch();
  const wasErased = Boolean(session.redaction) && check.reference !== null;
  if (!isOurs(check, session) && !wasErased) throw mismatch();
}

function verdictOf({ status, last_error: error }: StripeSession, { settings }: StripeIdentityAccess): Verdict | null {
  const code = error?.code ?? null;
  const closes = settings.failed_attempt === 'fail';
  const failure = code === null ? undefined : BY_ERROR.get(code);
  if (status === 'verified') return { outcome: 'verified', reason: 'identity_verified' };
  if (status === 'processing') return { outcome: 'pending', reason: 'provider_processing', awaiting: 'provider' };
  if (status === 'canceled') {
    // What closed the check was the attempt; that the session was cancelled behind it takes nothing back.
    return closes && failure ? { outcome: 'failed', reason: failure } : { outcome: 'expired', reason: 'cancelled' };
  }
  if (status !== 'requires_input') return null;
  if (code === null) return AWAITING;
  if (!closes) return AGAIN;
  // Stripe's page stays open: who tried again there could pass after the no.
  return failure ? { outcome: 'failed', reason: failure, leavesOpen: true } : null;
}

/** A session has no time of its decision; its report was made with it. A mere end is as old as the session: it takes back nothing that was decided of it. */
function timeOf(session: StripeSession, verdict: Verdict | null): Pick<Observation, 'providerTime'> {
  if (verdict === null || verdict.outcome === 'pending') return {};
  const { created, last_verification_report: report } = session;
  const seconds = verdict.outcome === 'expired' ? created : report?.created;
  return typeof seconds === 'number' ? { providerTime: instantOfEpoch(seconds * 1000) } : {};
}

const CODE = /^[a-z][a-z0-9_]{0,63}$/;

function codeOf({ status, last_error: error }: StripeSession): Pick<Observation, 'providerCode'> {
  const code = status === 'requires_input' || status === 'canceled' ? (error?.code ?? status) : status;
  return CODE.test(code) ? { providerCode: code } : {};
}

const PARTS = ['document', 'selfie', 'id_number', 'email', 'phone'] as const;

/** Statuses and codes. What was erased reads `[redacted]`, and has no form of a code. */
function payloadOf(session: StripeSession, report: StripeReport | null): JsonObject {
  const parts = PARTS.flatMap((part) => {
    const found = report?.[part];
    const members = codes({ status: found?.status, error: found?.error?.code });
    return Object.keys(members).length > 0 ? [[part, members] as const] : [];
  });
  return {
    ...codes({ status: session.status, type: session.type, last_error: session.last_error?.code }),
    ...codes({ redaction: session.redaction?.status }),
    ...(/^vf_\w{1,100}$/.test(session.verification_flow ?? '') && { flow: session.verification_flow ?? '' }),
    ...(report !== null && { report: report.id }),
    ...(parts.length > 0 && { checks: Object.fromEntries(parts) }),
  };
}

function codes(values: Readonly<Record<string, string | null | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      typeof value === 'string' && CODE.test(value) ? [[name, value]] : [],
    ),
  );
}
