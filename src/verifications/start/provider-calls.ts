import { type OnApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { underDeadline } from '../../platform/deadline.js';
import { type Observation, type CustomerAction } from '../../providers/observation.js';
import { observationOfFault } from '../../providers/fault-observation.js';
import type { Call, Check, ProviderAdapter } from '../../providers/provider-adapter.js';
import type { Verification } from '../store/verification.entity.js';
import type { JsonObject } from '../../platform/json.js';
import { NO_CONNECTION, VerificationsOptions } from '../verifications.options.js';

/** Calls to providers: each under its own deadline, none of them ever lost track of. */
@Injectable()
export class ProviderCalls implements OnApplicationShutdown {
  readonly #logger = new Logger(ProviderCalls.name);
  readonly #inFlight = new Set<Promise<unknown>>();

  constructor(
    private readonly clock: Clock,
    private readonly options: VerificationsOptions,
  ) {}

  /** Starts a check. Never rejects: whatever goes wrong is a pending observation that names the fault. */
  async start(adapter: ProviderAdapter, verification: Verification, input: JsonObject): Promise<Observation> {
    try {
      return await this.#call(adapter, verification, (call) => adapter.start(checkOf(verification, input), call));
    } catch (error) {
      const observation = observationOfFault(error, this.clock.now());
      if (observation.reason === 'adapter_fault')
        this.#logger.error({ event: 'adapter_fault', provider: adapter.provider, stack: stackOf(error) });
      return observation;
    }
  }

  /** A fresh URL for the customer; null where there is none. Rejects where the provider gives no answer. */
  async customerAction(adapter: ProviderAdapter, verification: Verification): Promise<CustomerAction | null> {
    const ask = adapter.customerAction?.bind(adapter);
    if (!ask) return null;
    return this.#call(adapter, verification, (call) => ask(checkOf(verification, {}), call));
  }

  /** Work that outlives the request which began it, so that a shutdown waits for it. */
  track<Result>(work: Promise<Result>): Promise<Result> {
    const done = work.then(
      () => undefined,
      () => undefined,
    );
    this.#inFlight.add(done);
    void done.then(() => this.#inFlight.delete(done));
    return work;
  }

  /** Lets the calls under way finish, each by its own deadline. The server takes no requests any more: no new ones come. */
  async onApplicationShutdown(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }

  #call<Result>(
    adapter: ProviderAdapter,
    verification: Verification,
    ask: (call: Call) => Promise<Result>,
  ): Promise<Result> {
    const connection = this.options.connections[adapter.provider] ?? NO_CONNECTION;
    const { id, round } = verification;
    const idempotencyKey = round === 1 ? id : `${id}:${String(round)}`;
    return underDeadline(this.options.callDeadlineMs, (signal) => ask({ connection, idempotencyKey, signal }));
  }
}

function checkOf(verification: Verification, input: JsonObject): Check {
  const { id, verificationType, checkType, providerReference } = verification;
  return { verificationId: id, verificationType, checkType, input, reference: providerReference };
}

/** The frames without the message, which might repeat what was being checked. */
function stackOf(error: unknown): string | null {
  if (!(error instanceof Error) || error.stack === undefined) return null;
  return error.stack
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 8)
    .join('\n');
}
