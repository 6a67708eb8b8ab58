import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { every } from '../platform/deadline.js';
import { WorkLoop } from '../work/index.js';
import { Idempotency } from './idempotency/idempotency.js';
import { ProviderCalls } from './start/provider-calls.js';
import { ExpirySweep } from './sweep/expiry-sweep.js';

const PURGE_EVERY_MS = 60_000;
/** Slices at one tick: what is left then goes at the next, in this process or in another. */
const MOST_SLICES = 100;

/** Background work of this process: begins with the application, and has nothing in hand any more when it ends. */
@Injectable()
export class VerificationWorker implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #logger = new Logger(VerificationWorker.name);
  #stopPurging: (() => void) | undefined;
  #purging: Promise<void> = Promise.resolve();

  constructor(
    private readonly loop: WorkLoop,
    private readonly sweep: ExpirySweep,
    private readonly idempotency: Idempotency,
    private readonly calls: ProviderCalls,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start();
    this.sweep.start();
    this.#stopPurging = every(PURGE_EVERY_MS, () => (this.#purging = this.#purge()));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#stopPurging?.();
    this.#stopPurging = undefined;
    await Promise.all([this.loop.rest(), this.sweep.stop(), this.#purging]);
  }

  /** The server takes no requests any more. In one step: what is in hand waits for what the calls' end brings. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.calls.end(), this.loop.settled()]);
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
