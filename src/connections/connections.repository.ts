import { Injectable } from '@nestjs/common';
import { Database, type SqlRow, type Statement, type TenantScope, tenantValues } from '../database/index.js';
import type { Instant } from '../platform/clock.js';
import { canonicalJson, type JsonObject } from '../platform/json.js';
import type { Connection } from '../providers/provider-adapter.js';
import { type Place, Vault } from '../vault/index.js';

/** A connection to be stored, with the hash of its callback token. */
export interface NewConnection extends Required<Connection> {
  readonly provider: string;
  readonly tokenHash: Buffer;
  readonly updatedAt: Instant;
}

/** Whose connection a callback token belongs to. */
export interface TokenOwner {
  readonly scope: TenantScope;
  readonly provider: string;
}

interface ConnectionRow extends SqlRow {
  readonly settings: string;
  readonly ring_key_id: string;
  readonly wrapped_key: Buffer;
  readonly sealed: Buffer;
}

interface Secrets {
  readonly credentials: Connection['credentials'];
  readonly callbackSecrets: readonly string[];
}

const TABLE = 'customer_verifications.provider_connections';

const LOCATE: Statement = {
  name: 'connections_locate',
  text: `select organization_id, livemode, provider from ${TABLE} where token_hash = $1 limit 1`,
};

/** Organizations' connections to providers. Settings are readable in the database, secrets are sealed by the vault. */
@Injectable()
export class ConnectionsRepository {
  readonly #get: Statement;
  readonly #put: Statement;
  readonly #remove: Statement;

  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
  ) {
    const { ownRows } = database;
    this.#get = {
      name: 'connections_get',
      text: `select settings::text as settings, ring_key_id, wrapped_key, sealed from ${TABLE} where ${ownRows} and provider = $3`,
    };
    this.#put = {
      name: 'connections_put',
      text: `insert into ${TABLE}
          (organization_id, livemode, provider, settings, ring_key_id, wrapped_key, sealed, token_hash, created_at, updated_at)
        values ($1::uuid, $2::boolean, $3::text, $4::json, $5, $6::bytea, $7::bytea, $8::bytea, $9::timestamptz, $9::timestamptz)
        on conflict (organization_id, livemode, provider) do update
        set settings = excluded.settings, ring_key_id = excluded.ring_key_id, wrapped_key = excluded.wrapped_key, sealed = excluded.sealed,
          token_hash = excluded.token_hash, updated_at = excluded.updated_at`,
    };
    this.#remove = { name: 'connections_remove', text: `delete from ${TABLE} where ${ownRows} and provider = $3` };
  }

  /** The organization's own connection; null where it has none. Throws where the key ring can't open it. */
  async find(scope: TenantScope, provider: string): Promise<Required<Connection> | null> {
    const [row] = await this.database.one<ConnectionRow>(scope, this.#get, [...tenantValues(scope), provider]);
    if (!row) return null;
    const dataKey = this.vault.openDataKey(placeOf(scope, provider, 'wrapped_key'), {
      ringKeyId: row.ring_key_id,
      wrapped: row.wrapped_key,
    });
    const secrets = JSON.parse(this.vault.open(dataKey, placeOf(scope, provider, 'sealed'), row.sealed)) as Secrets;
    return { ...secrets, settings: JSON.parse(row.settings) as JsonObject };
  }

  /** Stores a connection in the place of the one before. */
  async put(scope: TenantScope, connection: NewConnection): Promise<void> {
    const { provider, credentials, callbackSecrets, settings, tokenHash, updatedAt } = connection;
    const { dataKey, ringKeyId, wrapped } = this.vault.newDataKey(placeOf(scope, provider, 'wrapped_key'));
    const secrets = JSON.stringify({ credentials, callbackSecrets } satisfies Secrets);
    const sealed = this.vault.seal(dataKey, placeOf(scope, provider, 'sealed'), secrets);
    const values = [provider, canonicalJson(settings), ringKeyId, wrapped, sealed, tokenHash, updatedAt];
    await this.database.one(scope, this.#put, [...tenantValues(scope), ...values]);
  }

  /** Forgets a connection and destroys its secrets. */
  async remove(scope: TenantScope, provider: string): Promise<void> {
    await this.database.one(scope, this.#remove, [...tenantValues(scope), provider]);
  }

  /** Whose callback token has this hash; null where it is nobody's. */
  async locate(tokenHash: Buffer): Promise<TokenOwner | null> {
    type Located = { organization_id: string; livemode: boolean; provider: string };
    const [located] = await this.database.unscoped<Located>('callback_token', LOCATE, [tokenHash]);
    if (!located) return null;
    const { organization_id: organizationId, livemode, provider } = located;
    return { scope: { organizationId, livemode }, provider };
  }
}

function placeOf(scope: TenantScope, provider: string, column: 'wrapped_key' | 'sealed'): Place {
  return { scope, column: `provider_connections.${column}`, row: provider };
}
