import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Scope, SCOPES } from '../context/index.js';
import { Database, databaseTimeOrNull, type SqlRow, type Statement, type TenantScope } from '../database/index.js';
import type { Instant } from '../platform/clock.js';
import type { PresentedKey } from './api-key.js';

/** A key that was found, valid or not. */
export interface FoundKey extends TenantScope {
  readonly id: string;
  readonly principalId: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Instant | null;
  readonly revoked: boolean;
}

/** A key to be stored. */
export interface NewKey extends TenantScope {
  readonly id: string;
  readonly hash: Buffer;
  readonly principalId: string;
  readonly label: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Instant;
  /** Never, unless told. */
  readonly expiresAt?: Instant | null;
}

interface KeyRow extends SqlRow {
  readonly hash: Buffer;
  readonly principal_id: string;
  readonly scopes: string[];
  readonly expires_at: string | null;
  readonly revoked: boolean;
}

const LOCATE: Statement = {
  name: 'api_keys_locate',
  text: 'select organization_id, livemode, id from customer_verifications.api_keys where hash = $1 limit 1',
};

const ADD: Statement = {
  name: 'api_keys_add',
  text: `insert into customer_verifications.api_keys (organization_id, livemode, id, hash, principal_id, label, scopes, created_at, expires_at)
    select $1::uuid, $2::boolean, $3::uuid, $4::bytea, $5, $6, $7::text[], $8::timestamptz, $9::timestamptz
    where not exists (select from customer_verifications.api_keys where organization_id = $1 and livemode = $2 and hash = $4)`,
};

/** API keys. Finding one takes both doors: the first tells only whose it is. */
@Injectable()
export class ApiKeysRepository {
  readonly #get: Statement;
  readonly #revoke: Statement;

  constructor(private readonly database: Database) {
    this.#get = {
      name: 'api_keys_get',
      text: `select hash, principal_id, scopes, (expires_at at time zone 'UTC')::text as expires_at, revoked_at is not null as revoked
        from customer_verifications.api_keys where ${database.ownRows} and id = $3`,
    };
    this.#revoke = {
      name: 'api_keys_revoke',
      text: `update customer_verifications.api_keys set revoked_at = $4::timestamptz
        where ${database.ownRows} and id = $3 and revoked_at is null returning id`,
    };
  }

  /** The stored key for one that was presented; null where there is none. */
  async find({ hash, livemode }: PresentedKey): Promise<FoundKey | null> {
    type Located = { organization_id: string; livemode: boolean; id: string };
    const [located] = await this.database.unscoped<Located>('api_key', LOCATE, [hash]);
    if (!located || located.livemode !== livemode) return null;
    const scope = { organizationId: located.organization_id, livemode };
    const [row] = await this.database.one<KeyRow>(scope, this.#get, [scope.organizationId, livemode, located.id]);
    if (!row || row.hash.length !== hash.length || !timingSafeEqual(row.hash, hash)) return null;
    const scopes = SCOPES.filter((known) => row.scopes.includes(known));
    const { principal_id: principalId, revoked } = row;
    return { ...scope, id: located.id, principalId, scopes, expiresAt: databaseTimeOrNull(row.expires_at), revoked };
  }

  /** Stores a key; nothing where the tenant has it already. */
  async add(key: NewKey): Promise<void> {
    const { organizationId, livemode, id, hash, principalId, label, scopes, createdAt, expiresAt = null } = key;
    const values = [organizationId, livemode, id, hash, principalId, label, [...scopes], createdAt, expiresAt];
    await this.database.one(key, ADD, values);
  }

  /** Ends a key; it may work for another second where it is cached. False where there is none to end. */
  async revoke(scope: TenantScope, id: string, now: Instant): Promise<boolean> {
    const values = [scope.organizationId, scope.livemode, id, now];
    return (await this.database.one(scope, this.#revoke, values)).length === 1;
  }
}
