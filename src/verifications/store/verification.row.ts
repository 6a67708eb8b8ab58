import { databaseTime, databaseTimeOrNull, type SqlRow, type SqlValue } from '../../database/index.js';
import type { Awaiting } from '../../providers/observation.js';
import type { Instant } from '../../platform/clock.js';
import type { Status } from '../lifecycle/lifecycle.js';
import { CLOCK } from '../lifecycle/reducer.js';
import type { State, Verdict } from '../lifecycle/state.js';
import { type ShownVerification, Verification } from './verification.entity.js';

/** The fields of a row as the hot statements return them: times and JSON as text. */
export interface ShownRow extends SqlRow {
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
}

/** A whole row, as only a lock reads it. */
export interface LockedRow extends ShownRow {
  readonly round: number;
  readonly awaiting: Awaiting | null;
  readonly awaiting_key: string | null;
  readonly overridden: boolean;
  readonly word_key: string | null;
  readonly reference_key: string | null;
  readonly began: Verdict | null;
  readonly passed_at: string | null;
  readonly window_ends_at: string;
  readonly due_at: string | null;
  readonly attempts: number;
  readonly ladder_from: number;
  readonly start_refused: boolean;
  readonly started_at: string | null;
  readonly left_open: boolean;
  readonly leased: boolean | null;
}

/** The verification of a row that was read without a lock. */
export function shownVerificationOf(row: ShownRow): ShownVerification {
  return withFields(new Verification(), row);
}

/** The verification of a locked row. */
export function lockedVerificationOf(row: LockedRow): Verification {
  const verification = withFields(new Verification(), row);
  verification.round = row.round;
  verification.awaiting = row.awaiting;
  verification.awaitingKey = row.awaiting_key;
  verification.overridden = row.overridden;
  verification.wordKey = row.word_key;
  verification.referenceKey = row.reference_key;
  verification.began = row.began;
  verification.passedAt = passedAtOf(row);
  verification.windowEndsAt = databaseTime(row.window_ends_at);
  verification.dueAt = databaseTimeOrNull(row.due_at);
  verification.attempts = row.attempts;
  verification.ladderFrom = row.ladder_from;
  verification.startRefused = row.start_refused;
  verification.startedAt = databaseTimeOrNull(row.started_at);
  verification.leftOpen = row.left_open;
  verification.leased = row.leased === true;
  return verification;
}

/**
 * What the provider has said last is in the row's own fields, too. They count where a version without the column has written: of a pass that time has
 * ended the column, else what time has ended.
 */
function passedAtOf({
  actor_id: actor,
  verified_at: at,
  passed_at: kept,
  began,
  overridden,
  status,
}: LockedRow): Instant | null {
  if (isProvider(actor)) return databaseTimeOrNull(at);
  if (kept !== null) return databaseTime(kept);
  if (status === 'pending') return began !== null && isProvider(began.actorId) ? began.verifiedAt : null;
  return actor === CLOCK && !overridden ? databaseTimeOrNull(at) : null;
}

function isProvider(actor: string): boolean {
  return actor.startsWith('provider:');
}

function withFields(verification: Verification, row: ShownRow): Verification {
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
    awaitingKey: verification.awaitingKey,
    round: verification.round,
    overridden: verification.overridden,
    wordKey: verification.wordKey,
    referenceKey: verification.referenceKey,
    began: verification.began,
    passedAt: verification.passedAt,
    windowEndsAt: verification.windowEndsAt,
  };
}

/** The verification with another state written into it; what is not the state's stays. */
export function withState(verification: Verification, state: State): Verification {
  const { verdict, resultPayload, ...rest } = state;
  const written = { ...rest, ...verdict, resultPayloadText: resultPayload };
  return Object.assign(Object.assign(new Verification(), verification), written);
}

/** What a change says about the row's work. */
export interface WorkClaim {
  /** The claim that the change comes from; null: it counts whoever has claimed the row. */
  readonly fence: number | null;
  /** How long the row's next work belongs to this process; null: it is free. */
  readonly leaseMs: number | null;
}

/** The values of the applying statement's row, in order; `version` is the one that the change was decided on. */
export function changeValues(changed: Verification, version: number, work: WorkClaim): SqlValue[] {
  const { organizationId, livemode, id } = changed;
  return [
    ...[organizationId, livemode, id, version, changed.updatedAt, changed.status, changed.reason, changed.actorId],
    ...[changed.verifiedAt, changed.expiresAt, changed.providerReference, changed.resultPayloadText],
    ...[changed.lastCheckedAt, changed.awaiting, changed.round, changed.overridden, changed.wordKey],
    ...[changed.referenceKey, changed.began && JSON.stringify(changed.began), changed.windowEndsAt],
    ...[changed.dueAt, changed.attempts, work.leaseMs, work.fence],
    ...[changed.awaitingKey, changed.ladderFrom, changed.startRefused, changed.leftOpen, changed.passedAt],
  ];
}
