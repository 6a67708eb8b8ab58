import { Injectable } from '@nestjs/common';
import type { Refusal } from '../../gates/index.js';
import { Clock, type Instant } from '../../platform/clock.js';
import { type ClaimedRow, DueRows } from '../../work/index.js';
import { dueAfterDeferral } from '../lifecycle/due.js';
import type { Verification } from '../store/verification.entity.js';
import { VerificationsRepository } from '../store/verifications.repository.js';
import { VerificationDoor } from '../verification-door.js';

/** Claimed rows that this process gives back without an answer. */
@Injectable()
export class RowsGivenBack {
  constructor(
    private readonly rows: DueRows,
    private readonly door: VerificationDoor,
    private readonly repository: VerificationsRepository,
    private readonly clock: Clock,
  ) {}

  /** To whoever can ask now: this process goes. */
  async atOnce(claimed: ClaimedRow): Promise<void> {
    await this.rows.handBack(claimed);
  }

  /**
   * Until the gate lets the question pass. What waits without a reason gets the gate's, with an event; any other row only another due
   * time: a thousand deferrals are no news. `unsent`: the question was a start that nobody has got yet. Answers the row as it stands then.
   */
  async untilOpen(claimed: Verification, { reason, until }: Refusal, unsent: boolean): Promise<Verification> {
    const { status, round, attempts } = claimed;
    if (status !== 'pending' || claimed.reason !== null) return this.#defer(claimed, until, unsent);
    const happening = { kind: 'deferral', round, reason, until, unsent } as const;
    const passage = await this.door.pass(claimed, claimed.id, happening, { fence: attempts });
    // An older claim's answer may have been recorded since: what it says has a reason, and still waits.
    const isOurs = passage?.kind === 'unchanged' && passage.verification.attempts === attempts;
    if (isOurs) return this.#defer(passage.verification, until, unsent);
    return passage && passage.kind !== 'refused' ? passage.verification : claimed;
  }

  async #defer(claimed: Verification, until: Instant, unsent: boolean): Promise<Verification> {
    await this.repository.defer(claimed, dueAfterDeferral(claimed, until, this.clock.now()), unsent);
    return claimed;
  }
}
