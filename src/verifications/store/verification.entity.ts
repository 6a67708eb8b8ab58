import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../platform/clock.js';
import type { JsonObject } from '../../platform/json.js';
import type { Awaiting } from '../../providers/observation.js';
import type { Status } from '../lifecycle/lifecycle.js';
import type { Verdict } from '../lifecycle/state.js';

/**
 * One verification: row and model in one. Times are {@link Instant} text with microseconds; read it through
 * `VerificationsRepository`, whose statements fetch them as text: TypeORM's own find would cut them to milliseconds.
 */
@Entity({ schema: 'customer_verifications', name: 'verifications' })
// The direction of a column is beyond TypeORM; the migration makes these, a test compares them with pg_catalog.
@Index('verifications_created_idx', { synchronize: false })
@Index('verifications_customer_idx', { synchronize: false })
@Index('verifications_status_idx', { synchronize: false })
@Index('verifications_due_idx', { synchronize: false })
@Index('verifications_ending_idx', { synchronize: false })
@Index('verifications_ending_tenant_idx', { synchronize: false })
@Index('verifications_reference_idx', { synchronize: false })
@Index('verifications_id_idx', ['id'])
@Check('verifications_status_check', `status in ('pending', 'verified', 'failed', 'expired')`)
@Check('verifications_awaiting_check', `awaiting in ('customer', 'provider', 'review')`)
@Check('verifications_pending_check', `status <> 'pending' or (verified_at is null and expires_at is null)`)
@Check('verifications_version_check', `version > 0 and round > 0 and attempts >= 0`)
export class Verification {
  @PrimaryColumn('uuid', { name: 'organization_id', primaryKeyConstraintName: 'verifications_pkey' })
  organizationId!: string;

  @PrimaryColumn('boolean', { primaryKeyConstraintName: 'verifications_pkey' })
  livemode!: boolean;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'verifications_pkey' })
  id!: string;

  @Column('uuid', { name: 'customer_id' })
  customerId!: string;

  @Column('text')
  provider!: string;

  @Column('text', { name: 'verification_type' })
  verificationType!: string;

  @Column('text', { name: 'check_type' })
  checkType!: string;

  @Column('text')
  status!: Status;

  @Column('text', { name: 'actor_id' })
  actorId!: string;

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('text', { name: 'provider_reference', nullable: true })
  providerReference!: string | null;

  /** The projection of the provider's answer as the canonical JSON text that the database holds. */
  @Column('json', { name: 'result_payload', nullable: true })
  resultPayloadText!: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Instant;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Instant;

  @Column('timestamptz', { name: 'verified_at', nullable: true })
  verifiedAt!: Instant | null;

  @Column('timestamptz', { name: 'last_checked_at', nullable: true })
  lastCheckedAt!: Instant | null;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Instant | null;

  /** One more at each change; the ETag. */
  @Column('integer')
  version!: number;

  @Column('integer')
  round!: number;

  @Column('text', { nullable: true })
  awaiting!: Awaiting | null;

  @Column('text', { name: 'awaiting_key', nullable: true })
  awaitingKey!: string | null;

  @Column('boolean')
  overridden!: boolean;

  @Column('text', { name: 'word_key', nullable: true })
  wordKey!: string | null;

  @Column('text', { name: 'reference_key', nullable: true })
  referenceKey!: string | null;

  @Column('json', { nullable: true })
  began!: Verdict | null;

  /** When the provider gave its pass; null where a no of its own has ended that, or there was none. */
  @Column('timestamptz', { name: 'passed_at', nullable: true })
  passedAt!: Instant | null;

  @Column('timestamptz', { name: 'window_ends_at' })
  windowEndsAt!: Instant;

  /** When the row's next work falls due; null: nothing to do. */
  @Column('timestamptz', { name: 'due_at', nullable: true })
  dueAt!: Instant | null;

  /** Until when, by the database's clock, the work is in the hands of one process. */
  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil!: Instant | null;

  /** Counts the claims of the present work; fences a process that has lost its lease. */
  @Column('integer')
  attempts!: number;

  /** The claim before the first of the present ladder of questions. */
  @Column('integer', { name: 'ladder_from', default: 0 })
  ladderFrom!: number;

  /** The last start surely began nothing at the provider; or none was sent, where it can be neither found nor repeated. */
  @Column('boolean', { name: 'start_refused', default: false })
  startRefused!: boolean;

  /** When the last start went out that the vendor would not know as a repetition; null: the first one, at the creation, or none yet. */
  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt!: Instant | null;

  /** Our side has closed the check; the vendor may still hold it open, and is to be told. */
  @Column('boolean', { name: 'left_open', default: false })
  leftOpen!: boolean;

  /** Known with a lock only: the lease has not run out. No column. */
  leased?: boolean;

  /** The projection of the provider's answer, parsed when asked for. */
  get resultPayload(): JsonObject | null {
    return this.resultPayloadText === null ? null : (JSON.parse(this.resultPayloadText) as JsonObject);
  }
}

/** What the reducer and the work remember in the row, shown to nobody and read under the row's lock alone. */
export type Memory =
  | 'round'
  | 'awaiting'
  | 'awaitingKey'
  | 'overridden'
  | 'wordKey'
  | 'referenceKey'
  | 'began'
  | 'passedAt'
  | 'windowEndsAt'
  | 'dueAt'
  | 'leaseUntil'
  | 'attempts'
  | 'ladderFrom'
  | 'startRefused'
  | 'startedAt'
  | 'leftOpen'
  | 'leased';

/** A verification as it is shown: its fields and its version. What is read without a lock is no more than this. */
export type ShownVerification = Omit<Verification, Memory>;
