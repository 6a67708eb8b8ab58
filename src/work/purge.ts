import { Logger } from '@nestjs/common';
import { every } from '../platform/deadline.js';

const PURGE_EVERY_MS = 60_000;
/** Slices at one tick: what is left then goes at the next, in this process or in another. */
const MOST_SLICES = 100;

/** Removes what is kept no longer, a slice at a time, once a minute. Any number of processes may. */
export class Purge {
  readonly #logger = new Logger(Purge.name);
  #stopTicking: (() => void) | undefined;
  #purging: Promise<void> = Promise.resolve();

  /** `slice` removes some and says how many it found; `of` is what the log calls them. */
  constructor(
    private readonly of: string,
    private readonly slice: () => Promise<number>,
  ) {}

  /** Purges from now on. */
  start(): void {
    this.#stopTicking ??= every(PURGE_EVERY_MS, () => (this.#purging = this.#purge()));
  }

  /** Ends, after the slice under way. */
  async stop(): Promise<void> {
    this.#stopTicking?.();
    this.#stopTicking = undefined;
    await this.#purging;
  }

  async #purge(): Promise<void> {
    try {
      for (let slice = 0; this.#stopTicking && slice < MOST_SLICES; slice += 1) {
        if ((await this.slice()) === 0) return;
      }
    } catch (error) {
      this.#logger.warn({ event: 'not_purged', of: this.of, error: (error as Error).name });
    }
  }
}
