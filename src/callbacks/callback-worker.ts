import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Purge } from '../work/index.js';
import { CallbackLoop } from './callback-loop.js';
import { CallbackTarget } from './callback-target.js';
import { InboxRepository } from './inbox.repository.js';

/** Hears callbacks in this process, from the application's begin to its end, and forgets old ones. */
@Injectable()
export class CallbackWorker implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #purge: Purge;

  constructor(
    private readonly loop: CallbackLoop,
    private readonly target: CallbackTarget,
    inbox: InboxRepository,
    clock: Clock,
  ) {
    this.#purge = new Purge('callbacks', () => inbox.purge(clock.now()));
  }

  onApplicationBootstrap(): void {
    this.loop.start();
    this.#purge.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.loop.rest(), this.#purge.stop()]);
  }

  /** In one step: what is in hand waits for what the target's end brings. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.target.end(), this.loop.settled()]);
  }
}
