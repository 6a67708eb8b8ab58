import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A genuine callback that has been accepted: one row for each check that it points at, under the tenant whose connection it came by. */
@Entity({ schema: 'customer_verifications', name: 'callback_inbox' })
// Partial indexes are the migration's; a test compares them with pg_catalog.
@Index('callback_inbox_event_idx', { synchronize: false })
@Index('callback_inbox_body_idx', { synchronize: false })
@Index('callback_inbox_due_idx', { synchronize: false })
@Index('callback_inbox_settled_idx', { synchronize: false })
@Index('callback_inbox_ring_key_idx', { synchronize: false })
@Check(
  'callback_inbox_settled_check',
  `(outcome is null and settled_at is null)
    or (outcome in ('heard', 'unknown_check', 'unanswered', 'unreadable') and settled_at is not null and due_at is null)`,
)
@Check('callback_inbox_about_check', '(about_organization_id is null) = (about_livemode is null)')
@Check(
  'callback_inbox_sealed_check',
  `(sealed is null and wrapped_key is null and ring_key_id is null)
    or (sealed is not null and wrapped_key is not null and ring_key_id is not null)`,
)
export class InboxItem {
  @PrimaryColumn('uuid', { name: 'organization_id', primaryKeyConstraintName: 'callback_inbox_pkey' })
  organizationId!: string;

  @PrimaryColumn('boolean', { primaryKeyConstraintName: 'callback_inbox_pkey' })
  livemode!: boolean;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'callback_inbox_pkey' })
  id!: string;

  @Column('text')
  provider!: string;

  /** Equal keys are the same news: by the vendor's event id, or by the body where it has none. */
  @Column('bytea', { name: 'dedup_key' })
  dedupKey!: Buffer;

  @Column('boolean', { name: 'has_event_id' })
  hasEventId!: boolean;

  /** The vendor's id of the check. */
  @Column('text', { nullable: true })
  reference!: string | null;

  /** Our id of the check, as the vendor sent it. */
  @Column('text', { name: 'our_reference', nullable: true })
  ourReference!: string | null;

  /** Whose check it seemed to be as it came by the deployment's connection: for sharing out hands, and for nothing else. */
  @Column('uuid', { name: 'about_organization_id', nullable: true })
  aboutOrganizationId!: string | null;

  @Column('boolean', { name: 'about_livemode', nullable: true })
  aboutLivemode!: boolean | null;

  @Column('text', { name: 'ring_key_id', nullable: true })
  ringKeyId!: string | null;

  @Column('bytea', { name: 'wrapped_key', nullable: true })
  wrappedKey!: Buffer | null;

  /** What the signed body says, encrypted; only of vendors that can't be asked. */
  @Column('bytea', { nullable: true })
  sealed!: Buffer | null;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt!: string;

  /** How often equal news came while nobody had looked. */
  @Column('integer')
  deliveries!: number;

  @Column('text', { nullable: true })
  outcome!: 'heard' | 'unknown_check' | 'unanswered' | 'unreadable' | null;

  @Column('timestamptz', { name: 'settled_at', nullable: true })
  settledAt!: string | null;

  @Column('timestamptz', { name: 'due_at', nullable: true })
  dueAt!: string | null;

  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil!: string | null;

  @Column('integer')
  attempts!: number;
}
