import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../context/index.js';
import { AppError } from '../errors/index.js';
import { Clock } from '../platform/clock.js';
import { ProviderFault } from '../providers/fault-observation.js';
import type { CustomerAction } from '../providers/observation.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { Idempotency, type KeyClaim } from './idempotency/idempotency.js';
import type { Outcome } from './idempotency/outcome.js';
import { ProviderCalls } from './start/provider-calls.js';
import { VerificationDoor } from './verification-door.js';
import type { ShownVerification } from './store/verification.entity.js';
import { notFound } from './verification-overrides.js';
import { VerificationsRepository } from './store/verifications.repository.js';

const RETRY_AFTER_SECONDS = 30;

/** Fresh URLs for customers who must act. */
@Injectable()
export class CustomerActions {
  constructor(
    private readonly repository: VerificationsRepository,
    private readonly door: VerificationDoor,
    private readonly idempotency: Idempotency,
    private readonly registry: ProviderRegistry,
    private readonly calls: ProviderCalls,
    private readonly clock: Clock,
  ) {}

  /**
   * Asks the provider for a fresh URL and writes that one was issued. Null: the idempotency key was taken. Throws `NOT_FOUND`,
   * `NO_CUSTOMER_ACTION` (409), and `PROVIDER_UNAVAILABLE` (503) where the provider gives no answer.
   */
  async issue(ctx: RequestContext, id: string, claim: KeyClaim | undefined): Promise<Outcome | null> {
    const found = await this.repository.find(ctx, id);
    if (!found) throw notFound();
    const customerAction = await this.#ask(found);
    const verification = await this.#note(ctx, id, claim);
    return verification && { verification, customerAction, httpStatus: 200, replayed: false };
  }

  async #ask(found: ShownVerification): Promise<CustomerAction> {
    const adapter = this.registry.find(found.provider, found.livemode);
    if (!adapter || found.status !== 'pending') throw noAction();
    const action = await this.calls.customerAction(adapter, found).catch((error: unknown) => {
      throw new AppError('unavailable', 'PROVIDER_UNAVAILABLE', 'The provider gives no answer at the moment.', {
        retryAfterSeconds: retryAfterSeconds(error),
        cause: error,
      });
    });
    if (!action) throw adapter.customerAction ? noAction() : noneLater();
    return action;
  }

  #note(ctx: RequestContext, id: string, claim: KeyClaim | undefined): Promise<ShownVerification | null> {
    const now = this.clock.now();
    return this.repository.transaction(ctx, async (tx) => {
      const [claimed, locked] = await Promise.all([
        claim ? this.idempotency.claim(tx, { ...ctx, id }, claim, now) : true,
        this.repository.lock(tx, ctx, id),
      ]);
      if (!claimed) return null;
      if (!locked) throw notFound();
      if (locked.status !== 'pending') throw noAction();
      const event = this.door.event(locked, 'verification.customer_action_issued', ctx.actor.id, now);
      await this.repository.note(tx, ctx, event, claim && { key: claim.key, httpStatus: 200 });
      return locked;
    });
  }
}

/** As long as the provider, or its gate, wants to be left alone; else a time in which much may have passed. */
function retryAfterSeconds(error: unknown): number {
  const afterMs = error instanceof ProviderFault ? error.retry.afterMs : undefined;
  return afterMs === undefined ? RETRY_AFTER_SECONDS : Math.max(1, Math.ceil(afterMs / 1_000));
}

/** Some vendors give the address with the start alone, and nobody here may keep it. */
function noneLater(): AppError {
  const message =
    'This provider gives no address later on: where the customer has something to do, it came with the creation.';
  return new AppError('conflict', 'NO_CUSTOMER_ACTION', message);
}

function noAction(): AppError {
  return new AppError('conflict', 'NO_CUSTOMER_ACTION', 'There is nothing for the customer to do.');
}
