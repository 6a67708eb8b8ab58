import { Injectable, Logger } from '@nestjs/common';
import { addMilliseconds, Clock, type Instant } from '../../platform/clock.js';
import { Ids } from '../../platform/ids.js';
import type { CustomerAction, Ending, Observation, Retry } from '../../providers/observation.js';
import { soundObservation } from '../../providers/sound-observation.js';
import type { Call, Check, Connection, ProviderAdapter } from '../../providers/provider-adapter.js';
import type { Reason } from '../../providers/reasons.js';
import { Connections, NO_CONNECTION } from '../../connections/index.js';
import type { TenantScope } from '../../database/index.js';
import { HandedBack } from '../../work/index.js';
import type { Refusal } from '../../gates/index.js';
import { CallsInFlight, type Manner } from './calls-in-flight.js';
import { FaultReports } from './fault-reports.js';
import { type GatedCall, GatedCalls } from './gated-calls.js';
import {
  type Ask,
  checkOf,
  foundBy,
  nextQuestion,
  type Question,
  settledBy,
  startKeyOf,
  startsBlindly,
} from './next-question.js';
import { unconfigured, type UnaskedWord } from './unasked.js';
import type { ShownVerification, Verification } from '../store/verification.entity.js';
import { VerificationsRepository } from '../store/verifications.repository.js';
import type { JsonObject } from '../../platform/json.js';
import { VerificationsOptions } from '../options/verifications.options.js';

/** A key that is lost may come back. */
const UNOPENED: Retry = { class: 'operator' };
/** When a process that has too much under way looks at the rest again. */
const BUSY_MS = 1_000;

/** Calls to providers: each under its own deadline, none of them ever lost track of. */
@Injectable()
export class ProviderCalls extends CallsInFlight {
  readonly #logger = new Logger(ProviderCalls.name);
  readonly #faults: FaultReports;

  constructor(
    private readonly clock: Clock,
    private readonly options: VerificationsOptions,
    private readonly ids: Ids,
    private readonly connections: Connections,
    private readonly repository: VerificationsRepository,
    private readonly gated: GatedCalls,
  ) {
    super();
    this.#faults = new FaultReports(clock);
  }

  /**
   * Starts a check, unless the provider's gate is shut or this process has its hands full. Whatever goes wrong is a pending observation that names the fault; rejects with
   * `HandedBack` alone, at a shutdown, where another process can find out about the start or repeat it.
   */
  async start(adapter: ProviderAdapter, verification: Verification, input: JsonObject): Promise<Observation | Refusal> {
    // Those who don't wait for an answer could begin any number. The rest is background work, of any process.
    if (this.full && adapter.connectionForm !== null) return this.#notNow();
    const ask: Ask = (check, call) => adapter.start(check, call);
    return this.#observe(adapter, verification, { ask, input, starts: startsBlindly(adapter), waited: false });
  }

  /** How to ask again about a check; null where nobody can be asked. See {@link nextQuestion}. */
  nextQuestion(adapter: ProviderAdapter, verification: Verification): Omit<Question, 'input'> | null {
    const settledAt = settledBy(adapter, verification, this.options.callDeadlineMs);
    return nextQuestion(adapter, verification, this.clock.now() >= settledAt);
  }

  /** Asks again about a check that this process has claimed. Rejects as {@link start} does. */
  ask(adapter: ProviderAdapter, verification: Verification, question: Question): Promise<Observation | Refusal> {
    return this.#observe(adapter, verification, { ...question, waited: true });
  }

  /**
   * The connection that calls for the tenant go by; remembered for a moment, so that who is about to store something can make sure of it first.
   * Rejects with the database's error, or the vault's: that is no word of the provider's.
   */
  async connectionOf(adapter: ProviderAdapter, scope: TenantScope): Promise<Connection> {
    return adapter.connectionForm === null ? NO_CONNECTION : this.connections.of(scope, adapter);
  }

  /** What is said where nobody may be asked: only a callback, a person or the end of the window can tell. The next move stays whose it was. */
  unaskable(reason: Reason, { awaiting }: Pick<Verification, 'awaiting'>): UnaskedWord {
    return this.unasked((observedAt) => ({ outcome: 'pending', reason, observedAt, ...(awaiting && { awaiting }) }));
  }

  /** What is said now without anybody being asked. */
  unasked(word: (now: Instant) => Observation): UnaskedWord {
    return { ...this.heard(word), asked: false };
  }

  /** What is said now of an answer that was none. */
  heard(word: (now: Instant) => Observation): Observation {
    return word(this.clock.now());
  }

