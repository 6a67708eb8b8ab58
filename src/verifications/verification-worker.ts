import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Purge, WorkLoop } from '../work/index.js';
import { Idempotency } from './idempotency/idempotency.js';
import { ProviderCalls } from './start/provider-calls.js';
import { EvidenceRetention } from './sweep/evidence-retention.js';
import { ExpirySweep } from './sweep/expiry-sweep.js';

/** Background work of this process: begins with the application, and has nothing in hand any more when it ends. */
@Injectable()
export class VerificationWorker implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #purges: readonly Purge[];

  constructor(
    private readonly loop: WorkLoop,
    private readonly sweep: ExpirySweep,
    private readonly calls: ProviderCalls,
    idempotency: Idempotency,
    retention: EvidenceRetention,
  ) {
    this.#purges = [
      new Purge('idempotency records', () => idempotency.purge()),
      new Purge('evidence', () => retention.purge()),
    ];
  }

  onApplicationBootstrap(): void {
    this.loop.start();
    this.sweep.start();
    for (const purge of this.#purges) purge.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.loop.rest(), this.sweep.stop(), ...this.#purges.map((purge) => purge.stop())]);
  }

  /** The server takes no requests any more. In one step: what is in hand waits for what the calls' end brings. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.calls.end(), this.loop.settled()]);
  }
}
