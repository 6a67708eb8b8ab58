import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { every } from '../platform/deadline.js';
import { WorkLoop } from '../work/index.js';
import { Idempotency } from './idempotency/idempotency.js';

const PURGE_EVERY_MS = 60_000;
/** Slices at one tick: what is left then goes at the next, in this process or in another. */
const MOST_SLICES = 100;

/** Background work of this process: begins with the application, and has nothing in hand any more when it ends. */
@Injectable()
export class VerificationWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(VerificationWorker.name);
  #stopPurging: (() => void) | undefined;
  #purging: Promise<void> = Promise.resolve();

  constructor(
    private readonly loop: WorkLoop,
    private readonly idempotency: Idempotency,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start();
    this.#stopPurging = every(PURGE_EVERY_MS, () => (this.#purging = this.#purge()));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#stopPurging?.();
    this.#stopPurging = undefined;
    await Promise.all([this.loop.stop(), this.#purging]);
  }

  async #purge(): Promise<void> {
    try {
      for (let slice = 0; this.#stopPurging && slice < MOST_SLICES; slice += 1) {
        if ((await this.idempotency.purge()) === 0) return;
      }
    } catch (error) {
      this.#logger.warn({ event: 'keys_not_purged', error: (error as Error).name });
    }
  }
}
