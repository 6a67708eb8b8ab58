import { Injectable } from '@nestjs/common';
import type { TenantScope, Transaction } from '../database/index.js';
import type { EventType, NewEvent } from '../events/index.js';
import { EvidenceRepository, type NewEvidence } from '../evidence/index.js';
import { Clock, type Instant } from '../platform/clock.js';
import { Ids } from '../platform/ids.js';
import { dueAfter } from './lifecycle/due.js';
import type { KeyCompletion } from './idempotency/idempotency.js';
import { type Happening, reduce } from './lifecycle/reducer.js';
import type { Status } from './lifecycle/lifecycle.js';
import type { Verification } from './store/verification.entity.js';
import { stateOf, withState } from './store/verification.row.js';
import { type Along, VerificationsRepository } from './store/verifications.repository.js';
import { wireText } from './store/verification.wire.js';

/** What went through the door, and what came of it. */
export type Passage =
  | { readonly kind: 'changed' | 'unchanged'; readonly verification: Verification }
  | { readonly kind: 'refused'; readonly from: Status; readonly allowed: readonly Status[] };

/** What is committed along with a happening. */
export interface Luggage {
  readonly evidence?: NewEvidence | undefined;
  readonly completion?: KeyCompletion | undefined;
}

/**
 * The one door: whatever changes a verification passes here. It holds the row's lock, asks the reducer, and writes row and event
 * in one transaction.
 */
@Injectable()
export class VerificationDoor {
  constructor(
    private readonly repository: VerificationsRepository,
    private readonly evidence: EvidenceRepository,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Locks the row, then passes; null for an unknown id. */
  pass(scope: TenantScope, id: string, happening: Happening, luggage: Luggage = {}): Promise<Passage | null> {
    return this.repository.transaction(scope, async (tx) => {
      const before = await this.repository.lock(tx, scope, id);
      return before && (await this.passLocked(tx, before, happening, luggage));
    });
  }

  /**
   * Passes on the strength of a row just written by this process, in one round trip: the version that the decision rests on
   * is part of the UPDATE. Where somebody else was faster, it takes the lock and decides afresh.
   */
  async passKnown(known: Verification, happening: Happening, along: Along): Promise<Passage | null> {
    const passage = await this.repository.transaction(known, (tx) => this.#decide(tx, known, happening, along));
    const { evidence, completion } = along;
    return passage ?? this.pass(known, known.id, happening, { evidence: evidence?.item, completion });
  }

  /** Passes with a row that the transaction has locked, and commits. */
  async passLocked(
    tx: Transaction,
    before: Verification,
    happening: Happening,
    luggage: Luggage = {},
  ): Promise<Passage> {
    const passage = await this.#decide(tx, before, happening, {
      completion: luggage.completion,
      evidence: luggage.evidence && (await this.#locked(tx, before, luggage.evidence)),
    });
    if (!passage) throw new Error('a locked row changed');
    return passage;
  }

  /** An event about a verification as it stands. */
  event(verification: Verification, type: EventType, actorId: string, occurredAt: Instant): NewEvent {
    const { id, version, status, reason } = verification;
    const about = { verificationId: id, version, actorId, occurredAt, data: wireText(verification) };
    return { id: this.ids.next(), type, ...about, fromStatus: status, toStatus: status, reason, applied: true };
  }

  async #locked(
    tx: Transaction,
    { organizationId, livemode, id }: Verification,
    item: NewEvidence,
  ): Promise<Along['evidence']> {
    const key = await this.evidence.keyOf(tx, { organizationId, livemode }, id);
    // A destroyed key is a promise to keep nothing more of this person.
    return key === null ? undefined : { key, item };
  }

  /** Null where the row was no longer the one that was decided on. */
  async #decide(tx: Transaction, before: Verification, happening: Happening, along: Along): Promise<Passage | null> {
    const now = this.clock.now();
    const state = stateOf(before);
    const reduction = reduce(state, happening, now);
    if (reduction.kind === 'refused') return reduction;
    if (sameState(state, reduction.state) && !along.evidence && !along.completion) {
      return { kind: 'unchanged', verification: before };
    }
    const after = withState(before, reduction.state);
    after.version = before.version + 1;
    after.updatedAt = now > before.updatedAt ? now : before.updatedAt;
    after.dueAt = dueAfter(
      reduction.state,
      now,
      happening.kind === 'observation' ? happening.observation.retry : undefined,
    );
    const event = this.#changeEvent(before, after, happening, reduction.kind === 'applied');
    return (await this.repository.apply(tx, { changed: after, version: before.version, event }, along))
      ? { kind: 'changed', verification: after }
      : null;
  }

  #changeEvent(before: Verification, after: Verification, happening: Happening, applied: boolean): NewEvent {
    const moved = before.status !== after.status || happening.kind === 'override';
    const type = moved ? 'verification.status_changed' : quietType(happening, applied);
    const changed = { ...this.event(after, type, after.actorId, after.updatedAt), fromStatus: before.status };
    if (happening.kind === 'recheck') {
      return { ...changed, type: 'verification.recheck_started', actorId: happening.actorId };
    }
    if (happening.kind !== 'observation' || moved) return changed;
    const { observation, provider } = happening;
    const heard = { ...changed, actorId: `provider:${provider}`, occurredAt: observation.observedAt };
    return applied ? heard : { ...heard, toStatus: observation.outcome, reason: observation.reason, applied: false };
  }
}

function quietType(happening: Happening, applied: boolean): EventType {
  return happening.kind === 'observation' && !applied ? 'verification.observation_ignored' : 'verification.checked';
}

function sameState(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
