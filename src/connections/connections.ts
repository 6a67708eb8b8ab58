import { hash, timingSafeEqual } from 'node:crypto';
import { deploymentScope, type TenantScope } from '../database/index.js';
import type { Clock } from '../platform/clock.js';
import { Remembered } from '../platform/remembered.js';
import type { Connection } from '../providers/provider-adapter.js';
import type { ConnectionsRepository, TokenOwner } from './connections.repository.js';

/** The deployment's own connection to a provider: counts for every organization that has none of its own. */
export interface DeploymentConnection extends Connection {
  /** What stands at the end of the address of its callbacks; at least 32 characters. Without it no callback is accepted. */
  readonly callbackToken?: string;
}

/** A connection that a callback came by, and whose it is. The deployment's own belongs to `deploymentScope`. */
export interface CalledConnection {
  readonly scope: TenantScope;
  readonly connection: Connection;
}

/** How long a changed connection may count as it was. */
const REMEMBERED_MS = 1_000;

/** The connection of a provider that has none: nothing in it. */
export const NO_CONNECTION: Connection = { credentials: {}, settings: {} };

/** SHA-256 of a callback token, as it is stored. The token has 256 random bits: no salt and no slow hash would add to that. */
export function tokenHashOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}

/** Which connection counts for whom: an organization's own, or else the deployment's. */
export class Connections {
  readonly #own: Remembered<TenantScope & { readonly provider: string }, Required<Connection>>;
  readonly #owners: Remembered<Buffer, TokenOwner>;

  constructor(
    repository: ConnectionsRepository,
    private readonly deployment: Readonly<Record<string, DeploymentConnection>>,
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
  async of({ organizationId, livemode }: TenantScope, provider: string): Promise<Connection> {
    return (await this.#own.of({ organizationId, livemode, provider })) ?? this.deployment[provider] ?? NO_CONNECTION;
  }

  /** Whether the organization has a connection of its own, and so an account whose ids are its own. */
  async isOwn({ organizationId, livemode }: TenantScope, provider: string): Promise<boolean> {
    return (await this.#own.of({ organizationId, livemode, provider })) !== null;
  }

  /** The connection that a callback's token names; null where it names none of this provider. */
  async calledBy(provider: string, token: string): Promise<CalledConnection | null> {
    const tokenHash = tokenHashOf(token);
    const own = Object.hasOwn(this.deployment, provider) ? this.deployment[provider] : undefined;
    // Compared as hashes of one length: the time it takes tells nothing of the token.
    if (own?.callbackToken && timingSafeEqual(tokenHash, tokenHashOf(own.callbackToken))) {
      return { scope: deploymentScope(true), connection: own };
    }
    const owner = await this.#owners.of(tokenHash);
    if (owner?.provider !== provider) return null;
    const connection = await this.#own.of({ ...owner.scope, provider });
    return connection && { scope: owner.scope, connection };
  }
}
