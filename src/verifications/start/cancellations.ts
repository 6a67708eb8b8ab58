import { Injectable, Logger } from '@nestjs/common';
import { addMilliseconds, Clock } from '../../platform/clock.js';
import type { ProviderAdapter } from '../../providers/provider-adapter.js';
import { ProviderRegistry } from '../../providers/provider-registry.js';
import type { Retry } from '../../providers/observation.js';
import { backOffMs, dueAfterDeferral } from '../lifecycle/due.js';
import type { Verification } from '../store/verification.entity.js';
import { VerificationsRepository } from '../store/verifications.repository.js';
import { ClaimedRows } from './claimed-rows.js';
import { ProviderCalls } from './provider-calls.js';

/** So often a vendor is told. By then its own session is over, or somebody has to look. */
const MOST_TRIES = 12;
/** Another process may know how. */
const NOT_WIRED: Retry = { class: 'operator' };

/**
 * Checks that a person or the clock has closed here are closed at the vendor, too: no customer is to go on with one, and none is billed for it.
 * Whatever the vendor answers, nothing that is shown changes.
 */
@Injectable()
export class Cancellations {
  readonly #logger = new Logger(Cancellations.name);

  constructor(
    private readonly registry: ProviderRegistry,
    private readonly calls: ProviderCalls,
    private readonly rows: ClaimedRows,
    private readonly repository: VerificationsRepository,
    private readonly clock: Clock,
  ) {}

  /** Tells the vendor of a claimed row that was left open; what can't be cancelled, or can't any more, is let be. */
  async of(row: Verification): Promise<void> {
    const adapter = this.registry.find(row.provider, row.livemode);
    if (adapter && !adapter.cancel) return holdsChecks(adapter) ? this.#letBe(row) : this.repository.closed(row);
    await this.rows.during(row, async () => {
      const answer = adapter ? await this.calls.cancel(adapter, row) : NOT_WIRED;
      if (answer === 'done') {
        this.#logger.log({ event: 'vendor_check_cancelled', ...about(row) });
        return this.repository.closed(row);
      }
      if (answer === 'left_open') return this.#letBe(row);
      // Nobody was told: no try is counted.
      const now = this.clock.now();
      if ('until' in answer) return this.repository.defer(row, dueAfterDeferral(row, answer.until, now), false);
      const tries = row.attempts - row.ladderFrom;
      if (tries >= MOST_TRIES) return this.#letBe(row);
      return this.rows.until(row, dueAfterDeferral(row, addMilliseconds(now, backOffMs(answer, row.id, tries)), now));
    });
  }

  #letBe(row: Verification): Promise<void> {
    this.#logger.warn({ event: 'vendor_check_left_open', ...about(row) });
    return this.repository.closed(row);
  }
}

/** Where asking means asking afresh, nothing stays open. */
function holdsChecks({ capabilities }: ProviderAdapter): boolean {
  return capabilities.fetch !== 'rerun';
}

function about({ provider, id }: Verification): object {
  return { provider, verification_id: id };
}