  /** A fresh URL for the customer; null where there is none. Rejects where the provider gives no answer. */
  async customerAction(adapter: ProviderAdapter, verification: ShownVerification): Promise<CustomerAction | null> {
    const ask = adapter.customerAction?.bind(adapter);
    if (!ask) return null;
    const aside = { ask, manner: 'by us alone', waited: false, onlyNow: true } as const;
    const answer = await this.#aside(adapter, verification, aside);
    if ('value' in answer) return answer.value;
    throw 'error' in answer ? answer.error : this.#faults.ofRefusal(answer);
  }

  /** Has the vendor end the check; else why it could not be told. Rejects as {@link start} does. */
  async cancel(
    adapter: ProviderAdapter,
    verification: ShownVerification,
  ): Promise<'done' | 'left_open' | Refusal | Retry> {
    if (!(await this.connections.opened(verification, adapter))) return UNOPENED;
    const ask: Aside<Ending>['ask'] = (check, call) => adapter.cancel?.(check, call) ?? Promise.resolve();
    const answer = await this.#aside(adapter, verification, { ask, manner: 'by anybody', waited: true });
    if ('value' in answer) return answer.value ?? 'done';
    return 'error' in answer ? (answer.retry ?? { class: 'outage' }) : answer;
  }

  /** Asks for something that is no word about the subject, and is kept nowhere. */
  async #aside<Value>(adapter: ProviderAdapter, verification: ShownVerification, aside: Aside<Value>) {
    // A key of its own each time: a vendor that honours keys would hand out the old answer again.
    const key = `${verification.id}:action:${this.ids.next()}`;
    const [connection, check] = [await this.connectionOf(adapter, verification), checkOf(verification, {})];
    return this.gated.through({ adapter, scope: verification, check, connection, ...aside }, () =>
      this.#call({ connection, idempotencyKey: key, manner: aside.manner }, (call) => aside.ask(check, call)).then(
        (value) => ({ reason: null, value }),
        (error: unknown) => {
          if (error instanceof HandedBack) throw error;
          const observation = this.#faults.observationOf(adapter, error);
          this.#faults.tell(adapter, verification, observation);
          return { ...observation, error };
        },
      ),
    );
  }

  async #observe(adapter: ProviderAdapter, verification: Verification, asking: Asking): Promise<Observation | Refusal> {
    const { ask, input, starts, waited } = asking;
    const manner: Manner = starts ? 'by us alone' : 'by anybody';
    const connection = await this.connections.opened(verification, adapter);
    if (!connection) return this.unasked(unconfigured);
    const check = checkOf(verification, input);
    const given = { connection, idempotencyKey: startKeyOf(verification), manner };
    const answer = this.gated.through({ adapter, scope: verification, check, connection, waited }, async () => {
      if (starts && !(await this.#opened(adapter, verification)))
        return this.unaskable('start_outcome_unknown', verification);
      const observation = await this.#call(given, (call) => ask(check, call)).then(
        (said) => soundObservation(said, this.clock.now()),
        (error: unknown) => {
          if (error instanceof HandedBack) throw error;
          return this.#faults.observationOf(adapter, error);
        },
      );
      this.#faults.tell(adapter, verification, observation);
      return observation;
    });
    return answer.catch((error: unknown) => {
      if (error instanceof NotOpened) return this.#notNow();
      throw error;
    });
  }

  /** From here on the vendor may have got it: a process that is killed in between leaves a start whose outcome is unknown. */
  async #opened(adapter: ProviderAdapter, verification: Verification): Promise<boolean> {
    try {
      const at = this.clock.now();
      const dueAt = foundBy(adapter, at, this.options.callDeadlineMs);
      return await this.repository.openStart(verification, { at, dueAt });
    } catch (error) {
      this.#logger.warn({ event: 'start_not_opened', verification_id: verification.id, error: (error as Error).name });
      throw new NotOpened('nothing was sent', { cause: error });
    }
  }

  #notNow(): Refusal {
    return { outcome: 'not_asked', reason: 'provider_busy', until: addMilliseconds(this.clock.now(), BUSY_MS) };
  }

  #call<Result>(
    { manner, ...given }: Omit<Call, 'signal'> & { manner: Manner },
    ask: (call: Call) => Promise<Result>,
  ): Promise<Result> {
    return this.run(manner, this.options.callDeadlineMs, (signal) => ask({ ...given, signal }));
  }
}

/** Something that is asked of a vendor besides the check. */
interface Aside<Value> extends Pick<GatedCall, 'waited' | 'onlyNow'> {
  readonly ask: (check: Check, call: Call) => Promise<Value>;
  readonly manner: Manner;
}

/** A question about a check. */
type Asking = Question & Pick<GatedCall, 'waited'>;

/** The database could not be told that a start is to be made, or did not say that it was: the start was not made. */
class NotOpened extends Error {}
