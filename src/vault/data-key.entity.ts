import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The key of one verification's evidence, wrapped. With `wrapped_key` null it is destroyed, and the evidence with it. */
@Entity({ schema: 'customer_verifications', name: 'data_keys' })
export class DataKey {
  @PrimaryColumn('uuid', { name: 'organization_id', primaryKeyConstraintName: 'data_keys_pkey' })
  organizationId!: string;

  @PrimaryColumn('boolean', { primaryKeyConstraintName: 'data_keys_pkey' })
  livemode!: boolean;

  @PrimaryColumn('uuid', { name: 'verification_id', primaryKeyConstraintName: 'data_keys_pkey' })
  verificationId!: string;

  @Column('text', { name: 'ring_key_id' })
  ringKeyId!: string;

  @Column('bytea', { name: 'wrapped_key', nullable: true })
  wrappedKey!: Buffer | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: string;
}
