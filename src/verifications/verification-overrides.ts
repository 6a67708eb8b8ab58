import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../context/index.js';
import { AppError, ValidationError } from '../errors/index.js';
import { Clock, type Instant } from '../platform/clock.js';
import { capabilityOf, ProviderRegistry } from '../providers/provider-registry.js';
import { Idempotency, type KeyClaim } from './idempotency/idempotency.js';
import type { Status } from './lifecycle/lifecycle.js';
import { endOfPass } from './lifecycle/reducer.js';
import type { Verdict } from './lifecycle/state.js';
import { type Passage, VerificationDoor } from './verification-door.js';
import type { Verification } from './store/verification.entity.js';
import { VerificationsRepository } from './store/verifications.repository.js';

/** An administrator's decision. */
export interface OverrideRequest {
  readonly status: Status;
  /** 1-500 characters. */
  readonly reason?: string | undefined;
  /** With `verified` only: the end of the pass, in the future; null: no end; left out: the policy of the check. */
  readonly expiresAt?: Instant | null | undefined;
}

/** What an override depends on. */
export interface OverrideConditions {
  /** Whether the version found is the one meant; `VERSION_CONFLICT` (412) where it is not. */
  readonly precondition?: ((version: number) => boolean) | undefined;
  readonly claim?: KeyClaim | undefined;
}

/** Overrides: serialised by the row's lock, each judged against what it finds. */
@Injectable()
export class VerificationOverrides {
  constructor(
    private readonly repository: VerificationsRepository,
    private readonly door: VerificationDoor,
    private readonly idempotency: Idempotency,
    private readonly registry: ProviderRegistry,
    private readonly clock: Clock,
  ) {}

  /**
   * Changes a status by decision of an administrator. Null: the idempotency key was taken, and nothing happened. Throws `NOT_FOUND`,
   * `VERSION_CONFLICT`, `INVALID_STATE_TRANSITION`, and a `ValidationError` for an `expires_at` that can't be.
   */
  async override(
    ctx: RequestContext,
    id: string,
    request: OverrideRequest,
    conditions: OverrideConditions,
  ): Promise<Verification | null> {
    try {
      return await this.#override(ctx, id, request, conditions);
    } catch (error) {
      // Judged against a pass or a window that is over and not yet ended: what the refusal says is what the next reading shows.
      if (error instanceof Refusal && error.byClock) await this.door.pass(ctx, id, { kind: 'clock' });
      throw error;
    }
  }

  #override(
    ctx: RequestContext,
    id: string,
    request: OverrideRequest,
    conditions: OverrideConditions,
  ): Promise<Verification | null> {
    const now = this.clock.now();
    return this.repository.transaction(ctx, async (tx) => {
      const { claim, precondition } = conditions;
      // Both at once: the key is claimed before the row is locked, and on a pipelined connection they share a round trip.
      const [claimed, found] = await Promise.all([
        claim ? this.idempotency.claim(tx, { ...ctx, id }, claim, now) : true,
        this.repository.lock(tx, ctx, id),
      ]);
      // A repetition gets its answer even when `expires_at` has passed since.
      if (!claimed) return null;
      assertPossible(request, now);
      if (!found) throw notFound();
      if (precondition && !precondition(found.version)) {
        throw new AppError('precondition_failed', 'VERSION_CONFLICT', 'The verification changed since it was read.');
      }
      const happening = { kind: 'override', verdict: this.#verdict(ctx, found, request, now) } as const;
      const completion = claim && { key: claim.key, httpStatus: 200 };
      const passage = await this.door.passLocked(tx, found, happening, { completion });
      if (passage.kind === 'refused') throw new Refusal(found.status, passage, request.status);
      return passage.verification;
    });
  }

  #verdict(ctx: RequestContext, found: Verification, request: OverrideRequest, now: Instant): Verdict {
    const { status, reason = null } = request;
    const decision = { status, reason, actorId: ctx.actor.id };
    if (status !== 'verified') return { ...decision, verifiedAt: null, expiresAt: null };
    return { ...decision, verifiedAt: now, expiresAt: this.#expiresAt(found, request, now) };
  }

  #expiresAt(found: Verification, { expiresAt }: OverrideRequest, now: Instant): Instant | null {
    if (expiresAt !== undefined) return expiresAt;
    // Said again without an end, a standing pass is not changed by the policy's idea of one; one that has run out stands no longer.
    const standing = found.status === 'verified' && (found.expiresAt === null || found.expiresAt > now);
    if (standing) return found.expiresAt;
    const adapter = this.registry.find(found.provider, found.livemode);
    const capability = adapter && capabilityOf(adapter, found.verificationType, found.checkType);
    return capability ? endOfPass(now, capability.validityDays) : null;
  }
}

/** 404, the same for an unknown id and for another tenant's. */
export function notFound(): AppError {
  return new AppError('not_found', 'NOT_FOUND', 'No such verification.');
}

function assertPossible({ status, expiresAt }: OverrideRequest, now: Instant): void {
  if (expiresAt === undefined) return;
  if (status !== 'verified') throw impossible('may be given only with the status verified.');
  if (expiresAt !== null && expiresAt <= now) throw impossible('must lie in the future.');
}

function impossible(message: string): ValidationError {
  return new ValidationError([{ field: 'expires_at', code: 'OUT_OF_RANGE', message }]);
}

/** 409: the table does not lead there. It undoes the transaction, the key's claim included. */
class Refusal extends AppError {
  /** Whether the status that it names is not the row's yet: the clock has moved past it. */
  readonly byClock: boolean;

  constructor(stored: Status, { from, allowed }: Extract<Passage, { kind: 'refused' }>, to: Status) {
    super('conflict', 'INVALID_STATE_TRANSITION', `An override can't lead from ${from} to ${to}.`, {
      members: { from, to, allowed },
    });
    this.byClock = from !== stored;
  }
}
