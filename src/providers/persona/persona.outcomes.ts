import { type Instant, instantOfEpoch } from '../../platform/clock.js';
import type { JsonObject, JsonValue } from '../../platform/json.js';
import { withoutLinks } from '../vendor/linkless-answer.js';
import type { Observation } from '../observation.js';
import type { Check } from '../provider-adapter.js';
import { mismatch, unrecognised } from '../vendor/vendor-client.js';
import { PASS_REASONS } from './persona.checks.js';
import type { PersonaSettings } from './persona.connection.js';
import { type PersonaInquiry, type PersonaVerification, personaVerification } from './persona.messages.js';
import { failedChecks, failureOf } from './persona.failures.js';

type Verdict = Pick<Observation, 'outcome' | 'reason' | 'awaiting'>;

/** An inquiry with its verifications, where they were asked for, and the whole answer. */
export interface ReadInquiry {
  readonly inquiry: PersonaInquiry;
  readonly included?: readonly unknown[];
  readonly raw: JsonValue;
}

/** By which settings an inquiry is judged, as of when, and where the customer can go on. */
export interface Judging {
  readonly settings: PersonaSettings;
  readonly now: Instant;
  readonly link?: string;
}

const AWAITING: Verdict = { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' };
const WORKING: Verdict = { outcome: 'pending', reason: 'provider_processing', awaiting: 'provider' };
const AGAIN: Verdict = { outcome: 'pending', reason: 'resubmission_requested', awaiting: 'customer' };
const REVIEW: Verdict = { outcome: 'pending', reason: 'manual_review', awaiting: 'review' };

/** Throws `ProviderFault` with `provider_response_mismatch` where the inquiry is not the check's. One that was erased is known by its id, should its note be gone. */
export function expectEcho({ verificationId, reference }: Check, { id, attributes }: PersonaInquiry): void {
  if (reference !== null && reference !== id) throw mismatch();
  const wasErased = Boolean(attributes['redacted-at']) && reference !== null && !attributes.note;
  if (attributes.note !== verificationId && !wasErased) throw mismatch();
}

/** Whether the customer can still go on. */
export function isOpen({ attributes }: PersonaInquiry): boolean {
  return ['created', 'pending'].includes(attributes.status) && !attributes['redacted-at'];
}

/** What an inquiry says. Throws as {@link expectEcho} does; a status that is not in the table leaves the check pending. */
export function observe(check: Check, { inquiry, included = [], raw }: ReadInquiry, judging: Judging): Observation {
  expectEcho(check, inquiry);
  const verifications = included.flatMap((one) => personaVerification.safeParse(one).data ?? []);
  const verdict = verdictOf(check, inquiry, verifications, judging.settings);
  const { reason, retry } = unrecognised();
  const { status } = inquiry.attributes;
  const code = verdict?.outcome === 'failed' ? (failedChecks(verifications)[0] ?? status) : status;
  return {
    ...(verdict ?? { outcome: 'pending', reason, retry }),
    reference: inquiry.id,
    observedAt: judging.now,
    ...(isToken(code) && { providerCode: code }),
    // What is still to be decided has our time alone: by a vendor's clock it could seem older than what came before it.
    ...(verdict && verdict.outcome !== 'pending' && timeOf(inquiry)),
    ...(verdict && { payload: payloadOf(inquiry, verifications) }),
    ...(verdict?.awaiting === 'customer' &&
      judging.link !== undefined && {
        // Its end is the template's affair, and not told.
        customerAction: { type: 'redirect', url: judging.link, expiresAt: null },
      }),
    answer: evidenceOf(raw),
  };
}

function verdictOf(
  { verificationType }: Check,
  { attributes: { status } }: PersonaInquiry,
  verifications: readonly PersonaVerification[],
  settings: PersonaSettings,
): Verdict | null {
  const passed = PASS_REASONS.get(verificationType);
  const verified: Verdict | null = passed === undefined ? null : { outcome: 'verified', reason: passed };
  const failed: Verdict = { outcome: 'failed', reason: failureOf(verifications) };
  const verdicts: Readonly<Record<string, Verdict | null>> = {
    created: AWAITING,
    pending: newest(verifications)?.attributes.status === 'requires_retry' ? AGAIN : AWAITING,
    completed: settings.completed === 'verified' ? verified : WORKING,
    failed: settings.failed === 'failed' ? failed : WORKING,
    needs_review: REVIEW,
    approved: verified,
    declined: failed,
    expired: { outcome: 'expired', reason: 'session_expired' },
  };
  return Object.hasOwn(verdicts, status) ? (verdicts[status] ?? null) : null;
}

function newest(verifications: readonly PersonaVerification[]): PersonaVerification | undefined {
  const madeAt = ({ attributes }: PersonaVerification): number => Date.parse(attributes['created-at'] ?? '') || 0;
  return verifications.toSorted((one, other) => madeAt(other) - madeAt(one))[0];
}

/** When the status came about: a decision that is taken back later is by that the later one. */
function timeOf({ attributes }: PersonaInquiry): Pick<Observation, 'providerTime'> {
  const decided = attributes['decisioned-at'] ?? attributes['completed-at'];
  const times: Readonly<Record<string, string | null | undefined>> = {
    completed: attributes['completed-at'],
    failed: attributes['failed-at'] ?? attributes['completed-at'],
    approved: decided,
    declined: decided,
    expired: attributes['expired-at'],
  };
  const time = Object.hasOwn(times, attributes.status) ? times[attributes.status] : null;
  return time ? { providerTime: instantOfEpoch(Date.parse(time)) } : {};
}

const MOST_SHOWN = 10;

/** Statuses, kinds and codes: no field of the customer's, nothing of a document, no comment, no picture. */
function payloadOf({ attributes, relationships }: PersonaInquiry, found: readonly PersonaVerification[]): JsonObject {
  const version = relationships?.['inquiry-template-version'].data.id;
  const verifications = found.slice(0, MOST_SHOWN).map((one) => {
    const { status } = one.attributes;
    const failed = failedChecks([one]).filter(isToken);
    return {
      type: one.type.slice('verification/'.length),
      ...(isToken(status) && { status }),
      ...(failed.length > 0 && { failed_checks: failed.slice(0, MOST_SHOWN) }),
    };
  });
  return {
    status: attributes.status,
    ...(version !== undefined && { template_version: version }),
    ...(verifications.length > 0 && { verifications }),
  };
}

/** The whole answer but links and session tokens: those are the customer's. */
function evidenceOf(raw: JsonValue): JsonValue {
  const { meta: _link, ...answer } = raw as JsonObject;
  return withoutLinks(answer);
}

/** Whether a vendor's word has the form of a code: free words could be about a person. */
function isToken(word: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(word);
}
