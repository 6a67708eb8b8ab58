import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../context/index.js';
import type { EventRecord } from '../events/index.js';
import type { Evidence } from '../evidence/index.js';
import type { JsonObject, JsonValue } from '../platform/json.js';
import { acceptFilter, acceptId, acceptManner, acceptOverride, acceptPage } from './accepted-arguments.js';
import type { CreateRequest } from './start/create-request.js';
import { Rechecks } from './recheck/rechecks.js';
import { CustomerActions } from './customer-actions.js';
import type { Outcome, Repeatable } from './idempotency/outcome.js';
import { Replays } from './idempotency/replays.js';
import { type Page, type PageRequest, VerificationReader } from './verification-reader.js';
import type { ShownVerification } from './store/verification.entity.js';
import { type OverrideConditions, type OverrideRequest, VerificationOverrides } from './verification-overrides.js';
import { VerificationStarts } from './start/verification-starts.js';
import type { ListFilter } from './store/verifications.repository.js';

/**
 * Verifications of one tenant: start, read, decide. The context says who asks and for whom and comes first everywhere; what its scopes
 * permit is judged at the door that made it. Every refusal is an `AppError` with a stable code: what can't be an argument is a `ValidationError`
 * that names the field as HTTP calls it.
 */
@Injectable()
export class VerificationsService {
  constructor(
    private readonly reader: VerificationReader,
    private readonly starts: VerificationStarts,
    private readonly overrides: VerificationOverrides,
    private readonly customerActions: CustomerActions,
    private readonly rechecks: Rechecks,
    private readonly replays: Replays,
  ) {}

  /**
   * Starts a check and waits a while for its outcome; a provider's outage is no error but a pending verification. Throws `UNKNOWN_PROVIDER`,
   * `CHECK_NOT_SUPPORTED`, `INPUT_REQUIRED`, `CUSTOMER_NOT_FOUND`, `IDEMPOTENCY_KEY_REUSED`, `IDEMPOTENCY_IN_PROGRESS`, a `ValidationError`, or
   * `SERVICE_UNAVAILABLE` where the directory of customers can't be heard, or the organization's connection not be opened.
   */
  async create(
    ctx: RequestContext,
    request: CreateRequest,
    manner: Repeatable & { readonly respondAsync?: boolean } = {},
  ): Promise<Outcome> {
    const judged = this.starts.judge(ctx, request);
    const { respondAsync = false } = manner;
    const claim = this.replays.claimOf(acceptManner(manner), 'POST /verifications', bodyOf(request));
    const looksFirst = this.starts.asksFirst && 'for_itself';
    return this.replays.once(ctx, claim, { httpStatus: 201, withAction: true, looksFirst }, () =>
      this.starts.start(ctx, judged, { respondAsync, claim }),
    );
  }

  /** One verification. Throws `NOT_FOUND` for an unknown id and for another tenant's. */
  async get(ctx: RequestContext, id: string): Promise<ShownVerification> {
    return this.reader.get(ctx, acceptId('id', id));
  }

  /** A page of verifications, newest first. Throws `INVALID_CURSOR`. */
  async list(ctx: RequestContext, filter: ListFilter = {}, page: PageRequest = {}): Promise<Page<ShownVerification>> {
    return this.reader.list(ctx, acceptFilter(filter), acceptPage(page));
  }

  /** The newest verification by which a customer is verified for a type now; null: by none. `expiresAt` says until when. */
  async current(ctx: RequestContext, customerId: string, verificationType: string): Promise<ShownVerification | null> {
    acceptFilter({ verificationType });
    return this.reader.current(ctx, acceptId('customer_id', customerId), verificationType);
  }

  /**
   * An administrator's decision, which stands until the next recheck. Throws `NOT_FOUND`, `VERSION_CONFLICT`, `INVALID_STATE_TRANSITION`,
   * `IDEMPOTENCY_KEY_REUSED`, `IDEMPOTENCY_IN_PROGRESS`, or a `ValidationError`.
   */
  async override(
    ctx: RequestContext,
    givenId: string,
    request: OverrideRequest,
    conditions: Repeatable & Pick<OverrideConditions, 'precondition'> = {},
  ): Promise<Outcome> {
    const id = acceptId('id', givenId);
    acceptOverride(request);
    const { status, reason, expiresAt } = request;
    // What is left out stays out: no end and no word about the end are two requests.
    const body = { status, ...(reason !== undefined && { reason }), ...(expiresAt !== undefined && { expiresAt }) };
    const claim = this.replays.claimOf(acceptManner(conditions), `PATCH /verifications/${id}`, body);
    return this.replays.once(ctx, claim, { httpStatus: 200, withAction: false }, async () => {
      const verification = await this.overrides.override(ctx, id, request, {
        precondition: conditions.precondition,
        claim,
      });
      return verification && { verification, customerAction: null, httpStatus: 200, replayed: false };
    });
  }

  /**
   * Asks the provider again: a new round where it has decided, the next question brought forward where it has not. 200 when it answered
   * in time, else 202. With `input` the new round asks about that instead of what is kept; a round that is under way goes on with it only where
   * what it was about is no longer kept. Throws `NOT_FOUND`, `CHECK_NOT_SUPPORTED` where it can't be asked again, or not about another input,
   * `INPUT_REQUIRED` where what it was about is no longer kept and none was brought, `INVALID_STATE_TRANSITION` where a round is under way with
   * another input, a `ValidationError`, and what a key throws.
   */
  async recheck(
    ctx: RequestContext,
    givenId: string,
    manner: Repeatable & { readonly respondAsync?: boolean; readonly input?: JsonObject | undefined } = {},
  ): Promise<Outcome> {
    const id = acceptId('id', givenId);
    const { respondAsync = false, input } = manner;
    const body = input === undefined ? null : { input };
    const claim = this.replays.claimOf(acceptManner(manner), `POST /verifications/${id}/recheck`, body);
    return this.replays.once(ctx, claim, { httpStatus: 202, withAction: true }, () =>
      this.rechecks.recheck(ctx, id, { respondAsync, claim, input }),
    );
  }

  /** A fresh URL for the customer. Throws `NOT_FOUND`, `NO_CUSTOMER_ACTION`, `PROVIDER_UNAVAILABLE`, and what a key throws. */
  async customerAction(ctx: RequestContext, givenId: string, manner: Repeatable = {}): Promise<Outcome> {
    const id = acceptId('id', givenId);
    const claim = this.replays.claimOf(acceptManner(manner), `POST /verifications/${id}/customer-action`, null);
    return this.replays.once(ctx, claim, { httpStatus: 200, withAction: true, looksFirst: true }, () =>
      this.customerActions.issue(ctx, id, claim),
    );
  }

  /** The events of a verification, oldest first. Throws `NOT_FOUND`, `INVALID_CURSOR`. */
  async history(ctx: RequestContext, id: string, page: PageRequest = {}): Promise<Page<EventRecord>> {
    return this.reader.history(ctx, acceptId('id', id), acceptPage(page));
  }

  /** What was asked and answered, oldest first; the reading becomes an event. Throws `NOT_FOUND`, `INVALID_CURSOR`. */
  async evidence(ctx: RequestContext, id: string, page: PageRequest = {}): Promise<Page<Evidence>> {
    return this.reader.evidence(ctx, acceptId('id', id), acceptPage(page));
  }
}

function bodyOf({ customerId, provider, verificationType, checkType, input }: CreateRequest): JsonValue {
  const check = { customerId, provider, verificationType };
  return { ...check, ...(checkType !== undefined && { checkType }), ...(input !== undefined && { input }) };
}
