import {
  circuitBreaker,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  handleWhenResult,
  type IBackoff,
  type IHalfOpenAfterBackoffContext,
} from 'cockatiel';
import { addMilliseconds, type Clock, type Instant } from '../platform/clock.js';
import { openForMs } from './patience.js';
import { type Said, verdictOn } from './verdict.js';

/** So many faults in a row open a circuit. */
const FAULTS = 5;

/** What says nothing about the vendor goes around the counting: neither a fault nor the end of a row of them. */
class Unjudged<Answer> extends Error {
  override readonly name = 'Unjudged';

  constructor(readonly answer: Answer) {
    super('says nothing');
  }
}

/**
 * One gate's circuit as this process alone sees it: closed, open after five faults in a row, half-open when its time is over. The states and
 * the counting are cockatiel's; when its time is over says our clock.
 */
export class Circuit {
  /** The reading after which the deployment's row, while it is open, says so; null: it does not stand there. */
  sharedSince: number | null = null;
  #openUntil: Instant;
  #opened = false;
  #reason: string | null = null;
  readonly #breaker: CircuitBreakerPolicy;

  constructor(private readonly clock: Clock) {
    this.#openUntil = clock.now();
    this.#breaker = circuitBreaker(
      handleWhenResult((answer) => this.#counts(answer as Said)),
      { breaker: new ConsecutiveBreaker(FAULTS), halfOpenAfter: this.#breakTime() },
    );
  }

  /** Until when it is open, null where it is not: then a question may be asked, and where it is half-open only one. */
  get openUntil(): Instant | null {
    return this.isWhole || this.clock.now() >= this.#openUntil ? null : this.#openUntil;
  }

  /** True: closed, as far as this process knows. */
  get isWhole(): boolean {
    return this.#breaker.state === CircuitState.Closed;
  }

  /** The reason of the last fault. */
  get reason(): string | null {
    return this.#reason;
  }

  /** True once each time that it has opened. */
  takeOpening(): boolean {
    const opened = this.#opened;
    this.#opened = false;
    return opened;
  }

  /** Asks, and counts what comes of it; rejects only where `ask` does, or where the circuit is open. */
  async run<Answer extends Said>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await this.#breaker.execute(() => this.#judged(ask));
    } catch (error) {
      if (error instanceof Unjudged) return error.answer as Answer;
      throw error;
    }
  }

  async #judged<Answer extends Said>(ask: () => Promise<Answer>): Promise<Answer> {
    // The breaker takes an error that it doesn't know for a sign of life where it is half-open: there it counts as a fault.
    const trying = !this.isWhole;
    const answer = await ask();
    if (verdictOn(answer) === 'nothing' && !trying) throw new Unjudged(answer);
    return answer;
  }

  #counts(answer: Said): boolean {
    const counts = verdictOn(answer) !== 'answer';
    if (counts) this.#reason = answer.reason;
    return counts;
  }

  /** The breaker compares the age of its opening, by the machine's clock, with this duration: all or nothing, by ours. */
  #breakTime(): IBackoff<IHalfOpenAfterBackoffContext> {
    const isOver = (): boolean => this.clock.now() >= this.#openUntil;
    const breakTime: IBackoff<IHalfOpenAfterBackoffContext> = {
      get duration() {
        return isOver() ? -Infinity : Infinity;
      },
      next: ({ attempt }) => {
        this.#openUntil = addMilliseconds(this.clock.now(), openForMs(attempt));
        this.#opened = true;
        return breakTime;
      },
    };
    return breakTime;
  }
}
