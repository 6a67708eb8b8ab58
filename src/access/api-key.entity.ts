import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Scope } from '../context/index.js';

/** A credential of one organization's live or test world. The key itself is nowhere: only its SHA-256. */
@Entity({ schema: 'customer_verifications', name: 'api_keys' })
// The one index without a tenant in front: it finds the tenant. Not unique for the same reason.
@Index('api_keys_hash_idx', ['hash'])
export class ApiKey {
  @PrimaryColumn('uuid', { name: 'organization_id', primaryKeyConstraintName: 'api_keys_pkey' })
  organizationId!: string;

  @PrimaryColumn('boolean', { primaryKeyConstraintName: 'api_keys_pkey' })
  livemode!: boolean;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'api_keys_pkey' })
  id!: string;

  @Column('bytea')
  hash!: Buffer;

  /** The person or system behind the key; stays when the key is rotated. */
  @Column('text', { name: 'principal_id' })
  principalId!: string;

  @Column('text')
  label!: string;

  @Column('text', { array: true })
  scopes!: Scope[];

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: string;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: string | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: string | null;
}
