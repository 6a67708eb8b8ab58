import { Injectable, Logger } from '@nestjs/common';
import type { RequestContext } from '../context/index.js';
import { type EvidenceKey, EvidenceRepository } from '../evidence/index.js';
import { addMilliseconds, Clock } from '../platform/clock.js';
import { within } from '../platform/deadline.js';
import { Ids } from '../platform/ids.js';
import type { CustomerAction, Observation } from '../providers/observation.js';
import type { AcceptedRequest } from './create-request.js';
import { Idempotency, type KeyClaim, type KeyCompletion } from './idempotency/idempotency.js';
import { ProviderCalls } from './provider-calls.js';
import { initialState } from './lifecycle/state.js';
import { VerificationDoor } from './verification-door.js';
import { Verification } from './verification.entity.js';
import { withState } from './verification.row.js';
import { VerificationsOptions } from './verifications.options.js';
import { VerificationsRepository } from './verifications.repository.js';

/** How a create is to be answered. */
export interface StartManner {
  /** Answer at once instead of waiting for the provider. */
  readonly respondAsync: boolean;
  readonly claim: KeyClaim | undefined;
}

/** A verification as it stood when the waiting ended. */
export interface Started {
  readonly verification: Verification;
  readonly customerAction: CustomerAction | null;
  /** True: the caller did not want to wait. */
  readonly accepted: boolean;
}

/** What goes along with the provider's answer. */
interface Kept {
  readonly key: EvidenceKey | undefined;
  readonly completion: KeyCompletion | undefined;
}

/** Beyond the wait and the deadline, so that nobody takes over what this process is about to finish. */
const LEASE_MARGIN_MS = 10_000;

/** Starts checks so that nothing is lost and nothing is done twice: everything is committed before the provider hears of it. */
@Injectable()
export class VerificationStarts {
  readonly #logger = new Logger(VerificationStarts.name);

  constructor(
    private readonly repository: VerificationsRepository,
    private readonly door: VerificationDoor,
    private readonly evidence: EvidenceRepository,
    private readonly idempotency: Idempotency,
    private readonly calls: ProviderCalls,
    private readonly options: VerificationsOptions,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Stores, asks, waits. Null: the idempotency key was taken, and nothing happened. */
  async start(ctx: RequestContext, request: AcceptedRequest, manner: StartManner): Promise<Started | null> {
    const verification = this.#pending(ctx, request);
    const key = request.givenInput === null ? undefined : this.evidence.newKey(ctx, verification.id);
    if (!(await this.#store(ctx, verification, request, key, manner.claim))) return null;
    const httpStatus = manner.respondAsync ? 202 : 201;
    const completion = manner.claim && { key: manner.claim.key, httpStatus };
    const kept = { key: key && { ...key, stored: true }, completion: manner.respondAsync ? undefined : completion };
    const asked = this.calls.track(this.#ask(verification, request, kept));
    const answered = await this.#wait(asked, manner.respondAsync ? 0 : this.options.waitMs);
    if (answered) return answered;
    // Whoever completes the record decides which version the answer, and every replay of it, shows.
    const won = !completion || (await this.idempotency.complete(ctx, completion, verification.version));
    return won ? { verification, customerAction: null, accepted: manner.respondAsync } : asked;
  }

  #store(
    ctx: RequestContext,
    verification: Verification,
    { givenInput }: AcceptedRequest,
    key: EvidenceKey | undefined,
    claim: KeyClaim | undefined,
  ): Promise<boolean> {
    const { createdAt } = verification;
    const event = this.door.event(verification, 'verification.created', ctx.actor.id, createdAt);
    const item = { kind: 'input', round: 1, recordedAt: createdAt, content: givenInput } as const;
    const leaseMs = this.options.callDeadlineMs + LEASE_MARGIN_MS;
    const along = { claim, evidence: key && { key, item } };
    return this.repository.create(verification, { ...event, fromStatus: null }, leaseMs, along);
  }

  /** Goes on after the wait; its result then reaches the caller by the row. */
  async #ask(known: Verification, request: AcceptedRequest, kept: Kept): Promise<Started> {
    const { adapter, capability, input } = request;
    const observation = await this.calls.start(adapter, known, input);
    const { answer, observedAt } = observation;
    const evidence = answer !== undefined && {
      key: kept.key ?? this.evidence.newKey(known, known.id),
      item: { kind: 'answer', round: known.round, recordedAt: observedAt, content: answer } as const,
    };
    const about = { round: known.round, provider: adapter.provider, validityDays: capability.validityDays };
    const along = { evidence: evidence || undefined, completion: kept.completion };
    const passage = await this.door.passKnown(known, { kind: 'observation', ...about, observation }, along);
    const verification = passage && passage.kind !== 'refused' ? passage.verification : known;
    return { verification, customerAction: actionOf(verification, observation), accepted: false };
  }

  /** Null where the time is over, or where the answer could not be recorded: the row as stored is then what is true. */
  async #wait(asked: Promise<Started>, waitMs: number): Promise<Started | null> {
    const answered = asked.catch((error: unknown) => {
      this.#logger.error({ event: 'start_not_recorded', error: (error as Error).name });
      return null;
    });
    return waitMs === 0 ? null : within(waitMs, answered);
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
    return withState(blank, initialState(ctx.actor.id, addMilliseconds(now, this.options.windowMs)));
  }
}

function actionOf(verification: Verification, observation: Observation): CustomerAction | null {
  return verification.status === 'pending' ? (observation.customerAction ?? null) : null;
}
