import { Logger } from '@nestjs/common';
import { errorRecords } from '../../errors/index.js';
import type { Refusal } from '../../gates/index.js';
import { type Clock, epochMilliseconds } from '../../platform/clock.js';
import { observationOfFault, ProviderFault } from '../../providers/fault-observation.js';
import type { Observation } from '../../providers/observation.js';
import type { ProviderAdapter } from '../../providers/provider-adapter.js';
import type { ShownVerification } from '../store/verification.entity.js';

/** Faults of providers, and of adapters, as whoever runs the service sees them in the log: nothing of what was sent or answered. */
export class FaultReports {
  readonly #logger = new Logger('ProviderCalls');

  constructor(private readonly clock: Clock) {}

  /** What an adapter's rejection stands for. One that is no known fault is the adapter's own. */
  observationOf(adapter: ProviderAdapter, error: unknown): Observation {
    const observation = observationOfFault(error, this.clock.now());
    if (observation.reason === 'adapter_fault') {
      this.#logger.error({ event: 'adapter_fault', provider: adapter.provider, errors: errorRecords(error) });
    }
    return observation;
  }

  /** A gate that is shut, where somebody waits for the answer alone. */
  ofRefusal({ reason, until }: Refusal): ProviderFault {
    const afterMs = epochMilliseconds(until) - epochMilliseconds(this.clock.now());
    return new ProviderFault(reason, { class: 'throttle', afterMs });
  }

  /** That a vendor is down, or speaks a language that the adapter doesn't know; nothing where the observation is no fault. */
  tell({ provider }: ProviderAdapter, { id }: ShownVerification, { reason, retry, providerCode }: Observation): void {
    if (!retry) return;
    const fault = { provider, reason, class: retry.class, provider_code: providerCode ?? null };
    this.#logger.warn({ event: 'provider_fault', verification_id: id, ...fault });
  }
}
