import { Injectable } from '@nestjs/common';
import type { TenantScope } from '../../database/index.js';
import { gateOf, Gates, type Refusal, type Said } from '../../gates/index.js';
import type { Check, Connection, ProviderAdapter } from '../../providers/provider-adapter.js';

/** A call that wants to pass its provider's gate. */
export interface GatedCall {
  readonly adapter: ProviderAdapter;
  readonly scope: TenantScope;
  readonly check: Check;
  readonly connection: Connection;
  /** True: background work, whose turn comes before that of what has just arrived. */
  readonly waited: boolean;
  /** True: nobody comes back for it by itself. */
  readonly onlyNow?: boolean;
}

/** Calls behind the gates of their providers; what calls nobody has none. */
@Injectable()
export class GatedCalls {
  constructor(private readonly gates: Gates) {}

  /** Calls where the gate lets it; rejects where `call`, or the adapter's word on its partition, does. */
  async through<Answer extends Said>(
    { adapter, scope, check, connection, waited, onlyNow = false }: GatedCall,
    call: () => Promise<Answer>,
  ): Promise<Answer | Refusal> {
    const gate = gateOf(adapter, scope.livemode, check, connection);
    if (!gate) return call();
    const limit = adapter.limitOf?.(check, connection) ?? null;
    return this.gates.through({ gate, organizationId: scope.organizationId, limit, waited, onlyNow }, call);
  }
}
