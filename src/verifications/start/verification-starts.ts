import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../context/index.js';
import { CustomerLookUps } from '../../customers/index.js';
import { ProviderRegistry } from '../../providers/provider-registry.js';
import type { Outcome } from '../idempotency/outcome.js';
import { AnswerWait, type AskingManner } from './answer-wait.js';
import { acceptRequest, type CreateRequest, judgeRequest, type JudgedRequest } from './create-request.js';
import { NewVerifications } from './new-verifications.js';
import { ProviderCalls } from './provider-calls.js';
import { Questions } from './questions.js';

/** Starts checks so that nothing is lost and nothing is done twice. */
@Injectable()
export class VerificationStarts {
  constructor(
    private readonly beginnings: NewVerifications,
    private readonly questions: Questions,
    private readonly wait: AnswerWait,
    private readonly calls: ProviderCalls,
    private readonly registry: ProviderRegistry,
    private readonly customers: CustomerLookUps,
  ) {}

  /** Whether a start asks somebody before it stores anything, and so may be refused by what a repetition must not depend on. */
  get asksFirst(): boolean {
    return this.customers.wired;
  }

  /** Judges a request before anything is done; see `judgeRequest`. */
  judge({ livemode }: RequestContext, request: CreateRequest): JudgedRequest {
    return judgeRequest(this.registry, request, { livemode, fillable: this.customers.wired });
  }

  /**
   * Looks the customer up where somebody knows them, stores, asks, waits. Null: the idempotency key was taken, and nothing happened. Throws
   * `CUSTOMER_NOT_FOUND`, `INPUT_REQUIRED`, a `ValidationError`, or `SERVICE_UNAVAILABLE` (where the connection can't be opened, an `UnopenedConnection`), with nothing stored.
   */
  start(ctx: RequestContext, request: JudgedRequest, manner: AskingManner): Promise<Outcome | null> {
    // From the first byte on: a shutdown between commit and question would leave a row that nobody asks about for a while.
    return this.calls.track(this.#start(ctx, request, manner));
  }

  async #start(ctx: RequestContext, judged: JudgedRequest, manner: AskingManner): Promise<Outcome | null> {
    const request = acceptRequest(judged, await this.customers.get(ctx, judged.customerId));
    // Before anything is stored: a check that could not be asked for because our own database is away is refused, not begun.
    await this.calls.connectionOf(request.adapter, ctx);
    const stored = await this.beginnings.store(ctx, request, manner.claim);
    if (!stored) return null;
    const statuses = { inTime: 201, later: 201 };
    const { verification } = stored;
    return this.wait.answer(verification, (key) => this.questions.first(stored, request, key), manner, statuses);
  }
}
