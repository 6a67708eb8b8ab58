import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { addMilliseconds, Clock, type Instant } from '../../platform/clock.js';
import type { JsonObject } from '../../platform/json.js';
import { capabilityOf, ProviderRegistry } from '../../providers/provider-registry.js';
import type { Verification } from '../store/verification.entity.js';
import { VerificationsOptions } from '../options/verifications.options.js';
import { type AskedBy, BroughtInputs } from './brought-inputs.js';

/** What rounds there may be, and how long one waits for its first decision. */
@Injectable()
export class Rounds {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly options: VerificationsOptions,
    private readonly inputs: BroughtInputs,
    private readonly clock: Clock,
  ) {}

  now(): Instant {
    return this.clock.now();
  }

  windowEndsAt(): Instant {
    return addMilliseconds(this.clock.now(), this.options.windowMs);
  }

  /** Makes sure, under the row's lock, that it can be asked again, and keeps the input that was brought; throws what {@link BroughtInputs.settle} and the following do. */
  async prepare(tx: Transaction, found: Verification, brought: JsonObject | undefined): Promise<void> {
    await this.inputs.settle(tx, found, this.#askedBy(found), brought);
  }

  /**
   * Throws `CHECK_NOT_SUPPORTED` (422) where neither the old answer can be read again nor the check be run again, nor, of a start whose
   * outcome is unknown, that outcome be found out.
   */
  #askedBy({ provider, livemode, verificationType, checkType, providerReference, status }: Verification): AskedBy {
    const adapter = this.registry.find(provider, livemode);
    const capability = adapter && capabilityOf(adapter, verificationType, checkType);
    if (adapter && capability) {
      const { fetch, find, idempotentStart } = adapter.capabilities;
      if (fetch === 'rerun' || (fetch === 'by_reference' && providerReference !== null)) return { adapter, capability };
      if (status === 'pending' && providerReference === null && (find || idempotentStart))
        return { adapter, capability };
    }
    throw new AppError('refused', 'CHECK_NOT_SUPPORTED', 'This check cannot be asked again: start a new verification.');
  }
}
