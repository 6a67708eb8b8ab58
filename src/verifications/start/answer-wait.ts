import { Injectable, Logger } from '@nestjs/common';
import type { TenantScope } from '../../database/index.js';
import { within } from '../../platform/deadline.js';
import { HandedBack } from '../../work/index.js';
import { Idempotency, type KeyClaim, type KeyCompletion } from '../idempotency/idempotency.js';
import type { Outcome } from '../idempotency/outcome.js';
import type { Verification } from '../store/verification.entity.js';
import { VerificationsOptions } from '../options/verifications.options.js';
import { ProviderCalls } from './provider-calls.js';
import type { Answered } from './questions.js';

/** How a call that asks a provider is to be answered. */
export interface AskingManner {
  /** Answer at once instead of waiting for the provider. */
  readonly respondAsync: boolean;
  readonly claim: KeyClaim | undefined;
}

/** What the answer's HTTP status is when the wait was long enough, and when it was not. */
export interface AnswerStatuses {
  readonly inTime: number;
  readonly later: number;
}

/** The wait for a provider's answer. It ends; the question goes on, and its answer reaches the caller by the row. */
@Injectable()
export class AnswerWait {
  readonly #logger = new Logger(AnswerWait.name);

  constructor(
    private readonly idempotency: Idempotency,
    private readonly calls: ProviderCalls,
    private readonly options: VerificationsOptions,
  ) {}

  /**
   * Asks, waits, answers with whatever is true then. `known` is the row as it was stored before the question. Null: see {@link later}.
   */
  async answer(
    known: Verification,
    ask: (completion: KeyCompletion | undefined) => Promise<Answered>,
    { claim, respondAsync }: AskingManner,
    { inTime, later }: AnswerStatuses,
  ): Promise<Outcome | null> {
    const along = claim && !respondAsync ? { key: claim.key, httpStatus: inTime } : undefined;
    const asked = this.calls.track(ask(along));
    const answered = await this.#inTime(asked, respondAsync ? 0 : this.options.waitMs);
    if (answered === null) return this.later(known, claim, respondAsync ? 202 : later);
    if (!answered.asked) return this.later(answered.verification, claim, later);
    // Taken over meanwhile: what the record says is what every caller with this key is answered.
    if (claim && !answered.completedKey) return null;
    const { verification, customerAction } = answered;
    return { verification, customerAction, httpStatus: inTime, replayed: false };
  }

  /**
   * The answer without the provider's. Null: the key's record was completed meanwhile, by the answer itself or by a take-over, and so
   * says which version this answer, like every replay of it, shows.
   */
  async later(known: Verification, claim: KeyClaim | undefined, httpStatus: number): Promise<Outcome | null> {
    const won = !claim || (await this.#complete(known, { key: claim.key, httpStatus }, known.version));
    return won ? { verification: known, customerAction: null, httpStatus, replayed: false } : null;
  }

  /** True also where the record could not be written: the row is stored, and no error may say otherwise. A repetition takes the record over. */
  #complete(scope: TenantScope, completion: KeyCompletion, version: number): Promise<boolean> {
    return this.idempotency.complete(scope, completion, version).catch((error: unknown) => {
      this.#logger.error({ event: 'key_not_completed', error: (error as Error).name });
      return true;
    });
  }

  /** Null where the time is over, or where the answer could not be recorded: the row as stored is then what is true. */
  async #inTime(asked: Promise<Answered>, waitMs: number): Promise<Answered | null> {
    const answered = asked.catch((error: unknown) => {
      if (error instanceof HandedBack) return null;
      this.#logger.error({ event: 'answer_not_recorded', error: (error as Error).name });
      return null;
    });
    return waitMs === 0 ? null : within(waitMs, answered);
  }
}
