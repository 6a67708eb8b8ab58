import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What became of a request with an Idempotency-Key: not its answer, but which version of which verification it answered with. */
@Entity({ schema: 'customer_verifications', name: 'idempotency_records' })
// Without a tenant in front: it finds the tenants that have outdated records.
@Index('idempotency_records_created_idx', ['createdAt'])
@Check(
  'idempotency_records_state_check',
  `(state = 'in_progress' and lease_until is not null) or (state = 'done' and version is not null and http_status is not null)`,
)
export class IdempotencyRecord {
  @PrimaryColumn('uuid', { name: 'organization_id', primaryKeyConstraintName: 'idempotency_records_pkey' })
  organizationId!: string;

  @PrimaryColumn('boolean', { primaryKeyConstraintName: 'idempotency_records_pkey' })
  livemode!: boolean;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'idempotency_records_pkey' })
  key!: string;

  @Column('bytea')
  fingerprint!: Buffer;

  @Column('uuid', { name: 'verification_id' })
  verificationId!: string;

  @Column('integer', { nullable: true })
  version!: number | null;

  @Column('smallint', { name: 'http_status', nullable: true })
  httpStatus!: number | null;

  @Column('text')
  state!: 'in_progress' | 'done';

  /** Until when the request is taken to be under way; after that the caller may take it over. */
  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil!: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: string;
}
