import { databaseTime, databaseTimeOrNull, type SqlRow, type SqlValue } from '../../database/index.js';
import type { Awaiting } from '../../providers/observation.js';
import type { Status } from '../lifecycle/lifecycle.js';
import type { State, Verdict } from '../lifecycle/state.js';
import { Verification } from './verification.entity.js';

/** A row as the hot statements return it: times and JSON as text. The last members come only with a lock. */
export interface VerificationRow extends SqlRow {
  readonly organization_id: string;
  readonly livemode: boolean;
  readonly id: string;
  readonly customer_id: string;
  readonly provider: string;
  readonly verification_type: string;
  readonly check_type: string;
  readonly status: Status;
  readonly actor_id: string;
  readonly reason: string | null;
  readonly provider_reference: string | null;
  readonly result_payload: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly verified_at: string | null;
  readonly last_checked_at: string | null;
  readonly expires_at: string | null;
  readonly version: number;
  readonly round?: number;
  readonly awaiting?: Awaiting | null;
  readonly overridden?: boolean;
  readonly word_key?: string | null;
  readonly reference_key?: string | null;
  readonly began?: Verdict | null;
  readonly window_ends_at?: string;
}

/** The verification that a row of the database holds. */
export function verificationOf(row: VerificationRow): Verification {
  const verification = new Verification();
  verification.organizationId = row.organization_id;
  verification.livemode = row.livemode;
  verification.id = row.id;
  verification.customerId = row.customer_id;
  verification.provider = row.provider;
  verification.verificationType = row.verification_type;
  verification.checkType = row.check_type;
  verification.status = row.status;
  verification.actorId = row.actor_id;
  verification.reason = row.reason;
  verification.providerReference = row.provider_reference;
  verification.resultPayloadText = row.result_payload;
  verification.createdAt = databaseTime(row.created_at);
  verification.updatedAt = databaseTime(row.updated_at);
  verification.verifiedAt = databaseTimeOrNull(row.verified_at);
  verification.lastCheckedAt = databaseTimeOrNull(row.last_checked_at);
  verification.expiresAt = databaseTimeOrNull(row.expires_at);
  verification.version = row.version;
  return row.window_ends_at === undefined ? verification : withMemory(verification, row, row.window_ends_at);
}

function withMemory(verification: Verification, row: VerificationRow, windowEndsAt: string): Verification {
  verification.round = row.round ?? 1;
  verification.awaiting = row.awaiting ?? null;
  verification.overridden = row.overridden ?? false;
  verification.wordKey = row.word_key ?? null;
  verification.referenceKey = row.reference_key ?? null;
  verification.began = row.began ?? null;
  verification.windowEndsAt = databaseTime(windowEndsAt);
  return verification;
}

/** What the reducer reads of a verification that was locked or just made. */
export function stateOf(verification: Verification): State {
  const { status, reason, actorId, verifiedAt, expiresAt } = verification;
  return {
    verdict: { status, reason, actorId, verifiedAt, expiresAt },
    providerReference: verification.providerReference,
    resultPayload: verification.resultPayloadText,
    lastCheckedAt: verification.lastCheckedAt,
    awaiting: verification.awaiting,
    round: verification.round,
    overridden: verification.overridden,
    wordKey: verification.wordKey,
    referenceKey: verification.referenceKey,
    began: verification.began,
    windowEndsAt: verification.windowEndsAt,
  };
}

/** The verification with another state written into it; what is not the state's stays. */
export function withState(verification: Verification, state: State): Verification {
  const { verdict, resultPayload, ...rest } = state;
  const written = { ...rest, ...verdict, resultPayloadText: resultPayload };
  return Object.assign(Object.assign(new Verification(), verification), written);
}

/** The values of the applying statement's row, in order; `version` is the one that the change was decided on. */
export function changeValues(changed: Verification, version: number): SqlValue[] {
  const { organizationId, livemode, id } = changed;
  return [
    ...[organizationId, livemode, id, version, changed.updatedAt, changed.status, changed.reason, changed.actorId],
    ...[changed.verifiedAt, changed.expiresAt, changed.providerReference, changed.resultPayloadText],
    ...[changed.lastCheckedAt, changed.awaiting, changed.round, changed.overridden, changed.wordKey],
    ...[changed.referenceKey, changed.began && JSON.stringify(changed.began), changed.dueAt, changed.windowEndsAt],
  ];
}
