import { timingSafeEqual } from 'node:crypto';
import { deploymentScope, type TenantScope } from '../database/index.js';
import type { Clock } from '../platform/clock.js';
import type { JsonObject } from '../platform/json.js';
import { Remembered } from '../platform/remembered.js';
import type { Connection, ProviderAdapter } from '../providers/provider-adapter.js';
import { tokenHashOf } from './callback-token.js';
import { type ConnectionsRepository, type FoundConnection, type TokenOwner } from './connections.repository.js';
import { UnopenedConnection } from './unopened-connection.js';

/** The deployment's own connection to a provider: counts for every organization that has none of its own. */
export interface DeploymentConnection extends Connection {
  /** What stands at the end of the address of its callbacks: at least 32 of letters, digits and `. _ ~ + = -`. Without it no callback is accepted. */
  readonly callbackToken?: string;
}

/** The deployment's connections by provider: live credentials are never spent on test data. */
export interface DeploymentConnections {
  readonly live: Readonly<Record<string, DeploymentConnection>>;
  readonly test: Readonly<Record<string, DeploymentConnection>>;
}

/** A connection that a callback came by, and whose it is. The deployment's own belongs to `deploymentScope`. */
export interface CalledConnection {
  readonly scope: TenantScope;
  readonly connection: Connection;
}

/** Whose connection counts: `none`, where nobody has set one up. */
export type ConnectionSource = 'own' | 'deployment' | 'none';

/** What of an adapter tells its connection. */
type Connectable = Pick<ProviderAdapter, 'provider' | 'connectionForm'>;

/** How long a changed connection may count as it was. */
const REMEMBERED_MS = 1_000;

/** The connection of a provider that has none: nothing in it. */
export const NO_CONNECTION: Connection = { credentials: {}, settings: {} };

/** Which connection counts for whom: an organization's own, or else the deployment's. */
export class Connections {
  readonly #own: Remembered<TenantScope & { readonly provider: string }, FoundConnection>;
  readonly #owners: Remembered<Buffer, TokenOwner>;

  constructor(
    private readonly repository: ConnectionsRepository,
    private readonly deployment: DeploymentConnections,
    clock: Clock,
  ) {
    const memory = { forMs: REMEMBERED_MS, clock };
    this.#own = new Remembered({
      ...memory,
      nameOf: ({ organizationId, livemode, provider }) => `${organizationId} ${String(livemode)} ${provider}`,
      lookUp: ({ provider, ...scope }) => repository.find(scope, provider),
    });
    this.#owners = new Remembered({
      ...memory,
      nameOf: (tokenHash) => tokenHash.toString('base64'),
      lookUp: (tokenHash) => repository.locate(tokenHash),
    });
  }

  /** The connection that an organization's calls go by; an empty one where there is none at all. */
  async of(scope: TenantScope, adapter: Connectable): Promise<Connection> {
    return this.#counting(scope, adapter, await this.#ownOf(scope, adapter.provider));
  }

  /**
   * {@link of}; null where the organization has one that can't be opened at the moment: the check waits until an operator has put the key back, or the
   * organization its connection. Nobody is asked by another one in its place.
   */
  async opened(scope: TenantScope, adapter: Connectable): Promise<Connection | null> {
    try {
      return adapter.connectionForm === null ? NO_CONNECTION : await this.of(scope, adapter);
    } catch (error) {
      if (error instanceof UnopenedConnection) return null;
      throw error;
    }
  }

  /** {@link of}, as the database has it now. */
  async fresh(scope: TenantScope, adapter: Connectable): Promise<Connection> {
    return this.#counting(scope, adapter, await this.repository.find(scope, adapter.provider));
  }

  /** Whose connections {@link of} gives, for each of the providers. */
  async sourcesOf(scope: TenantScope, providers: readonly string[]): Promise<ReadonlyMap<string, ConnectionSource>> {
    const own = new Set(await this.repository.providers(scope));
    const sourceOf = (provider: string): ConnectionSource =>
      own.has(provider) ? 'own' : this.#deployed(scope, provider) ? 'deployment' : 'none';
    return new Map(providers.map((provider) => [provider, sourceOf(provider)]));
  }

  /** Whether the organization has a connection of its own, and so an account whose ids are its own. */
  async isOwn(scope: TenantScope, provider: string): Promise<boolean> {
    return (await this.#ownOf(scope, provider)) !== null;
  }

  /** The settings that the deployment decides for everybody, as far as it has said something. */
  decidedSettings(scope: TenantScope, { provider, connectionForm }: Connectable): JsonObject {
    const said = this.#deployed(scope, provider)?.settings ?? {};
    const names = (connectionForm?.deploymentSettings ?? []).filter((name) => Object.hasOwn(said, name));
    return Object.fromEntries(names.map((name) => [name, said[name] ?? null]));
  }

  /** The connection that a callback's token names; null where it names none of this provider. */
  async calledBy(adapter: Connectable, token: string): Promise<CalledConnection | null> {
    const { provider } = adapter;
    const tokenHash = tokenHashOf(token);
    for (const scope of [deploymentScope(false), deploymentScope(true)]) {
      const own = this.#deployed(scope, provider);
      // Compared as hashes of one length: the time it takes tells nothing of the token.
      if (own?.callbackToken && timingSafeEqual(tokenHash, tokenHashOf(own.callbackToken))) {
        return { scope, connection: own };
      }
    }
    const owner = await this.#owners.of(tokenHash);
    if (owner?.provider !== provider) return null;
    const own = await this.#ownOf(owner.scope, provider);
    return own && { scope: owner.scope, connection: this.#counting(owner.scope, adapter, own) };
  }

  #ownOf({ organizationId, livemode }: TenantScope, provider: string): Promise<FoundConnection | null> {
    return this.#own.of({ organizationId, livemode, provider });
  }

  #counting(scope: TenantScope, adapter: Connectable, own: FoundConnection | null): Connection {
    const { provider, connectionForm } = adapter;
    const deployed = this.#deployed(scope, provider);
    if (!own) return inEnvironment(scope, adapter, deployed ?? NO_CONNECTION);
    // What an organization does not say about the environment the deployment may.
    const said = connectionForm?.hasSandbox ? environmentIn(deployed) : {};
    const settings = { ...said, ...own.settings, ...this.decidedSettings(scope, adapter) };
    return inEnvironment(scope, adapter, { ...own, settings });
  }

  #deployed({ livemode }: TenantScope, provider: string): DeploymentConnection | undefined {
    const known = livemode ? this.deployment.live : this.deployment.test;
    return Object.hasOwn(known, provider) ? known[provider] : undefined;
  }
}

function environmentIn(connection: Connection | undefined): JsonObject {
  const { environment } = connection?.settings ?? {};
  return environment === undefined ? {} : { environment };
}

/** A live check is never answered by a vendor's sandbox, whatever was set up; a test one is, unless something else was. */
function inEnvironment({ livemode }: TenantScope, { connectionForm }: Connectable, connection: Connection): Connection {
  if (!connectionForm?.hasSandbox) return connection;
  const { settings } = connection;
  const environment = livemode ? 'live' : (settings['environment'] ?? 'sandbox');
  return { ...connection, settings: { ...settings, environment } };
}
