import { Injectable, Logger } from '@nestjs/common';
import { addMilliseconds, Clock } from '../../platform/clock.js';
import { ProviderRegistry } from '../../providers/provider-registry.js';
import { backOffMs, workOfUnasked } from '../lifecycle/due.js';
import type { Verification } from '../store/verification.entity.js';
import { VerificationsRepository } from '../store/verifications.repository.js';
import { ClaimedRows } from './claimed-rows.js';
import { ProviderCalls } from './provider-calls.js';

/** So often a vendor is told. By then its own session is over, or somebody has to look. */
const MOST_TRIES = 12;

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
    if (!adapter?.cancel) return this.#done(row);
    await this.rows.during(row, async () => {
      const answer = await this.calls.cancel(adapter, row);
      if (answer === 'done') {
        this.#logger.log({ event: 'vendor_check_cancelled', ...about(row) });
        return this.#done(row);
      }
      if (answer === 'left_open') return this.#letBe(row);
      // Nobody was told: no try is counted.
      if ('until' in answer) return this.repository.defer(row, answer.until, false);
      const tries = row.attempts - row.ladderFrom;
      if (tries < MOST_TRIES) {
        return this.rows.until(row, addMilliseconds(this.clock.now(), backOffMs(answer, row.id, tries)));
      }
      return this.#letBe(row);
    });
  }

  #letBe(row: Verification): Promise<void> {
    this.#logger.warn({ event: 'vendor_check_left_open', ...about(row) });
    return this.#done(row);
  }

  #done(row: Verification): Promise<void> {
    return this.repository.closed(row, workOfUnasked(row).dueAt);
  }
}

function about({ provider, id }: Verification): object {
  return { provider, verification_id: id };
}
