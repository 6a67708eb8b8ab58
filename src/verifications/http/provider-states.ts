import { Injectable } from '@nestjs/common';
import { Connections, type ConnectionSource } from '../../connections/index.js';
import type { TenantScope } from '../../database/index.js';
import { gateOf, Gates, type GateState } from '../../gates/index.js';
import { UNASKED } from '../../providers/provider-adapter.js';
import type { ProviderAdapter } from '../../providers/provider-adapter.js';
import { ProviderRegistry } from '../../providers/provider-registry.js';
import { type FixedProvider, fixedProvider, type ProviderDto, type ProviderInterruptionDto } from './provider.dto.js';

/** Providers as an organization finds them now: what they can be asked, by whose connection, and what keeps questions from them. */
@Injectable()
export class ProviderStates {
  readonly #fixed: ReadonlyMap<string, FixedProvider>;

  constructor(
    private readonly registry: ProviderRegistry,
    private readonly connections: Connections,
    private readonly gates: Gates,
  ) {
    this.#fixed = new Map(registry.list(false).map((adapter) => [adapter.provider, fixedProvider(adapter)]));
  }

  /** All that are wired for the caller's keys, by name. */
  async of(scope: TenantScope): Promise<ProviderDto[]> {
    const adapters = this.registry.list(scope.livemode);
    const names = adapters.map(({ provider }) => provider);
    const sources = await this.connections.sourcesOf(scope, names);
    return Promise.all(adapters.map((adapter) => this.#shown(scope, adapter, sources.get(adapter.provider) ?? 'none')));
  }

  async #shown(scope: TenantScope, adapter: ProviderAdapter, source: ConnectionSource): Promise<ProviderDto> {
    const { form, ...fixed } = this.#fixed.get(adapter.provider) ?? fixedProvider(adapter);
    const interruptions = form ? await this.#interruptions(scope, adapter) : [];
    return { ...fixed, connection: form && { source, ...form }, interruptions };
  }

  async #interruptions(scope: TenantScope, adapter: ProviderAdapter): Promise<ProviderInterruptionDto[]> {
    const states = await this.gates.state(adapter.provider, scope.livemode);
    // Most of the time nothing is shut, and nobody needs to know by which account.
    if (states.length === 0) return [];
    if (adapter.partitionOf) return states.map((state) => shown(state, state.partition));
    const connection = await this.connections.opened(scope, adapter);
    const own = connection && gateOf(adapter, scope.livemode, UNASKED, connection);
    // The others are other organizations' accounts.
    return states.filter(({ partition }) => partition === own?.partition).map((state) => shown(state, null));
  }
}

function shown({ kind, reason, until }: GateState, partition: string | null): ProviderInterruptionDto {
  return { partition, kind, reason, until };
}
