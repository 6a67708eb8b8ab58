import { type OnApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { errorRecords } from '../../errors/index.js';
import { Clock } from '../../platform/clock.js';
import { underDeadline } from '../../platform/deadline.js';
import { Ids } from '../../platform/ids.js';
import { type Observation, type CustomerAction } from '../../providers/observation.js';
import { observationOfFault } from '../../providers/fault-observation.js';
import { soundObservation } from '../../providers/sound-observation.js';
import type { Call, Check, ProviderAdapter } from '../../providers/provider-adapter.js';
import type { Reason } from '../../providers/reasons.js';
import type { ShownVerification, Verification } from '../store/verification.entity.js';
import type { JsonObject } from '../../platform/json.js';
import { NO_CONNECTION, VerificationsOptions } from '../verifications.options.js';

/** Calls to providers: each under its own deadline, none of them ever lost track of. */
@Injectable()
export class ProviderCalls implements OnApplicationShutdown {
  readonly #logger = new Logger(ProviderCalls.name);
  readonly #inFlight = new Set<Promise<unknown>>();

  constructor(
    private readonly clock: Clock,
    private readonly options: VerificationsOptions,
    private readonly ids: Ids,
  ) {}

  /** Starts a check. Never rejects: whatever goes wrong is a pending observation that names the fault. */
  start(adapter: ProviderAdapter, verification: Verification, input: JsonObject): Promise<Observation> {
    return this.#observe(adapter, verification, (call) => adapter.start(checkOf(verification, input), call));
  }

  /**
   * Asks again about a check: reads its answer, finds out whether a start whose answer was lost arrived, or starts it once more where
   * that can't make two of it. Never rejects, like {@link start}.
   */
  async followUp(adapter: ProviderAdapter, verification: Verification, input: JsonObject): Promise<Observation> {
    const check = checkOf(verification, input);
    const ask = nextQuestion(adapter, check);
    if (ask) return this.#observe(adapter, verification, ask);
    return this.unaskable(check.reference === null ? 'start_outcome_unknown' : 'provider_processing');
  }

  /** What is said where nobody may be asked: only a callback, a person or the end of the window can tell. */
  unaskable(reason: Reason): Observation {
    return { outcome: 'pending', reason, observedAt: this.clock.now() };
  }

  /** A fresh URL for the customer; null where there is none. Rejects where the provider gives no answer. */
  async customerAction(adapter: ProviderAdapter, verification: ShownVerification): Promise<CustomerAction | null> {
    const ask = adapter.customerAction?.bind(adapter);
    if (!ask) return null;
    // A key of its own each time: a vendor that honours keys would hand out the old URL again.
    const key = `${verification.id}:action:${this.ids.next()}`;
    try {
      return await this.#call(adapter, key, (call) => ask(checkOf(verification, {}), call));
    } catch (error) {
      this.#reportFault(adapter, verification, this.#observationOf(adapter, error));
      throw error;
    }
  }

  /** Work that outlives the request which began it, so that a shutdown waits for it. */
  track<Result>(work: Promise<Result>): Promise<Result> {
    const done = work.then(
      () => undefined,
      () => undefined,
    );
    this.#inFlight.add(done);
    void done.then(() => this.#inFlight.delete(done));
    return work;
  }

  /** Lets the calls under way finish, each by its own deadline. The server takes no requests any more: no new ones come. */
  async onApplicationShutdown(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }

  async #observe(
    adapter: ProviderAdapter,
    verification: Verification,
    ask: (call: Call) => Promise<Observation>,
  ): Promise<Observation> {
    const observation = await this.#call(adapter, startKeyOf(verification), ask).then(
      (given) => soundObservation(given, this.clock.now()),
      (error: unknown) => this.#observationOf(adapter, error),
    );
    this.#reportFault(adapter, verification, observation);
    return observation;
  }

  #reportFault({ provider }: ProviderAdapter, { id }: ShownVerification, observation: Observation): void {
    const { reason, retry, providerCode } = observation;
    // Whoever runs the service sees here that a vendor is down, or speaks a language that the adapter doesn't know.
    if (retry) {
      const fault = { provider, reason, class: retry.class, provider_code: providerCode ?? null };
      this.#logger.warn({ event: 'provider_fault', verification_id: id, ...fault });
    }
  }

  #observationOf(adapter: ProviderAdapter, error: unknown): Observation {
    const observation = observationOfFault(error, this.clock.now());
    if (observation.reason === 'adapter_fault') {
      this.#logger.error({ event: 'adapter_fault', provider: adapter.provider, errors: errorRecords(error) });
    }
    return observation;
  }

  #call<Result>(
    adapter: ProviderAdapter,
    idempotencyKey: string,
    ask: (call: Call) => Promise<Result>,
  ): Promise<Result> {
    const connection = this.options.connections[adapter.provider] ?? NO_CONNECTION;
    return underDeadline(this.options.callDeadlineMs, (signal) => ask({ connection, idempotencyKey, signal }));
  }
}

/** Null: the start may have arrived, and can neither be found nor be repeated without making two. */
function nextQuestion(adapter: ProviderAdapter, check: Check): ((call: Call) => Promise<Observation>) | null {
  const { fetch, find, idempotentStart } = adapter.capabilities;
  const start = (call: Call): Promise<Observation> => adapter.start(check, call);
  if (fetch === 'rerun') return (call) => adapter.fetch?.(check, call) ?? start(call);
  if (check.reference !== null) return fetch === 'none' ? null : (call) => required(adapter.fetch?.(check, call));
  if (find) return async (call) => (await required(adapter.findByOurReference?.(check, call))) ?? start(call);
  return idempotentStart ? start : null;
}

/** A method that the adapter's capabilities promise. */
function required<Value>(answer: Promise<Value> | undefined): Promise<Value> {
  if (!answer) throw new Error('the adapter lacks a method that its capabilities promise');
  return answer;
}

/** The same for every try of one round's start. */
function startKeyOf({ id, round }: Verification): string {
  return round === 1 ? id : `${id}:${String(round)}`;
}

function checkOf(verification: ShownVerification, input: JsonObject): Check {
  const { id, verificationType, checkType, providerReference } = verification;
  return { verificationId: id, verificationType, checkType, input, reference: providerReference };
}
