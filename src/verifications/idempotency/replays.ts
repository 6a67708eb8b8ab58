import { Injectable } from '@nestjs/common';
import { UnopenedConnection } from '../../connections/index.js';
import type { TenantScope } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { EventsRepository } from '../../events/index.js';
import type { JsonValue } from '../../platform/json.js';
import type { CustomerAction } from '../../providers/observation.js';
import { ProviderRegistry } from '../../providers/provider-registry.js';
import { type EarlierRequest, Idempotency, type KeyClaim, keyUnderWay } from './idempotency.js';
import type { Outcome, Repeatable } from './outcome.js';
import { ProviderCalls } from '../start/provider-calls.js';
import type { ShownVerification } from '../store/verification.entity.js';
import { verificationOfWire } from '../store/verification.wire.js';
import { VerificationsOptions } from '../options/verifications.options.js';
import { VerificationsRepository } from '../store/verifications.repository.js';

/** How a request is repeated. */
export interface Repetition {
  /** The HTTP status of the answer where the first request's process died before it gave one. */
  readonly httpStatus: number;
  /** Whether the answer shows what the customer must do: then it is asked for afresh. */
  readonly withAction: boolean;
  /**
   * Whether the earlier request is looked for before the work, which asks somebody or may be refused by what became true since. `for_itself`: the
   * work's own refusals come before that of a key that belongs to a different request.
   */
  readonly looksFirst?: boolean | 'for_itself';
}

const ATTEMPTS = 3;

/** How long beyond the wait a request is taken to be under way. */
const CLAIM_MARGIN_MS = 10_000;

/** Requests with an Idempotency-Key: the work is done once, every other request gets the answer of the one that did it. */
@Injectable()
export class Replays {
  constructor(
    private readonly idempotency: Idempotency,
    private readonly repository: VerificationsRepository,
    private readonly events: EventsRepository,
    private readonly registry: ProviderRegistry,
    private readonly calls: ProviderCalls,
    private readonly options: VerificationsOptions,
  ) {}

  /** See {@link Idempotency.claimOf}; none without a key. */
  claimOf({ idempotencyKey }: Repeatable, route: string, body: JsonValue): KeyClaim | undefined {
    if (idempotencyKey === undefined) return undefined;
    const leaseMs = this.options.waitMs + CLAIM_MARGIN_MS;
    return this.idempotency.claimOf(idempotencyKey, { route, body }, leaseMs);
  }

  /**
   * Runs `work`, which answers null where it found the key taken. Throws `IDEMPOTENCY_KEY_REUSED` (422) and
   * `IDEMPOTENCY_IN_PROGRESS` (409, with `Retry-After`).
   */
  async once(
    scope: TenantScope,
    claim: KeyClaim | undefined,
    repetition: Repetition,
    work: () => Promise<Outcome | null>,
  ): Promise<Outcome> {
    const known = await this.#knownBefore(scope, claim, repetition);
    if (known) return known;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const outcome = await this.#attempt(scope, claim, repetition, work);
      if (outcome) return outcome;
      // The record was purged or completed between two looks: what is true now shows at the next.
    }
    throw keyUnderWay(1);
  }

  /** Null where the key was taken, and is free again. */
  async #attempt(
    scope: TenantScope,
    claim: KeyClaim | undefined,
    repetition: Repetition,
    work: () => Promise<Outcome | null>,
  ): Promise<Outcome | null> {
    const done = await work().catch(async (error: unknown) => {
      if (!(error instanceof UnopenedConnection)) throw error;
      // Refused before it could find the key taken: what was done before needs the connection no more.
      const earlier = await this.#earlier(scope, claim, repetition);
      if (earlier) return earlier;
      throw error;
    });
    return done ?? this.#earlier(scope, claim, repetition);
  }

  async #knownBefore(scope: TenantScope, claim: KeyClaim | undefined, repetition: Repetition): Promise<Outcome | null> {
    const { looksFirst = false } = repetition;
    if (looksFirst === false) return null;
    try {
      return await this.#earlier(scope, claim, repetition);
    } catch (error) {
      // The work finds the key taken, does nothing, and the same refusal follows.
      if (looksFirst === 'for_itself' && error instanceof AppError && error.code === 'IDEMPOTENCY_KEY_REUSED')
        return null;
      throw error;
    }
  }

  async #earlier(scope: TenantScope, claim: KeyClaim | undefined, repetition: Repetition): Promise<Outcome | null> {
    const earlier = claim && (await this.idempotency.earlier(scope, claim));
    return earlier ? this.#replay(scope, claim, earlier, repetition) : null;
  }

  async #replay(
    scope: TenantScope,
    claim: KeyClaim,
    { verificationId, answered }: EarlierRequest,
    { httpStatus, withAction }: Repetition,
  ): Promise<Outcome | null> {
    const present = withAction || !answered ? await this.repository.find(scope, verificationId) : null;
    const taken =
      !answered && present && (await this.idempotency.complete(scope, { key: claim.key, httpStatus }, present.version));
    if (!answered && !taken) return null;
    const verification = answered ? await this.#atVersion(scope, verificationId, answered.version) : present;
    if (!verification) return null;
    const customerAction = withAction && present ? await this.#freshAction(present) : null;
    return { verification, customerAction, httpStatus: answered?.httpStatus ?? httpStatus, replayed: true };
  }

  /** As it was answered then; as it is now where redaction has reached the event. */
  async #atVersion(scope: TenantScope, id: string, version: number): Promise<ShownVerification | null> {
    const data = await this.events.dataAtVersion(scope, id, version);
    return data === null ? this.repository.find(scope, id) : verificationOfWire(data, scope.livemode, version);
  }

  async #freshAction(present: ShownVerification): Promise<CustomerAction | null> {
    const adapter = this.registry.find(present.provider, present.livemode);
    if (!adapter || present.status !== 'pending') return null;
    // The answer that is repeated does not depend on the provider being up.
    return this.calls.customerAction(adapter, present).catch(() => null);
  }
}
