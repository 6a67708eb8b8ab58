import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../context/index.js';
import type { Transaction } from '../../database/index.js';
import type { JsonObject } from '../../platform/json.js';
import { LEASE_MS } from '../../work/index.js';
import { Idempotency } from '../idempotency/idempotency.js';
import type { Outcome } from '../idempotency/outcome.js';
import { isAsked } from '../lifecycle/due.js';
import type { Verification } from '../store/verification.entity.js';
import { VerificationsRepository } from '../store/verifications.repository.js';
import { VerificationDoor } from '../verification-door.js';
import { notFound } from '../verification-overrides.js';
import { AnswerWait, type AskingManner } from '../start/answer-wait.js';
import { Questions } from '../start/questions.js';
import { Rounds } from './rounds.js';

/** The row as it is to be asked about. Not claimed: somebody is asking already, and their answer serves both. */
interface Opened {
  readonly verification: Verification;
  readonly claimed: boolean;
}

/** How a recheck is to be answered, and what is asked about from now on; left out: what is kept. */
export interface RecheckManner extends AskingManner {
  readonly input: JsonObject | undefined;
}

/** Rechecks: a new round for what is decided, the next question brought forward for what is not. Two at once are one. */
@Injectable()
export class Rechecks {
  constructor(
    private readonly repository: VerificationsRepository,
    private readonly door: VerificationDoor,
    private readonly idempotency: Idempotency,
    private readonly questions: Questions,
    private readonly wait: AnswerWait,
    private readonly rounds: Rounds,
  ) {}

  /**
   * Null: the idempotency key was taken. Throws `NOT_FOUND`, `CHECK_NOT_SUPPORTED` (422) where the provider can't be asked again, and what
   * `BroughtInputs` throws.
   */
  async recheck(ctx: RequestContext, id: string, manner: RecheckManner): Promise<Outcome | null> {
    const opened = await this.#open(ctx, id, manner);
    if (!opened) return null;
    const { verification, claimed } = opened;
    if (!claimed) return this.wait.later(verification, manner.claim, 202);
    const statuses = { inTime: 200, later: 202 };
    return this.wait.answer(
      verification,
      (key) => this.questions.again(verification, { completion: key }),
      manner,
      statuses,
    );
  }

  async #open(ctx: RequestContext, id: string, { claim, input }: RecheckManner): Promise<Opened | null> {
    // What is over ends first, with an event of its own: no recheck depends on whether a worker has been by.
    await this.door.pass(ctx, id, { kind: 'clock' });
    const now = this.rounds.now();
    return this.repository.transaction(ctx, async (tx) => {
      const [free, found] = await Promise.all([
        claim ? this.idempotency.claim(tx, { ...ctx, id }, claim, now) : true,
        this.repository.lock(tx, ctx, id),
      ]);
      if (!free) return null;
      if (!found) throw notFound();
      await this.rounds.prepare(tx, found, input);
      return isAsked(found, now) ? this.#bringForward(tx, found) : this.#openRound(tx, ctx, found);
    });
  }

  async #bringForward(tx: Transaction, found: Verification): Promise<Opened> {
    if (found.leased === true) return { verification: found, claimed: false };
    const claim = { now: this.rounds.now(), leaseMs: LEASE_MS, newLadder: false };
    return { verification: await this.repository.claim(tx, found, claim), claimed: true };
  }

  async #openRound(tx: Transaction, ctx: RequestContext, found: Verification): Promise<Opened> {
    const happening = { kind: 'recheck', actorId: ctx.actor.id, windowEndsAt: this.rounds.windowEndsAt() } as const;
    const passage = await this.door.passLocked(tx, found, happening, { leaseMs: LEASE_MS });
    // Refused: pending and waiting for a person, whose decision is an override.
    if (passage.kind === 'refused') return { verification: found, claimed: false };
    return { verification: passage.verification, claimed: true };
  }
}
