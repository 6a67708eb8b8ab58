import { Injectable } from '@nestjs/common';
import type { TenantScope, Transaction } from '../database/index.js';
import type { EventType, NewEvent } from '../events/index.js';
import { EvidenceRepository, type NewEvidence } from '../evidence/index.js';
import { Clock, type Instant } from '../platform/clock.js';
import { Ids } from '../platform/ids.js';
import { isAsked, workAfter } from './lifecycle/due.js';
import type { KeyCompletion } from './idempotency/idempotency.js';
import type { Happening } from './lifecycle/happening.js';
import { CLOCK, GATES, reduce, type Reduction, WORK } from './lifecycle/reducer.js';
import type { Status } from './lifecycle/lifecycle.js';
import type { Verification } from './store/verification.entity.js';
import { stateOf, withState } from './store/verification.row.js';
import { type RowChange, SlicesRepository } from './store/slices.repository.js';
import { VerificationsRepository } from './store/verifications.repository.js';
import type { Along } from './store/verification.writes.js';
import { wireText } from './store/verification.wire.js';

const BY_CLOCK = { kind: 'clock' } as const;

type Reduced = Exclude<Reduction, { kind: 'refused' }>;

/** What went through the door, and what came of it. */
export type Passage =
  | { readonly kind: 'unchanged'; readonly verification: Verification }
  /** `completed`: the change also completed the key's record; false where there was none, or somebody had completed it before. */
  | { readonly kind: 'changed'; readonly verification: Verification; readonly completed: boolean }
  | { readonly kind: 'refused'; readonly from: Status; readonly allowed: readonly Status[] };

/** What is committed along with a happening. */
export interface Luggage extends Claimed {
  readonly evidence?: NewEvidence | undefined;
  readonly completion?: KeyCompletion | undefined;
}

/** On what claim of the row's work a happening comes, and whether the next work is claimed with it. */
export interface Claimed {
  readonly fence?: number | undefined;
  readonly leaseMs?: number | undefined;
}

/**
 * The one door: whatever changes a verification passes here. It holds the row's lock, asks the reducer, and writes row and event
 * in one transaction.
 */
@Injectable()
export class VerificationDoor {
  constructor(
    private readonly repository: VerificationsRepository,
    private readonly slices: SlicesRepository,
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
    const claimed = { ...along, fence: known.attempts };
    const passage = await this.repository.transaction(known, (tx) => this.#decide(tx, known, happening, claimed));
    return passage ?? this.pass(known, known.id, happening, { ...claimed, evidence: along.evidence?.item });
  }

  /** Passes with a row that the transaction has locked, and commits. */
  async passLocked(
    tx: Transaction,
    before: Verification,
    happening: Happening,
    luggage: Luggage = {},
  ): Promise<Passage> {
    const passage = await this.#decide(tx, before, happening, {
      ...luggage,
      evidence: luggage.evidence && (await this.#locked(tx, before, luggage.evidence)),
    });
    if (!passage) throw new Error('a locked row changed');
    return passage;
  }

  /**
   * Lets the clock pass with rows of one tenant that the transaction has locked, and commits. Returns how many it changed; what the
   * clock leaves as it is stays untouched.
   */
  async passTogether(tx: Transaction, scope: TenantScope, locked: readonly Verification[]): Promise<number> {
    const now = this.clock.now();
    const changes = locked.flatMap((before) => {
      const state = stateOf(before);
      const reduction = reduce(state, BY_CLOCK, now);
      const nothingNew = reduction.kind === 'refused' || sameState(state, reduction.state);
      return nothingNew ? [] : [this.#change(before, reduction, BY_CLOCK, now)];
    });
    return changes.length === 0 ? 0 : this.slices.apply(tx, scope, changes);
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
  async #decide(
    tx: Transaction,
    before: Verification,
    happening: Happening,
    along: Along & Claimed,
  ): Promise<Passage | null> {
    const now = this.clock.now();
    const state = stateOf(before);
    const reduction = reduce(state, happening, now);
    if (reduction.kind === 'refused') return reduction;
    const nothingNew = sameState(state, reduction.state);
    // Recorded before, by a try whose reply was lost: nothing that comes along is written a second time.
    const inHand = happening.kind !== 'clock' && happening.kind !== 'deferral' && isHeld(before, along.fence);
    if (nothingNew && !inHand && (reduction.kind === 'repeated' || (!along.evidence && !along.completion))) {
      return { kind: 'unchanged', verification: before };
    }
    const change = this.#change(before, reduction, happening, now);
    // A claim that was lost counts only while there is another one, whose holder will say what is due: a pass must have its end,
    // and what waits its next question, also where an answer comes after everybody has let go.
    const claimed = before.dueAt !== null && isAsked(change.changed, now);
    const work = { fence: claimed ? (along.fence ?? null) : null, leaseMs: along.leaseMs ?? null };
    const { applied, completed } = await this.repository.apply(tx, { ...change, work }, along);
    return applied ? { kind: 'changed', verification: change.changed, completed } : null;
  }

  #change(before: Verification, reduction: Reduced, happening: Happening, now: Instant): RowChange {
    const after = withState(before, reduction.state);
    after.version = before.version + 1;
    after.updatedAt = now > before.updatedAt ? now : before.updatedAt;
    Object.assign(after, workAfter(before, after, happening, now));
    const event = this.#changeEvent(before, after, happening, reduction.kind !== 'ignored');
    return { changed: after, version: before.version, event };
  }

  #changeEvent(before: Verification, after: Verification, happening: Happening, applied: boolean): NewEvent {
    const moved = before.status !== after.status || happening.kind === 'override';
    const type = moved ? 'verification.status_changed' : quietType(happening, applied);
    const actorId = actorOf(happening, moved, applied) ?? after.actorId;
    const changed = { ...this.event(after, type, actorId, after.updatedAt), fromStatus: before.status };
    if (happening.kind === 'recheck') {
      return { ...changed, type: 'verification.recheck_started', actorId: happening.actorId };
    }
    if (happening.kind !== 'observation' || moved) return changed;
    const { observation, provider, told } = happening;
    const heard = {
      ...changed,
      actorId: told === false ? WORK : `provider:${provider}`,
      occurredAt: observation.observedAt,
    };
    return applied ? heard : { ...heard, toStatus: observation.outcome, reason: observation.reason, applied: false };
  }
}

/**
 * Who acts; null: who the row says. What waits or comes late moves no status, so time did: also where the end of a window puts back what somebody else has
 * decided, whoever was the first to see it.
 */
function actorOf(happening: Happening, moved: boolean, applied: boolean): string | null {
  const { kind } = happening;
  if (kind === 'deferral') return moved ? CLOCK : GATES;
  const waits = kind === 'observation' && (happening.observation.outcome === 'pending' || !applied);
  return kind === 'clock' || (moved && waits) ? CLOCK : null;
}

function quietType(happening: Happening, applied: boolean): EventType {
  return happening.kind === 'observation' && !applied ? 'verification.observation_ignored' : 'verification.checked';
}

/** Whether the row's work is in the hands of the claim that `fence` names: then it must be given back, whatever the answer was. */
function isHeld({ leased, attempts }: Verification, fence: number | undefined): boolean {
  return fence !== undefined && leased === true && attempts === fence;
}

function sameState(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
