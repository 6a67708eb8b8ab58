import type { OnApplicationShutdown } from '@nestjs/common';
import { underDeadline, within } from '../../platform/deadline.js';
import { HandedBack } from '../../work/index.js';

/** Who can ask, should this process not hear the answer. */
export type Manner = 'by anybody' | 'by us alone';

/** What answers within so long of a shutdown is still heard, although another process could ask again. */
const LAST_WORD_MS = 1_000;

/** Calls of one process at once. */
const MOST_CALLS = 256;

/** Calls under way and what waits for them, none of it ever lost track of. */
export class CallsInFlight implements OnApplicationShutdown {
  readonly #inFlight = new Set<Promise<unknown>>();
  readonly #handBack = new AbortController();
  #calls = 0;
  #ended: Promise<void> | undefined;

  /** Whether as many calls are under way as one process should have. */
  get full(): boolean {
    return this.#calls >= MOST_CALLS;
  }

  /** Fires when the process ends and no longer waits for what others can do. */
  get ending(): AbortSignal {
    return this.#handBack.signal;
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

  /**
   * Ends what is under way: what answers in a moment is heard, then other processes may ask what can be asked again, and a start that can be
   * neither found nor repeated is waited for, to its own deadline. The server takes no requests any more: no new ones come.
   */
  end(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  onApplicationShutdown(): Promise<void> {
    return this.end();
  }

  /** One call under a deadline. Rejects with `HandedBack` at a shutdown where anybody can ask instead. */
  protected async run<Result>(
    manner: Manner,
    deadlineMs: number,
    call: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const end = manner === 'by anybody' ? this.#handBack.signal : undefined;
    this.#calls += 1;
    try {
      return await this.track(underDeadline(deadlineMs, call, end));
    } finally {
      this.#calls -= 1;
    }
  }

  async #end(): Promise<void> {
    await within(LAST_WORD_MS, this.#idle());
    this.#handBack.abort(new HandedBack());
    await this.#idle();
  }

  async #idle(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }
}
