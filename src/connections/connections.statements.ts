import type { SqlRow, Statement } from '../database/index.js';

/** A row of `provider_connections`, as it is read. */
export interface ConnectionRow extends SqlRow {
  readonly provider: string;
  readonly settings: string;
  readonly ring_key_id: string;
  readonly wrapped_key: Buffer;
  readonly sealed: Buffer;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly updated_by: string;
}

const TABLE = 'customer_verifications.provider_connections';
const ROW = `provider, settings::text as settings, ring_key_id, wrapped_key, sealed, version, updated_by,
    (created_at at time zone 'UTC')::text as created_at, (updated_at at time zone 'UTC')::text as updated_at`;
/** No deployment has wired more. */
const MOST_PROVIDERS = 500;

/** Finds whose token it is. */
export const LOCATE: Statement = {
  name: 'connections_locate',
  text: `select organization_id, livemode, provider from ${TABLE} where token_hash = $1 limit 1`,
};

/** The SQL of connections. `$1`, `$2` are the tenant's, `$3` the provider but for `list`. */
export class ConnectionStatements {
  readonly get: Statement;
  readonly lock: Statement;
  readonly list: Statement;
  readonly remove: Statement;
  readonly providers: Statement;
  /** Until the end of the transaction no other change of it begins: there may be no row yet to lock. */
  readonly queue: Statement = {
    name: 'connections_queue',
    text: `select pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'connection', $1::uuid, $2::boolean, $3::text), 0))`,
  };
  readonly put: Statement = {
    name: 'connections_put',
    text: `insert into ${TABLE} as connection
        (organization_id, livemode, provider, settings, ring_key_id, wrapped_key, sealed, token_hash, version, created_at, updated_at, updated_by)
      values ($1::uuid, $2::boolean, $3::text, $4::json, $5, $6::bytea, $7::bytea, $8::bytea, 1, $9::timestamptz, $9::timestamptz, $10::text)
      on conflict (organization_id, livemode, provider) do update
      set settings = excluded.settings, ring_key_id = excluded.ring_key_id, wrapped_key = excluded.wrapped_key, sealed = excluded.sealed,
        token_hash = excluded.token_hash, version = connection.version + 1, updated_at = excluded.updated_at, updated_by = excluded.updated_by
      returning ${ROW}`,
  };

  constructor(ownRows: string) {
    const one = `from ${TABLE} where ${ownRows} and provider = $3`;
    this.get = { name: 'connections_get', text: `select ${ROW} ${one}` };
    this.lock = { name: 'connections_lock', text: `select ${ROW} ${one} for update` };
    this.list = {
      name: 'connections_list',
      text: `select ${ROW} from ${TABLE} where ${ownRows} order by provider limit ${String(MOST_PROVIDERS)}`,
    };
    this.providers = {
      name: 'connections_providers',
      text: `select provider from ${TABLE} where ${ownRows} limit ${String(MOST_PROVIDERS)}`,
    };
    this.remove = { name: 'connections_remove', text: `delete ${one}` };
  }
}
