import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../../platform/clock.js';
import { after, underDeadline } from '../../../../platform/deadline.js';
import type { Http, HttpAnswer } from '../../../../platform/http.js';
import type { JournalEvent } from '../journal.js';
import type { CallbackMessage } from './callback.message.js';
import { SIGNATURE_HEADER, signatureOf } from './callback.signing.js';
import type { CallbackTarget } from './callback.target.js';

/** How long after a try that brought no 2xx the next one comes: what real vendors spread over days. */
export const RETRY_DELAYS_MS: readonly number[] = [1000, 5000, 30_000, 120_000, 600_000];

const ANSWER_WITHIN_MS = 10_000;
const AT_ONCE = 16;

/** What a sender works with. */
export interface CallbackSenderOptions {
  readonly clock: Clock;
  readonly http: Http;
  /** Hears of each try, once it has ended. */
  readonly record: (event: Extract<JournalEvent, { kind: 'delivered' }>) => void;
  /** Most messages that wait for their turn, and most that wait to be tried again. */
  readonly capacity: number;
  /** {@link RETRY_DELAYS_MS} unless told. */
  readonly retryDelaysMs?: readonly number[];
}

/** Delivers callbacks, a few at a time, and repeats what was not taken. All of it in memory. Nothing here rejects. */
export class CallbackSender {
  /** Where messages go, also those that are tried again; null: nowhere, they are dropped. */
  target: CallbackTarget | null = null;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  /** What tries again, and what calls it off. */
  readonly #retries = new Map<() => void, () => void>();
  readonly #queue: ((mayGo: boolean) => void)[] = [];
  #inFlight = 0;

  constructor(private readonly options: CallbackSenderOptions) {}

  /** Sends; resolves with the HTTP status of the first try's answer, null where there was none. */
  send(message: CallbackMessage): Promise<number | null> {
    return this.track(this.#try(message, 1));
  }

  /** Has {@link settled} wait for this work too. */
  track<T>(work: Promise<T>): Promise<T> {
    const ended = (): boolean => this.#running.delete(work);
    this.#running.add(work);
    work.then(ended, ended);
    return work;
  }

  /** Resolves once nothing is on its way. What waits to be tried again is not on its way. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  /** Tries at once whatever waits to be tried again; how many that were. */
  retryNow(): number {
    const due = [...this.#retries.keys()];
    for (const retry of due) retry();
    return due.length;
  }

  /** Breaks off what is on its way and forgets the rest. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const callOff of this.#retries.values()) callOff();
    this.#retries.clear();
    await this.settled();
  }

  async #try(message: CallbackMessage, attempt: number): Promise<number | null> {
    if (!(await this.#place())) return null;
    try {
      if (this.target === null || this.#closing.signal.aborted) return null;
      const answer = await this.#post(this.target, message);
      const { checkId: check_id, eventId: event_id, forged } = message;
      this.options.record({ kind: 'delivered', check_id, event_id, forged, answer, attempt });
      const taken = answer !== null && answer >= 200 && answer < 300;
      if (!taken && !message.forged) this.#tryLater(message, attempt);
      return answer;
    } finally {
      this.#leave();
    }
  }

  async #post(target: CallbackTarget, { body, forged }: CallbackMessage): Promise<number | null> {
    const secrets = forged ? [randomBytes(24).toString('hex')] : target.secrets;
    // Signed at each try: the time in it is the try's.
    const signature = { [SIGNATURE_HEADER]: signatureOf(body, secrets, this.options.clock.now()) };
    const headers = { 'content-type': 'application/json', ...signature };
    try {
      const post = (signal: AbortSignal): Promise<HttpAnswer> =>
        this.options.http.send({ method: 'POST', url: target.url, headers, body, signal });
      return (await underDeadline(ANSWER_WITHIN_MS, post, this.#closing.signal)).status;
    } catch {
      return null;
    }
  }

  #tryLater(message: CallbackMessage, attempt: number): void {
    const delay = (this.options.retryDelaysMs ?? RETRY_DELAYS_MS)[attempt - 1];
    if (delay === undefined || this.#closing.signal.aborted || this.#retries.size >= this.options.capacity) return;
    const retry = (): void => {
      this.#retries.get(retry)?.();
      this.#retries.delete(retry);
      void this.track(this.#try(message, attempt + 1));
    };
    this.#retries.set(retry, after(delay, retry));
  }

  #place(): Promise<boolean> {
    if (this.#inFlight < AT_ONCE) {
      this.#inFlight += 1;
      return Promise.resolve(true);
    }
    if (this.#queue.length >= this.options.capacity) this.#queue.shift()?.(false);
    return new Promise((resolve) => {
      this.#queue.push(resolve);
    });
  }

  #leave(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#inFlight -= 1;
    else next(true);
  }
}
