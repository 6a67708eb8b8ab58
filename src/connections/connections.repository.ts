import { Injectable, Logger } from '@nestjs/common';
import { Database, databaseTime, type TenantScope, tenantValues, type Transaction } from '../database/index.js';
import type { Instant } from '../platform/clock.js';
import { canonicalJson, type JsonObject } from '../platform/json.js';
import { type KeyTable, type Place, Vault, vaultFaultOf } from '../vault/index.js';
import type { OwnConnection } from './connection-input.js';
import { type ConnectionRow, ConnectionStatements, LOCATE } from './connections.statements.js';
import { tokenHashOf } from './callback-token.js';
import { UnopenedConnection } from './unopened-connection.js';

/** A connection as far as it is shown. */
export interface KnownConnection {
  readonly provider: string;
  readonly settings: JsonObject;
  /** The names of the credentials that are set. */
  readonly credentials: readonly string[];
  /** The end of the address of its callbacks; null where the provider makes none. */
  readonly callbackToken: string | null;
  /** How many secrets callbacks may be signed with. */
  readonly callbackSecrets: number;
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly updatedBy: string;
}

/** Which state of which connection: one that is set up anew after it was forgotten begins again at the first version. */
export type ConnectionState = Pick<KnownConnection, 'version' | 'createdAt'>;

/** A connection that is there, with its state. */
export type FoundConnection = OwnConnection & ConnectionState;

/** Who changes a connection, and when. */
export interface ChangedBy {
  readonly actorId: string;
  readonly at: Instant;
}

/** Whose connection a callback token belongs to. */
export interface TokenOwner {
  readonly scope: TenantScope;
  readonly provider: string;
}

type Secrets = Omit<OwnConnection, 'settings'>;

