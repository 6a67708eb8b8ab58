import { Injectable, Logger } from '@nestjs/common';
import type { RequestContext } from '../context/index.js';
import { AppError } from '../errors/index.js';
import { Clock } from '../platform/clock.js';
import type { ConnectionForm, ProviderAdapter } from '../providers/provider-adapter.js';
import { NAME_PATTERN, ProviderRegistry } from '../providers/provider-registry.js';
import { changedConnection, type ConnectionChange } from './connection-input.js';
import { type ConnectionTest, ConnectionTests } from './connection-tests.js';
import { Connections } from './connections.js';
import { ConnectionsRepository, type ConnectionState, type KnownConnection } from './connections.repository.js';

/** Judges the state that a change finds; null: there is none yet. Left out: any will do. */
export type ConnectionPrecondition = (was: ConnectionState | null) => boolean;

/** A connection after a change. */
export interface PutConnection {
  readonly connection: KnownConnection;
  readonly isNew: boolean;
}

type ConnectableAdapter = ProviderAdapter & { readonly connectionForm: ConnectionForm };

/** An organization's own connections to providers: what it sets up, changes and takes back. Secrets go in and never come out. */
@Injectable()
export class OwnConnections {
  readonly #logger = new Logger(OwnConnections.name);

  constructor(
    private readonly registry: ProviderRegistry,
    private readonly repository: ConnectionsRepository,
    private readonly connections: Connections,
    private readonly tests: ConnectionTests,
    private readonly clock: Clock,
  ) {}

  /** All of them, by provider. */
  list(ctx: RequestContext): Promise<KnownConnection[]> {
    return this.repository.list(ctx);
  }

  /** Throws `NOT_FOUND` where there is none. */
  async get(ctx: RequestContext, provider: string): Promise<KnownConnection> {
    const found = isName(provider) ? await this.repository.known(ctx, provider) : null;
    if (!found) throw unknown();
    return found;
  }

  /**
   * Sets the connection up, or changes it as a whole: settings that are left out are none, secrets that are left out stay. Counts for all calls that
   * begin a second later. Throws `NOT_FOUND` where the provider takes none, a `ValidationError`, or `VERSION_CONFLICT`.
   */
  async put(
    ctx: RequestContext,
    provider: string,
    change: ConnectionChange,
    precondition: ConnectionPrecondition = () => true,
  ): Promise<PutConnection> {
    const adapter = this.#adapter(ctx, provider);
    const given = { livemode: ctx.livemode, settings: this.connections.decidedSettings(ctx, adapter) };
    const by = { actorId: ctx.actor.id, at: this.clock.now() };
    const put = await this.repository.change(ctx, provider, by, (was) => {
      if (!precondition(was)) throw conflict();
      return changedConnection(adapter, was, change, given);
    });
    this.#logger.log({ event: 'connection_changed', ...about(ctx, provider), is_new: put.isNew });
    return put;
  }

  /** Forgets it and destroys its secrets; what is still pending goes on by the deployment's. Throws `NOT_FOUND` or `VERSION_CONFLICT`. */
  async remove(
    ctx: RequestContext,
    provider: string,
    precondition: ConnectionPrecondition = () => true,
  ): Promise<void> {
    // By its form alone: connections to providers that are wired no longer can still be taken back.
    if (!isName(provider)) throw unknown();
    const found = await this.repository.remove(ctx, provider, (was) => {
      if (!precondition(was)) throw conflict();
    });
    if (!found) throw unknown();
    this.#logger.log({ event: 'connection_removed', ...about(ctx, provider) });
  }

  /**
   * Asks the provider something harmless by the connection that counts, the deployment's included. Throws `NOT_FOUND` where the provider takes none,
   * `CHECK_NOT_SUPPORTED` where it has no such question.
   */
  async test(ctx: RequestContext, provider: string): Promise<ConnectionTest> {
    const adapter = this.#adapter(ctx, provider);
    return this.tests.run(ctx, adapter, await this.connections.fresh(ctx, adapter));
  }

  #adapter({ livemode }: RequestContext, provider: string): ConnectableAdapter {
    const adapter = this.registry.find(provider, livemode);
    if (!adapter || !takesConnection(adapter)) throw unknown();
    return adapter;
  }
}

/** What is none is in no row, and what PostgreSQL can't hold is no question to it. */
function isName(provider: string): boolean {
  return NAME_PATTERN.test(provider);
}

function takesConnection(adapter: ProviderAdapter): adapter is ConnectableAdapter {
  return adapter.connectionForm !== null;
}

function about({ organizationId, livemode, actor }: RequestContext, provider: string): object {
  return { provider, organization_id: organizationId, livemode, actor_id: actor.id };
}

function unknown(): AppError {
  return new AppError('not_found', 'NOT_FOUND', 'There is no such connection.');
}

function conflict(): AppError {
  return new AppError(
    'precondition_failed',
    'VERSION_CONFLICT',
    'The connection is in another state than the request is meant for.',
  );
}
