import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An organization's own connection to a provider. The secrets are sealed: see `ConnectionsRepository`. */
@Entity({ schema: 'customer_verifications', name: 'provider_connections' })
// Without a tenant in front: it finds the tenant of a callback.
@Index('provider_connections_token_idx', ['tokenHash'], { where: 'token_hash is not null' })
// And whose keys are still wrapped by an older one.
@Index('provider_connections_ring_key_idx', ['ringKeyId', 'organizationId', 'livemode', 'provider'])
export class ProviderConnection {
  @PrimaryColumn('uuid', { name: 'organization_id', primaryKeyConstraintName: 'provider_connections_pkey' })
  organizationId!: string;

  @PrimaryColumn('boolean', { primaryKeyConstraintName: 'provider_connections_pkey' })
  livemode!: boolean;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'provider_connections_pkey' })
  provider!: string;

  @Column('json')
  settings!: string;

  @Column('text', { name: 'ring_key_id' })
  ringKeyId!: string;

  @Column('bytea', { name: 'wrapped_key' })
  wrappedKey!: Buffer;

  /** Credentials, callback secrets and callback token, encrypted. */
  @Column('bytea')
  sealed!: Buffer;

  /** SHA-256 of the token in the address of its callbacks; null where the provider makes none. */
  @Column('bytea', { name: 'token_hash', nullable: true })
  tokenHash!: Buffer | null;

  @Column('integer')
  version!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: string;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: string;

  /** Who changed it last. */
  @Column('text', { name: 'updated_by' })
  updatedBy!: string;
}
