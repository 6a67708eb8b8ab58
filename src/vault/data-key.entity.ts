import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The key of one verification's evidence, wrapped. With `wrapped_key` null it is destroyed, and the evidence with it. */
@Entity({ schema: 'customer_verifications', name: 'data_keys' })
// Without a tenant in front: it finds whose keys are still wrapped by an older one.
@Index('data_keys_kept_idx', ['organizationId', 'livemode', 'createdAt'], { where: 'wrapped_key IS NOT NULL' })
@Index('data_keys_ring_key_idx', ['ringKeyId', 'organizationId', 'livemode', 'verificationId'], {
  where: 'wrapped_key is not null',
})
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

  /** One more for each key that took the place of a destroyed one. */
  @Column('integer', { default: 1 })
  generation!: number;
}
