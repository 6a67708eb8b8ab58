import { Injectable } from '@nestjs/common';
import { AppError } from '../errors/index.js';
import type { TenantScope } from '../database/index.js';
import { gateOf, Gates } from '../gates/index.js';
import { Clock, type Instant } from '../platform/clock.js';
import { underDeadline } from '../platform/deadline.js';
import { observationOfFault } from '../providers/fault-observation.js';
import type { Observation } from '../providers/observation.js';
import { type Connection, type ProviderAdapter, UNASKED } from '../providers/provider-adapter.js';
import type { Reason } from '../providers/reasons.js';

/** What came of trying a connection. */
export interface ConnectionTest {
  readonly works: boolean;
  /** Why not; null where it works. */
  readonly reason: Reason | null;
  readonly testedAt: Instant;
}

/** Somebody waits for it: sooner than the deadline of a check. */
const DEADLINE_MS = 10_000;

/** Tries connections, through the gates that everything else goes through: a test is no way around a vendor's limit. */
@Injectable()
export class ConnectionTests {
  constructor(
    private readonly gates: Gates,
    private readonly clock: Clock,
  ) {}

  /** Throws `CHECK_NOT_SUPPORTED` where the provider has no harmless question. */
  async run(scope: TenantScope, adapter: ProviderAdapter, connection: Connection): Promise<ConnectionTest> {
    const gate = gateOf(adapter, scope.livemode, UNASKED, connection);
    if (!adapter.probe || !gate) {
      throw new AppError(
        'refused',
        'CHECK_NOT_SUPPORTED',
        'The provider has no question that would show whether it works.',
      );
    }
    const limit = adapter.limitOf?.(UNASKED, connection) ?? null;
    const answer = await this.gates.through(
      { gate, organizationId: scope.organizationId, limit, waited: false, onlyNow: true },
      () => this.#ask(adapter, connection),
    );
    return { works: answer.reason === null, reason: answer.reason, testedAt: this.clock.now() };
  }

  async #ask(adapter: ProviderAdapter, connection: Connection): Promise<Pick<Observation, 'reason' | 'retry'>> {
    try {
      await underDeadline(DEADLINE_MS, async (signal) =>
        adapter.probe?.({ connection, idempotencyKey: 'connection-test', signal }),
      );
      return { reason: null };
    } catch (error) {
      return observationOfFault(error, this.clock.now());
    }
  }
}
