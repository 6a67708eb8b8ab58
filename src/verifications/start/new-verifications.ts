import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../context/index.js';
import { type EvidenceKey, EvidenceRepository } from '../../evidence/index.js';
import { addMilliseconds, Clock, stopwatch } from '../../platform/clock.js';
import { Ids } from '../../platform/ids.js';
import { LEASE_MS } from '../../work/index.js';
import type { AcceptedRequest } from './create-request.js';
import { startsBlindly } from './next-question.js';
import type { KeyClaim } from '../idempotency/idempotency.js';
import { initialState } from '../lifecycle/state.js';
import { VerificationDoor } from '../verification-door.js';
import { Verification } from '../store/verification.entity.js';
import { withState } from '../store/verification.row.js';
import { VerificationsOptions } from '../options/verifications.options.js';
import { VerificationsRepository } from '../store/verifications.repository.js';
import type { Beginning } from '../store/verification.writes.js';

/** A verification that is committed and waits to be asked about. */
export interface StoredVerification {
  readonly verification: Verification;
  /** What its evidence is locked away with; none where nothing had to be kept yet. */
  readonly key: EvidenceKey | undefined;
  /** A stopwatch's start, from before the storing: the row has been leased for so long at most. */
  readonly begun: number;
}

/** Verifications at their beginning: everything is committed, leased to this process, before a provider hears of it. */
@Injectable()
export class NewVerifications {
  constructor(
    private readonly repository: VerificationsRepository,
    private readonly door: VerificationDoor,
    private readonly evidence: EvidenceRepository,
    private readonly options: VerificationsOptions,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Stores row, first event, evidence, key record and due work in one statement. Null: the idempotency key was taken. */
  async store(
    ctx: RequestContext,
    request: AcceptedRequest,
    claim: KeyClaim | undefined,
  ): Promise<StoredVerification | null> {
    const begun = stopwatch();
    const verification = this.#pending(ctx, request);
    const { createdAt } = verification;
    const key = request.givenInput === null ? undefined : this.evidence.newKey(ctx, verification.id);
    const item = { kind: 'input', round: 1, recordedAt: createdAt, content: request.givenInput } as const;
    const event = this.door.event(verification, 'verification.created', ctx.actor.id, createdAt);
    const stored = await this.#committed(ctx, verification.id, {
      verification,
      event: { ...event, fromStatus: null },
      leaseMs: LEASE_MS,
      claim,
      evidence: key && { key, item },
    });
    return stored ? { verification, key: key && { ...key, stored: true }, begun } : null;
  }

  /** True where the row is there, also when the reply to the commit was lost on its way. */
  async #committed(ctx: RequestContext, id: string, beginning: Beginning): Promise<boolean> {
    try {
      return await this.repository.create(beginning);
    } catch (error) {
      const found = await this.repository.find(ctx, id).catch(() => null);
      if (!found) throw error;
      return true;
    }
  }

  #pending(ctx: RequestContext, { customerId, adapter, capability }: AcceptedRequest): Verification {
    const now = this.clock.now();
    const blank = new Verification();
    blank.organizationId = ctx.organizationId;
    blank.livemode = ctx.livemode;
    blank.id = this.ids.next();
    blank.customerId = customerId;
    blank.provider = adapter.provider;
    blank.verificationType = capability.verificationType;
    blank.checkType = capability.checkType;
    blank.createdAt = now;
    blank.updatedAt = now;
    blank.version = 1;
    blank.attempts = 1;
    blank.ladderFrom = 0;
    blank.leftOpen = false;
    blank.startedAt = null;
    blank.passedAt = null;
    blank.startRefused = startsBlindly(adapter);
    return withState(blank, initialState(ctx.actor.id, addMilliseconds(now, this.options.windowMs)));
  }
}