/** Organizations' connections to providers. Settings are readable in the database, secrets and tokens are sealed by the vault. */
@Injectable()
export class ConnectionsRepository {
  readonly #logger = new Logger(ConnectionsRepository.name);
  readonly #statements: ConnectionStatements;

  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
  ) {
    this.#statements = new ConnectionStatements(database.ownRows);
  }

  /** The organization's own connection; null where it has none. Whatever opens one throws an {@link UnopenedConnection} where the vault can't. */
  async find(scope: TenantScope, provider: string): Promise<FoundConnection | null> {
    const row = await this.#row(scope, provider);
    return row && this.#opened(scope, row);
  }

  /** What is shown of it; null where there is none. */
  async known(scope: TenantScope, provider: string): Promise<KnownConnection | null> {
    const row = await this.#row(scope, provider);
    return row && this.#shown(scope, row);
  }

  /** All of the organization's, by provider. Throws as {@link find} does, about the first that can't be opened: a list without it would look whole. */
  async list(scope: TenantScope): Promise<KnownConnection[]> {
    const rows = await this.database.one<ConnectionRow>(scope, this.#statements.list, tenantValues(scope));
    return rows.map((row) => this.#shown(scope, row));
  }

  /** The providers that the organization has a connection to. */
  async providers(scope: TenantScope): Promise<string[]> {
    type Named = { provider: string };
    const rows = await this.database.one<Named>(scope, this.#statements.providers, tenantValues(scope));
    return rows.map(({ provider }) => provider);
  }

  /** Puts what `decide` makes of the connection in its place. Two changes at once come one after the other: each is judged against what it finds. */
  change(
    scope: TenantScope,
    provider: string,
    by: ChangedBy,
    decide: (was: FoundConnection | null) => OwnConnection,
  ): Promise<{ connection: KnownConnection; isNew: boolean }> {
    return this.database.tenant(scope, async (tx) => {
      await tx.query(this.#statements.queue, [...tenantValues(scope), provider]);
      const [row] = await tx.query<ConnectionRow>(this.#statements.lock, [...tenantValues(scope), provider]);
      const connection = decide(row ? this.#opened(scope, row) : null);
      return { connection: await this.#write(tx, scope, { provider, connection, by }), isNew: !row };
    });
  }

  /** Forgets a connection and destroys its secrets, unless `judge` throws at its state (null: there is none). False where there was none. */
  remove(scope: TenantScope, provider: string, judge: (was: ConnectionState | null) => void): Promise<boolean> {
    return this.database.tenant(scope, async (tx) => {
      const [row] = await tx.query<ConnectionRow>(this.#statements.lock, [...tenantValues(scope), provider]);
      judge(row ? stateOf(row) : null);
      if (row) await tx.finish(this.#statements.remove, [...tenantValues(scope), provider]);
      return row !== undefined;
    });
  }

  /** Whose callback token has this hash; null where it is nobody's. */
  async locate(tokenHash: Buffer): Promise<TokenOwner | null> {
    type Located = { organization_id: string; livemode: boolean; provider: string };
    const [located] = await this.database.unscoped<Located>('callback_token', LOCATE, [tokenHash]);
    if (!located) return null;
    const { organization_id: organizationId, livemode, provider } = located;
    return { scope: { organizationId, livemode }, provider };
  }

  async #row(scope: TenantScope, provider: string): Promise<ConnectionRow | null> {
    const values = [...tenantValues(scope), provider];
    const [row] = await this.database.one<ConnectionRow>(scope, this.#statements.get, values);
    return row ?? null;
  }

  async #write(
    tx: Transaction,
    scope: TenantScope,
    { provider, connection, by }: { provider: string; connection: OwnConnection; by: ChangedBy },
  ): Promise<KnownConnection> {
    const { settings, ...secrets } = connection;
    const { dataKey, ringKeyId, wrapped } = this.vault.newDataKey(placeOf(scope, provider, 'wrapped_key'));
    const sealed = this.vault.seal(
      dataKey,
      placeOf(scope, provider, 'sealed'),
      JSON.stringify(secrets satisfies Secrets),
    );
    const hash = secrets.callbackToken === null ? null : tokenHashOf(secrets.callbackToken);
    const values = [provider, canonicalJson(settings), ringKeyId, wrapped, sealed, hash, by.at, by.actorId];
    const [row] = await tx.finish<ConnectionRow>(this.#statements.put, [...tenantValues(scope), ...values]);
    if (!row) throw new Error('a connection was not stored');
    return this.#shown(scope, row);
  }

  #opened(scope: TenantScope, row: ConnectionRow): FoundConnection {
    const secrets = JSON.parse(this.#secretsIn(scope, row)) as Secrets;
    return { ...secrets, settings: JSON.parse(row.settings) as JsonObject, ...stateOf(row) };
  }

  #secretsIn(
    scope: TenantScope,
    { provider, ring_key_id: ringKeyId, wrapped_key: wrapped, sealed }: ConnectionRow,
  ): string {
    try {
      const dataKey = this.vault.openDataKey(placeOf(scope, provider, 'wrapped_key'), { ringKeyId, wrapped });
      return this.vault.open(dataKey, placeOf(scope, provider, 'sealed'), sealed);
    } catch (error) {
      const fault = vaultFaultOf(error);
      if (fault === null) throw error;
      const whose = { provider, organization_id: scope.organizationId, livemode: scope.livemode };
      this.#logger.error({ event: 'connection_not_opened', fault, ring_key_id: ringKeyId, ...whose });
      throw new UnopenedConnection(provider, error);
    }
  }

  #shown(scope: TenantScope, row: ConnectionRow): KnownConnection {
    const { settings, credentials, callbackSecrets, callbackToken, ...state } = this.#opened(scope, row);
    return {
      provider: row.provider,
      settings,
      credentials: Object.keys(credentials).sort(),
      callbackToken,
      callbackSecrets: callbackSecrets.length,
      ...state,
      updatedAt: databaseTime(row.updated_at),
      updatedBy: row.updated_by,
    };
  }
}

function stateOf({ version, created_at: createdAt }: ConnectionRow): ConnectionState {
  return { version, createdAt: databaseTime(createdAt) };
}

/** Where the keys of connections are. */
export const CONNECTION_KEYS: KeyTable = {
  ...{ name: 'provider_connections', row: 'provider', rowType: 'text' },
  placeOf: (scope, provider) => placeOf(scope, provider, 'wrapped_key'),
};

function placeOf(scope: TenantScope, provider: string, column: 'wrapped_key' | 'sealed'): Place {
  return { scope, column: `provider_connections.${column}`, row: provider };
}
