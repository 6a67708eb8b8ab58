import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An organization's own connection to a provider. The secrets are sealed: see `ConnectionsRepository`. */
@Entity({ schema: 'customer_verifications', name: 'provider_connections' })
// Without a tenant in front: it finds the tenant of a callback.
@Index('provider_connections_token_idx', ['tokenHash'])
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

  /** Credentials and callback secrets, encrypted. */
  @Column('bytea')
  sealed!: Buffer;

  /** SHA-256 of the token in the address of its callbacks. */
  @Column('bytea', { name: 'token_hash' })
  tokenHash!: Buffer;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: string;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: string;
}
