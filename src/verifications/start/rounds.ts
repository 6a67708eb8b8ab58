import { Injectable } from '@nestjs/common';
import { AppError } from '../../errors/index.js';
import { addMilliseconds, Clock, type Instant } from '../../platform/clock.js';
import { capabilityOf, ProviderRegistry } from '../../providers/provider-registry.js';
import type { Verification } from '../store/verification.entity.js';
import { VerificationsOptions } from '../options/verifications.options.js';

/** What rounds there may be, and how long one waits for its first decision. */
@Injectable()
export class Rounds {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly options: VerificationsOptions,
    private readonly clock: Clock,
  ) {}

  now(): Instant {
    return this.clock.now();
  }

  windowEndsAt(): Instant {
    return addMilliseconds(this.clock.now(), this.options.windowMs);
  }

  /**
   * Throws `CHECK_NOT_SUPPORTED` (422) where neither the old answer can be read again nor the check be run again, nor, of a start whose
   * outcome is unknown, that outcome be found out.
   */
  assertRepeatable({ provider, livemode, verificationType, checkType, providerReference, status }: Verification): void {
    const adapter = this.registry.find(provider, livemode);
    if (adapter && capabilityOf(adapter, verificationType, checkType)) {
      const { fetch, find, idempotentStart } = adapter.capabilities;
      if (fetch === 'rerun' || (fetch === 'by_reference' && providerReference !== null)) return;
      if (status === 'pending' && providerReference === null && (find || idempotentStart)) return;
    }
    throw new AppError('refused', 'CHECK_NOT_SUPPORTED', 'This check cannot be asked again: start a new verification.');
  }
}
