import { randomBytes, randomUUID } from 'node:crypto';
import type { Instant } from '../../../../platform/clock.js';
import type { JsonObject } from '../../../../platform/json.js';
import type { CallbackManner } from '../../sandbox.scenarios.js';
import type { StoredCheck } from '../check.record.js';

/** One callback, not yet signed. */
export interface CallbackMessage {
  /** The check that it is about, whatever the body says; for the journal. */
  readonly checkId: string;
  readonly eventId: string | null;
  /** As sent, byte for byte. Holds no word about the subject. */
  readonly body: string;
  /** Goes out once, with a signature that is not the vendor's. */
  readonly forged: boolean;
}

/** The callback about the check's present state, in the form that its manner asks for. */
export function messageOf(check: StoredCheck, manner: CallbackManner, now: Instant): CallbackMessage {
  const eventId = manner === 'without_id' ? null : newId('evt');
  const data = { ...subjectOf(check, manner), status: check.status };
  return { checkId: check.id, eventId, body: bodyOf(eventId, now, data), forged: false };
}

/** A callback that somebody else made up, with the opposite news of the check. */
export function forgeryOf(check: StoredCheck, now: Instant): CallbackMessage {
  const eventId = newId('evt');
  const status = check.status === 'approved' ? 'declined' : 'approved';
  const data = { ...subjectOf(check, 'forged'), status };
  return { checkId: check.id, eventId, body: bodyOf(eventId, now, data), forged: true };
}

function subjectOf({ id, client_reference }: StoredCheck, manner: CallbackManner): JsonObject {
  if (manner === 'unknown') return { check_id: newId('sbx'), client_reference: randomUUID() };
  if (manner === 'early') return { check_id: id };
  return { check_id: id, client_reference };
}

/** Without an id there is no time either: equal news are equal bodies then, as with vendors that have no ids. */
function bodyOf(eventId: string | null, now: Instant, data: JsonObject): string {
  const type = 'check.changed';
  return JSON.stringify(eventId === null ? { type, data } : { event_id: eventId, type, created_at: now, data });
}

function newId(kind: 'evt' | 'sbx'): string {
  return `${kind}_${randomBytes(12).toString('hex')}`;
}
