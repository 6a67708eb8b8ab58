import { Injectable, Logger } from '@nestjs/common';
import type { RequestContext } from '../../context/index.js';
import { EvidenceRepository } from '../../evidence/index.js';
import { within } from '../../platform/deadline.js';
import type { CustomerAction, Observation } from '../../providers/observation.js';
import type { AcceptedRequest } from './create-request.js';
import { Idempotency, type KeyClaim, type KeyCompletion } from '../idempotency/idempotency.js';
import { NewVerifications, type StoredVerification } from './new-verifications.js';
import { ProviderCalls } from './provider-calls.js';
import { VerificationDoor } from '../verification-door.js';
import type { Verification } from '../store/verification.entity.js';
import type { Along } from '../store/verifications.repository.js';
import { VerificationsOptions } from '../verifications.options.js';

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

/** Starts checks so that nothing is lost and nothing is done twice. The wait for a provider and the call to it end apart. */
@Injectable()
export class VerificationStarts {
  readonly #logger = new Logger(VerificationStarts.name);

  constructor(
    private readonly beginnings: NewVerifications,
    private readonly door: VerificationDoor,
    private readonly evidence: EvidenceRepository,
    private readonly idempotency: Idempotency,
    private readonly calls: ProviderCalls,
    private readonly options: VerificationsOptions,
  ) {}

  /** Stores, asks, waits. Null: the idempotency key was taken, and nothing happened. */
  async start(ctx: RequestContext, request: AcceptedRequest, manner: StartManner): Promise<Started | null> {
    const { claim, respondAsync } = manner;
    const stored = await this.beginnings.store(ctx, request, claim);
    if (!stored) return null;
    const completion = claim && { key: claim.key, httpStatus: respondAsync ? 202 : 201 };
    const asked = this.calls.track(this.#ask(stored, request, respondAsync ? undefined : completion));
    const answered = await this.#wait(asked, respondAsync ? 0 : this.options.waitMs);
    if (answered) return answered;
    const { verification } = stored;
    // Whoever completes the record decides which version the answer, and every replay of it, shows.
    const won = !completion || (await this.#complete(ctx, completion, verification.version));
    return won ? { verification, customerAction: null, accepted: respondAsync } : asked;
  }

  /** True also where the record could not be written: the row is stored, and no error may say otherwise. A repetition takes the record over. */
  #complete(ctx: RequestContext, completion: KeyCompletion, version: number): Promise<boolean> {
    return this.idempotency.complete(ctx, completion, version).catch((error: unknown) => {
      this.#logger.error({ event: 'key_not_completed', error: (error as Error).name });
      return true;
    });
  }

  /** Goes on after the wait; its result then reaches the caller by the row. */
  async #ask(
    { verification, key }: StoredVerification,
    { adapter, capability, input }: AcceptedRequest,
    completion: KeyCompletion | undefined,
  ): Promise<Started> {
    const observation = await this.calls.start(adapter, verification, input);
    const { round } = verification;
    const about = { round, provider: adapter.provider, validityDays: capability.validityDays };
    const along = { evidence: this.#answer(verification, key, observation), completion };
    const passage = await this.door.passKnown(verification, { kind: 'observation', ...about, observation }, along);
    const after = passage && passage.kind !== 'refused' ? passage.verification : verification;
    return { verification: after, customerAction: actionOf(after, observation), accepted: false };
  }

  #answer(
    verification: Verification,
    key: StoredVerification['key'],
    { answer, observedAt }: Observation,
  ): Along['evidence'] {
    if (answer === undefined) return undefined;
    const item = { kind: 'answer', round: verification.round, recordedAt: observedAt, content: answer } as const;
    return { key: key ?? this.evidence.newKey(verification, verification.id), item };
  }

  /** Null where the time is over, or where the answer could not be recorded: the row as stored is then what is true. */
  async #wait(asked: Promise<Started>, waitMs: number): Promise<Started | null> {
    const answered = asked.catch((error: unknown) => {
      this.#logger.error({ event: 'start_not_recorded', error: (error as Error).name });
      return null;
    });
    return waitMs === 0 ? null : within(waitMs, answered);
  }
}

function actionOf(verification: Verification, observation: Observation): CustomerAction | null {
  return verification.status === 'pending' ? (observation.customerAction ?? null) : null;
}
