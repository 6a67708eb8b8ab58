import { canonicalJson, type JsonObject } from '../../platform/json.js';
import type { ShownVerification } from './verification.entity.js';
import { type ShownRow, shownVerificationOf } from './verification.row.js';

/** What the wire form needs of a verification: the 16 fields of the contract. */
export type WireFields = Pick<
  ShownVerification,
  | 'actorId'
  | 'checkType'
  | 'createdAt'
  | 'customerId'
  | 'expiresAt'
  | 'id'
  | 'lastCheckedAt'
  | 'organizationId'
  | 'provider'
  | 'providerReference'
  | 'reason'
  | 'resultPayloadText'
  | 'status'
  | 'updatedAt'
  | 'verificationType'
  | 'verifiedAt'
>;

/**
 * A verification as canonical JSON text (RFC 8785): its 16 fields, always all, in alphabetical order. The one place that writes this form,
 * for answers, events and everything downstream. The payload's text is spliced in as the database holds it.
 */
export function wireText(row: WireFields): string {
  // Only free words can hold what JSON escapes: times, UUIDs and names match patterns that exclude it.
  return (
    `{"actor_id":${JSON.stringify(row.actorId)},"check_type":"${row.checkType}","created_at":"${row.createdAt}"` +
    `,"customer_id":"${row.customerId}","expires_at":${time(row.expiresAt)},"id":"${row.id}"` +
    `,"last_checked_at":${time(row.lastCheckedAt)},"organization_id":"${row.organizationId}"` +
    `,"provider":"${row.provider}","provider_reference":${JSON.stringify(row.providerReference)}` +
    `,"reason":${JSON.stringify(row.reason)},"result_payload":${row.resultPayloadText ?? 'null'}` +
    `,"status":"${row.status}","updated_at":"${row.updatedAt}","verification_type":"${row.verificationType}"` +
    `,"verified_at":${time(row.verifiedAt)}}`
  );
}

function time(at: string | null): string {
  return at === null ? 'null' : `"${at}"`;
}

/** The verification that {@link wireText} wrote: the 16 fields, and what the text does not say. */
export function verificationOfWire(text: string, livemode: boolean, version: number): ShownVerification {
  const data = JSON.parse(text) as Record<string, string | null> & { result_payload: JsonObject | null };
  const row = { ...data, livemode, version, result_payload: data.result_payload && canonicalJson(data.result_payload) };
  return shownVerificationOf(row as unknown as ShownRow);
}
