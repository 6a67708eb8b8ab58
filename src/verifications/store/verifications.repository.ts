import { Injectable } from '@nestjs/common';
import { Database, type SqlValue, type TenantScope, tenantValues, type Transaction } from '../../database/index.js';
import { eventValues, EventsRepository, type NewEvent } from '../../events/index.js';
import { EvidenceRepository } from '../../evidence/index.js';
import type { Instant } from '../../platform/clock.js';
import type { KeyCompletion } from '../idempotency/idempotency.js';
import type { Status } from '../lifecycle/lifecycle.js';
import { type ShownVerification, Verification } from './verification.entity.js';
import {
  changeValues,
  lockedVerificationOf,
  type LockedRow,
  type ShownRow,
  shownVerificationOf,
} from './verification.row.js';
import type { Along, Applied, Beginning, Change, Claim, EvidenceWrite } from './verification.writes.js';
import { VerificationsStatements, type WriteShape } from './verifications.statements.js';

/** Which verifications, from where on. Times are inclusive in `occurredAfter`, exclusive in `occurredBefore`. */
export interface ListFilter {
  readonly customerId?: string;
  readonly status?: Status;
  readonly verificationType?: string;
  readonly occurredAfter?: Instant;
  readonly occurredBefore?: Instant;
}

/** The place behind a row in a list's order. */
export interface ListPosition {
  readonly createdAt: Instant;
  readonly id: string;
}

/** Verifications in PostgreSQL: named SQL in one tenant's transaction, never a row at a time. */
@Injectable()
export class VerificationsRepository {
  readonly #statements: VerificationsStatements;

  constructor(
    private readonly database: Database,
    private readonly events: EventsRepository,
    private readonly evidence: EvidenceRepository,
  ) {
    this.#statements = new VerificationsStatements(database.ownRows);
  }

  /** Runs `work` in one short transaction of one tenant; never around a call to a vendor. */
  transaction<Result>(scope: TenantScope, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return this.events.withStream(scope, () => this.database.tenant(scope, work));
  }

  /** Without the reducer's memory, which only {@link lock} reads; null for an unknown id and for another tenant's. */
  async find(scope: TenantScope, id: string): Promise<ShownVerification | null> {
    const [row] = await this.database.one<ShownRow>(scope, this.#statements.get(), [...tenantValues(scope), id]);
    return row ? shownVerificationOf(row) : null;
  }

  /** The newest pass of a customer for a type that holds at `now`; null when there is none. */
  async findCurrent(
    scope: TenantScope,
    customerId: string,
    type: string,
    now: Instant,
  ): Promise<ShownVerification | null> {
    const values = [...tenantValues(scope), customerId, type, now];
    const [row] = await this.database.one<ShownRow>(scope, this.#statements.current(), values);
    return row ? shownVerificationOf(row) : null;
  }

  /** At most `count` verifications behind `position`, newest first. A position is that of a row which the same filter let through. */
  async list(
    scope: TenantScope,
    filter: ListFilter,
    position: ListPosition | null,
    count: number,
  ): Promise<ShownVerification[]> {
    const { customerId, status, verificationType, occurredAfter } = filter;
    // What lies behind a position lies before that time anyway.
    const occurredBefore = position ? undefined : filter.occurredBefore;
    const given = [customerId, status, verificationType, occurredAfter, occurredBefore];
    const statement = this.#statements.list({
      customerId: customerId !== undefined,
      status: status !== undefined,
      verificationType: verificationType !== undefined,
      after: occurredAfter !== undefined,
      before: occurredBefore !== undefined,
      cursor: position !== null,
    });
    const values = [...tenantValues(scope), count, ...given.filter((value) => value !== undefined)];
    const rows = await this.database.one<ShownRow>(
      scope,
      statement,
      position ? [...values, position.createdAt, position.id] : values,
    );
    return rows.map(shownVerificationOf);
  }

