import { Injectable } from '@nestjs/common';
import type { Refusal } from '../../gates/index.js';
import { Clock, type Instant } from '../../platform/clock.js';
import { type ClaimedRow, DueRows, HandedBack, Leases } from '../../work/index.js';
import { dueAfterDeferral } from '../lifecycle/due.js';
import type { Verification } from '../store/verification.entity.js';
import { VerificationsRepository } from '../store/verifications.repository.js';
import { VerificationDoor } from '../verification-door.js';

/** Claimed rows while this process works on them, and those that it gives back without an answer. */
@Injectable()
export class ClaimedRows {
  constructor(
    private readonly rows: DueRows,
    private readonly leases: Leases,
    private readonly door: VerificationDoor,
    private readonly repository: VerificationsRepository,
    private readonly clock: Clock,
  ) {}

  /** Whether the row is still in the hands of the claim that it carries. Rejects where the database can't say. */
  isOurs(row: Verification): Promise<boolean> {
    return this.leases.holds(claimOf(row));
  }

  /** Keeps the row as long as `work` takes; rejects as that does. If this process goes and another can ask, it is given back at once, not when the lease has run out. */
  during<Result>(row: Verification, work: () => Promise<Result>): Promise<Result> {
    const claimed = claimOf(row);
    return this.leases.during(claimed, work).catch(async (error: unknown) => {
      if (error instanceof HandedBack) await this.rows.handBack(claimed);
      throw error;
    });
  }

  /** Gives it back until then; what was done about it meanwhile was a step of its ladder. */
  async until(row: Verification, dueAt: Instant | null): Promise<void> {
    await this.rows.postpone(claimOf(row), dueAt);
  }

  /**
   * Gives it back until the gate lets the question pass. What waits without a reason gets the gate's, with an event; any other row only another due
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

function claimOf({ organizationId, livemode, id, attempts }: Verification): ClaimedRow {
  return { scope: { organizationId, livemode }, id, attempt: attempts };
}
