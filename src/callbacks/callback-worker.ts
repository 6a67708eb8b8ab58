import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { every } from '../platform/deadline.js';
import { CallbackLoop } from './callback-loop.js';
import { CallbackTarget } from './callback-target.js';
import { InboxRepository } from './inbox.repository.js';

const PURGE_EVERY_MS = 60_000;
/** Slices at one tick: what is left then goes at the next, in this process or in another. */
const MOST_SLICES = 100;

/** Hears callbacks in this process, from the application's begin to its end, and forgets old ones. */
@Injectable()
export class CallbackWorker implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #logger = new Logger(CallbackWorker.name);
  #stopPurging: (() => void) | undefined;
  #purging: Promise<void> = Promise.resolve();

  constructor(
    private readonly loop: CallbackLoop,
    private readonly inbox: InboxRepository,
    private readonly target: CallbackTarget,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start();
    this.#stopPurging = every(PURGE_EVERY_MS, () => (this.#purging = this.#purge()));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#stopPurging?.();
    this.#stopPurging = undefined;
    await Promise.all([this.loop.rest(), this.#purging]);
  }

  /** In one step: what is in hand waits for what the target's end brings. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.target.end(), this.loop.settled()]);
  }

  async #purge(): Promise<void> {
    try {
      for (let slice = 0; this.#stopPurging && slice < MOST_SLICES; slice += 1) {
        if ((await this.inbox.purge(this.clock.now())) === 0) return;
      }
    } catch (error) {
      this.#logger.warn({ event: 'callbacks_not_purged', error: (error as Error).name });
    }
  }
}
