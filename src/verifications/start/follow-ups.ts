import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { type ClaimedRow, DueRows, type DueWork } from '../../work/index.js';
import { isAsked, workOfUnasked } from '../lifecycle/due.js';
import { ENDED_BY_TIME, ENDS_AT } from '../store/slices.statements.js';
import { VerificationDoor } from '../verification-door.js';
import { Cancellations } from './cancellations.js';
import { Questions } from './questions.js';

/** The table of verifications as due rows: no provider fills a pass of a tenant, and what time alone ends is the sweep's. No fault of a question outlives a pass or a window. */
export const VERIFICATIONS_DUE = {
  name: 'customer_verifications.verifications',
  lane: 'provider',
  which: `due_at is not null and ${ENDED_BY_TIME} is not true`,
  latest: ENDS_AT,
} as const;

/** What is done with a verification that is due: the clock decides first, then the provider is asked. */
@Injectable()
export class FollowUps implements DueWork {
  readonly table = VERIFICATIONS_DUE;

  constructor(
    private readonly door: VerificationDoor,
    private readonly questions: Questions,
    private readonly cancellations: Cancellations,
    private readonly rows: DueRows,
    private readonly clock: Clock,
  ) {}

  /** Ends a pass or a window that is over; asks the provider about what still waits, and tells it of what no longer does. */
  async handle(row: ClaimedRow): Promise<void> {
    const { scope, id, attempt } = row;
    const passage = await this.door.pass(scope, id, { kind: 'clock' }, { fence: attempt });
    if (passage?.kind !== 'unchanged') return;
    const { verification } = passage;
    // Claimed by somebody else since: the row is theirs.
    if (verification.attempts !== attempt) return;
    if (isAsked(verification, this.clock.now())) await this.questions.again(verification);
    else if (verification.leftOpen) await this.cancellations.of(verification);
    // Decided since it became due, or its round has ended unanswered: nobody is asked, or billed, for that.
    else await this.rows.postpone(row, workOfUnasked(verification).dueAt);
  }
}
