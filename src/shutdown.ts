import type { Server } from 'node:http';
import { every, within } from './platform/deadline.js';

type Step = () => Promise<void>;

/** One Ctrl-C comes several times: from the terminal, from npm and from whatever started us. */
const ONE_SIGNAL_MS = 1_000;
const SWEEP_MS = 100;

/**
 * Undoes what the process has begun, last begun first. What drains gets so many milliseconds together and is given up then, or
 * when a second signal comes; what must not outlive the process is ended in any case.
 */
export class Shutdown {
  readonly #draining: Step[] = [];
  readonly #ending: Step[] = [];
  readonly #hurried = Promise.withResolvers<null>();
  #firstSignalAt: number | null = null;
  #stopped: Promise<void> | null = null;

  constructor(private readonly patienceMs: number) {}

  /** Whether the end has begun: who is still starting need not say that it failed. */
  get begun(): boolean {
    return this.#stopped !== null;
  }

  /** Registers what finishes its work first. Throws when the end has begun. */
  drains(step: Step): void {
    this.#assertRunning();
    this.#draining.push(step);
  }

  /** Starts what must not outlive the process, registered before it is there. Throws when the end has begun. */
  async begins<Thing>(start: () => Promise<Thing>, end: (thing: Thing) => Promise<void>): Promise<Thing> {
    this.#assertRunning();
    const starting = start();
    this.#ending.push(async () => {
      const thing = await starting.catch(() => null);
      if (thing !== null) await end(thing);
    });
    return starting;
  }

  /** Ends everything, once. Rejects with the first failure, after the other steps. */
  stop(): Promise<void> {
    return (this.#stopped ??= this.#run());
  }

  /** {@link stop} for a signal that came at `atMs` of a stopwatch; one more than a second after the first hurries. */
  signalled(atMs: number): Promise<void> {
    this.#firstSignalAt ??= atMs;
    if (atMs - this.#firstSignalAt > ONE_SIGNAL_MS) this.#hurried.resolve(null);
    return this.stop();
  }

  async #run(): Promise<void> {
    const failures: unknown[] = [];
    const undo = async (steps: Step[]): Promise<void> => {
      for (let step = steps.pop(); step; step = steps.pop()) {
        await step().catch((error: unknown) => failures.push(error));
      }
    };
    await within(this.patienceMs, Promise.race([undo(this.#draining), this.#hurried.promise]));
    await undo(this.#ending);
    if (failures.length > 0) throw failures[0];
  }

  #assertRunning(): void {
    if (this.begun) throw new Error('the process is stopping');
  }
}

/**
 * Takes no more connections and answers what is in flight; what has no answer after `patienceMs` is cut. Node itself watches for
 * requests that never become whole only as long as it listens.
 */
export async function drainConnections(server: Server, patienceMs: number): Promise<void> {
  const closed = new Promise<true>((resolve) => server.close(() => resolve(true)));
  // A connection whose request has just been answered would be kept for the next one.
  const endSweeping = every(SWEEP_MS, async () => server.closeIdleConnections());
  if ((await within(patienceMs, closed)) === null) server.closeAllConnections();
  endSweeping();
  await closed;
}
