import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The end of a tenant's stream: its last sequence, time and hash. Its row lock is the last that any transaction takes. */
@Entity({ schema: 'customer_verifications', name: 'event_streams' })
export class EventStream {
  @PrimaryColumn('uuid', { name: 'organization_id', primaryKeyConstraintName: 'event_streams_pkey' })
  organizationId!: string;

  @PrimaryColumn('boolean', { primaryKeyConstraintName: 'event_streams_pkey' })
  livemode!: boolean;

  @Column('bigint')
  sequence!: string;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt!: string;

  @Column('bytea')
  hash!: Buffer;
}
