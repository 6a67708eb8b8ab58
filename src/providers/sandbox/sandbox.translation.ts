import type { Instant } from '../../platform/clock.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Check } from '../provider-adapter.js';
import { mismatch, unrecognised, type VendorMessage } from '../vendor/vendor-client.js';
import { PASS_REASONS } from './sandbox.checks.js';
import { DECLINE_REASONS, shownSubject, type VendorCheck } from './sandbox.messages.js';

type Verdict = Pick<Observation, 'outcome' | 'reason' | 'awaiting'>;

/**
 * What the vendor's check says about ours, as of `now`. Throws `ProviderFault` with `provider_response_mismatch` where
 * it is another check. A status or code that is not in the tables leaves the check pending.
 */
export function observe(check: Check, { message, raw }: VendorMessage<VendorCheck>, now: Instant): Observation {
  if (message.client_reference !== check.verificationId) throw mismatch();
  if (check.reference !== null && message.id !== check.reference) throw mismatch();
  const { link, decided_at: decidedAt, valid_until: validUntil } = message;
  const verdict = verdictOf(check, message);
  const action = verdict?.awaiting === 'customer' && link !== null ? link : null;
  return {
    ...(verdict ?? unknownStatus),
    reference: message.id,
    observedAt: now,
    providerSequence: message.sequence,
    ...(isToken(message.code ?? message.status) && { providerCode: message.code ?? message.status }),
    ...(decidedAt !== null && { providerTime: decidedAt }),
    ...(validUntil !== null && verdict?.outcome === 'verified' && { expiresAt: validUntil }),
    ...(verdict !== null && { payload: payloadOf(message) }),
    ...(action !== null && { customerAction: { type: 'redirect', url: action.url, expiresAt: action.expires_at } }),
    answer: withoutLink(raw as JsonObject),
  };
}

const unknownStatus = {
  outcome: 'pending',
  reason: 'provider_response_unrecognised',
  retry: unrecognised().retry,
} as const satisfies Partial<Observation>;

/** The vendor's statuses that say the same for every check. */
const VERDICTS: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ['expired', { outcome: 'expired', reason: 'session_expired' }],
  ['processing', { outcome: 'pending', reason: 'provider_processing', awaiting: 'provider' }],
  ['in_review', { outcome: 'pending', reason: 'provider_review_required', awaiting: 'review' }],
  ['awaiting_customer', { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' }],
]);

function verdictOf(check: Check, { status, code }: VendorCheck): Verdict | null {
  if (status === 'approved') {
    const reason = PASS_REASONS.get(check.verificationType);
    return reason === undefined ? null : { outcome: 'verified', reason };
  }
  if (status === 'declined') {
    const reason = DECLINE_REASONS.get(code ?? '');
    return reason === undefined ? null : { outcome: 'failed', reason };
  }
  return VERDICTS.get(status) ?? null;
}

function payloadOf({ status, code, subject }: VendorCheck): JsonObject {
  const { document_type, issuing_country } = shownSubject.parse(subject ?? {});
  return {
    status,
    ...(code !== null && { code }),
    ...(document_type !== undefined && { document_type }),
    ...(issuing_country !== undefined && { issuing_country }),
  };
}

/** The link is a secret of the customer's, and no part of what the vendor said about the subject. */
function withoutLink(raw: JsonObject): JsonObject {
  return { ...raw, link: null };
}

/** Whether a vendor's word has the form of a code: free words could be about a person. */
function isToken(word: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(word);
}