  /** Locks a row until the transaction ends and reads it whole; null where there is none. */
  async lock(tx: Transaction, scope: TenantScope, id: string): Promise<Verification | null> {
    const [row] = await tx.query<LockedRow>(this.#statements.lock(), [...tenantValues(scope), id]);
    return row ? lockedVerificationOf(row) : null;
  }

  /** Stores a verification with its first event, leased to this process, and commits. False: the idempotency key was taken, nothing was stored. */
  async create({ verification, event, leaseMs, claim, evidence }: Beginning): Promise<boolean> {
    const { organizationId, livemode, id, customerId, provider, verificationType, checkType, actorId } = verification;
    const row = [organizationId, livemode, id, customerId, provider, verificationType, checkType, actorId];
    const values: SqlValue[] = [
      ...[...row, verification.createdAt, verification.windowEndsAt, leaseMs, verification.startRefused],
      ...eventValues(event),
      ...this.#evidenceValues(verification, evidence),
      ...(claim ? [claim.key, claim.fingerprint, claim.leaseMs] : []),
    ];
    const statement = this.#statements.create(shapeOf(evidence, claim !== undefined));
    const appended = await this.events.withStream(verification, () =>
      this.database.one(verification, statement, values),
    );
    return appended.length === 1;
  }

  /** Writes a changed verification with its event, and commits. The one place where a status is updated. */
  async apply(tx: Transaction, { changed, version, event, work }: Change, along: Along = {}): Promise<Applied> {
    const { evidence, completion } = along;
    const values: SqlValue[] = [
      ...changeValues(changed, version, work),
      ...eventValues(event),
      ...this.#evidenceValues(changed, evidence),
      ...(completion ? [completion.key, completion.httpStatus] : []),
    ];
    const statement = this.#statements.apply(shapeOf(evidence, completion !== undefined));
    const [appended] = await tx.finish<{ completed?: boolean }>(statement, values);
    return { applied: appended !== undefined, completed: appended?.completed === true };
  }

  /** Claims a locked row's work, due at once and as the first question of a new ladder where that is wanted, and commits. */
  async claim(tx: Transaction, locked: Verification, { now, leaseMs, newLadder }: Claim): Promise<Verification> {
    const values = [...tenantValues(locked), locked.id, now, leaseMs, newLadder];
    type Row = { attempts: number; ladder_from: number };
    const [row] = await tx.finish<Row>(this.#statements.claim(), values);
    if (!row) throw new Error('a locked row is gone');
    const { attempts, ladder_from: ladderFrom } = row;
    return Object.assign(new Verification(), locked, { attempts, ladderFrom, leased: true });
  }

  /** Says, before a start is repeated, that it may have reached the provider, at what time, and when to ask should this process die. False where the row is no longer this claim's. */
  async openStart(claimed: Verification, { at, dueAt }: { at: Instant; dueAt: Instant }): Promise<boolean> {
    const values = [...tenantValues(claimed), claimed.id, claimed.attempts, dueAt, at];
    return (await this.database.one(claimed, this.#statements.openStart(), values)).length === 1;
  }

  /** Gives back a claimed row that nobody was asked about, `unsent`: nor got a start of; nothing where it is no longer this claim's. */
  async defer(claimed: Verification, dueAt: Instant | null, unsent: boolean): Promise<void> {
    const values = [...tenantValues(claimed), claimed.id, claimed.attempts, dueAt, unsent];
    await this.database.one(claimed, this.#statements.defer(), values);
  }

  /** The vendor holds a claimed row's check open no longer; nothing where it is no longer this claim's. */
  async closed(claimed: Verification): Promise<void> {
    const values = [...tenantValues(claimed), claimed.id, claimed.attempts];
    await this.database.one(claimed, this.#statements.closed(), values);
  }

  /** Appends an event that changes nothing, and commits. The caller holds the row's lock. */
  async note(tx: Transaction, scope: TenantScope, event: NewEvent, completion?: KeyCompletion): Promise<void> {
    const key = completion ? [completion.key, completion.httpStatus] : [];
    await tx.finish(this.#statements.note(completion !== undefined), [
      ...tenantValues(scope),
      ...eventValues(event),
      ...key,
    ]);
  }

  #evidenceValues(verification: Verification, evidence: EvidenceWrite | undefined): SqlValue[] {
    return evidence ? this.evidence.values(verification, verification.id, evidence.key, evidence.item) : [];
  }
}

function shapeOf(evidence: EvidenceWrite | undefined, keyed: boolean): WriteShape {
  if (!evidence) return { evidence: 'none', keyed };
  return { evidence: evidence.key.stored ? 'with_stored_key' : 'with_new_key', keyed };
}
