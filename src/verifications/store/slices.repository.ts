import { Injectable } from '@nestjs/common';
import { Database, type SqlRow, type Statement, type TenantScope, tenantValues } from '../../database/index.js';
import type { SqlValue, Transaction } from '../../database/index.js';
import { eventArrays } from '../../events/index.js';
import type { Instant } from '../../platform/clock.js';
import { applySlice, lockSlice, SLICE_TENANTS } from './slices.statements.js';
import type { Verification } from './verification.entity.js';
import { lockedVerificationOf, type LockedRow } from './verification.row.js';
import type { Change } from './verification.writes.js';

interface TenantRow extends SqlRow {
  readonly organization_id: string;
  readonly livemode: boolean;
}

/** A row's change without its work: what time ends is in nobody's hands. */
export type RowChange = Omit<Change, 'work'>;

/** Slices: rows of one tenant that are over, found and written together. */
@Injectable()
export class SlicesRepository {
  readonly #lock: Statement;
  readonly #apply: Statement;

  constructor(private readonly database: Database) {
    this.#lock = lockSlice(database.ownRows);
    this.#apply = applySlice(database.ownRows);
  }

  /** Whose passes or windows were over at `now` and are not ended, in the order of their ids. */
  async tenants(now: Instant): Promise<TenantScope[]> {
    const rows = await this.database.unscoped<TenantRow>('due_work', SLICE_TENANTS, [now]);
    return rows.map(({ organization_id: organizationId, livemode }) => ({ organizationId, livemode }));
  }

  /** Locks the tenant's rows that are over longest, of those due at `from` or later: at most a slice, none that somebody else has in hand. */
  async lock(tx: Transaction, scope: TenantScope, now: Instant, from: Instant | null): Promise<Verification[]> {
    const rows = await tx.query<LockedRow>(this.#lock, [...tenantValues(scope), now, from ?? '-infinity']);
    return rows.map(lockedVerificationOf);
  }

  /** Writes locked rows with their events, in this order, and commits. Returns how many; all are of `scope`. */
  async apply(tx: Transaction, scope: TenantScope, changes: readonly RowChange[]): Promise<number> {
    const rows = changes.map(({ changed }) => changed);
    const values: SqlValue[] = [
      ...tenantValues(scope),
      ...[rows.map(({ id }) => id), changes.map(({ version }) => version), rows.map(({ updatedAt }) => updatedAt)],
      ...[rows.map(({ status }) => status), rows.map(({ reason }) => reason), rows.map(({ actorId }) => actorId)],
      ...[rows.map(({ verifiedAt }) => verifiedAt), rows.map(({ expiresAt }) => expiresAt)],
      ...[rows.map(({ awaiting }) => awaiting), rows.map(({ awaitingKey }) => awaitingKey)],
      ...[rows.map(({ dueAt }) => dueAt), rows.map(({ attempts }) => attempts)],
      ...[rows.map(({ ladderFrom }) => ladderFrom), rows.map(({ startRefused }) => startRefused)],
      ...[rows.map(({ leftOpen }) => leftOpen), rows.map(({ passedAt }) => passedAt)],
      ...eventArrays(changes.map(({ event }) => event)),
    ];
    return (await tx.finish(this.#apply, values)).length;
  }
}
