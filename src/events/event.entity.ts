import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One event as stored. `header` is immutable; redaction sets `body` and `salt` to null and the chain of hashes still holds. */
@Entity({ schema: 'customer_verifications', name: 'events' })
@Index('events_verification_idx', ['organizationId', 'livemode', 'verificationId', 'sequence'])
@Check('events_redaction_check', `(body is null) = (salt is null)`)
export class StoredEvent {
  @PrimaryColumn('uuid', { name: 'organization_id', primaryKeyConstraintName: 'events_pkey' })
  organizationId!: string;

  @PrimaryColumn('boolean', { primaryKeyConstraintName: 'events_pkey' })
  livemode!: boolean;

  /** Gap-free for each tenant, from 1. */
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'events_pkey' })
  sequence!: string;

  @Column('uuid')
  id!: string;

  @Column('uuid', { name: 'verification_id' })
  verificationId!: string;

  @Column('integer')
  version!: number;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt!: string;

  /** Canonical JSON text of all members but `data` and `reason`. */
  @Column('text')
  header!: string;

  /** Canonical JSON text of `data` and `reason`; null once redacted. */
  @Column('text', { nullable: true })
  body!: string | null;

  @Column('bytea', { nullable: true })
  salt!: Buffer | null;

  /** `sha256(previous hash || sequence as 8 bytes || sha256(header) || sha256(salt || body))`. */
  @Column('bytea')
  hash!: Buffer;
}
