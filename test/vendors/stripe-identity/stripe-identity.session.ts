import type { JsonObject, JsonValue } from '../../../src/platform/json.js';

/** What of a session a test decides. */
export interface StripeEntry {
  readonly status?: string;
  readonly error?: string | null;
  /** When the report was made, in seconds since 1970; null: there is none. */
  readonly reportedAt?: number | null;
  /** Members of the session as they are shown, in place of what they would be. */
  readonly shown?: JsonObject;
  /** What is shown is none of what Stripe documents. */
  readonly documented?: false;
}

/** A session as it was asked for. */
export interface SentSession {
  readonly type: 'document' | 'id_number' | 'verification_flow';
  readonly flow?: string | undefined;
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly selfie: boolean;
  readonly details: Readonly<Record<string, string>> | null;
}

/** A session that the vendor keeps. */
export interface KeptSession {
  readonly id: string;
  readonly number: number;
  readonly created: number;
  sent: SentSession;
  entry: StripeEntry;
  isErased: boolean;
}

const ERASED = '[redacted]';

/** The session as the API shows it. An open one has another URL each time. */
export function sessionOf(kept: KeptSession, expand: readonly string[], livemode: boolean, page: string): JsonObject {
  const { id, created, sent, entry, isErased } = kept;
  const { status = 'requires_input', error = null } = entry;
  const isOpen = status === 'requires_input';
  const report = reportOf(kept, livemode);
  const verified = status === 'verified';
  return {
    id,
    object: 'identity.verification_session',
    client_reference_id: sent.reference,
    client_secret: isOpen ? `${id}_secret_${page}` : null,
    created,
    last_error: error === null ? null : { code: error, reason: 'Words about Canary-Erika.' },
    last_verification_report: report && (expand.includes('last_verification_report') ? report : (report['id'] ?? null)),
    livemode,
    metadata: sent.metadata,
    options: sent.type === 'document' ? { document: { require_matching_selfie: sent.selfie } } : null,
    provided_details: sent.details,
    redaction: isErased ? { status: 'processing' } : null,
    related_customer: null,
    status,
    type: sent.type,
    url: isOpen ? `https://verify.stripe.com/start/test_${page}` : null,
    ...(sent.flow !== undefined && { verification_flow: sent.flow }),
    verified_outputs: verified ? { first_name: word(isErased, 'Canary-Erika'), last_name: null } : null,
    ...entry.shown,
  };
}

function reportOf({ id, number, sent, entry, isErased, created }: KeptSession, livemode: boolean): JsonObject | null {
  const { status = 'requires_input', error = null, reportedAt = created + 60 } = entry;
  const isDone = status === 'verified' || (error !== null && /^(document|selfie|id_number)_/.test(error));
  if (!isDone || reportedAt === null) return null;
  const part = (family: string): JsonObject => {
    const failed = error?.startsWith(family) === true;
    return { status: failed ? 'unverified' : 'verified', error: failed ? { code: error, reason: 'Words.' } : null };
  };
  const names = { first_name: word(isErased, 'Canary-Erika'), last_name: word(isErased, 'Canary-Mustermann') };
  const document = {
    ...part('document_'),
    ...names,
    type: 'passport',
    issuing_country: word(isErased, 'DE'),
    files: [],
  };
  return {
    id: `vr_${String(number)}`,
    object: 'identity.verification_report',
    client_reference_id: sent.reference,
    created: reportedAt,
    livemode,
    options: {},
    type: sent.type,
    verification_session: id,
    ...(sent.type === 'id_number' ? { id_number: { ...part('id_number_'), ...names } } : { document }),
    ...(sent.selfie && { selfie: { ...part('selfie_'), document: 'file_1', selfie: 'file_2' } }),
  };
}

/** What stands where something personal stood. */
export function erased(details: SentSession['details']): SentSession['details'] {
  return details && Object.fromEntries(Object.keys(details).map((name) => [name, ERASED]));
}

function word(isErased: boolean, value: string): JsonValue {
  return isErased ? ERASED : value;
}
