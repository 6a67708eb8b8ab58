import type { Database, SqlRow, TenantScope } from '../database/index.js';
import type { Instant } from '../platform/clock.js';
import { NOTIFY_DUE } from './due-notice.js';
import { dueStatements, type DueStatements } from './due-statements.js';
import type { ClaimedRow, DueTable } from './due-work.js';

/** A row that is due and that nobody holds. */
export interface DueRow {
  readonly scope: TenantScope;
  readonly id: string;
  /** What the table's lane column says. */
  readonly lane: string;
}

interface FoundRow extends SqlRow {
  readonly organization_id: string;
  readonly livemode: boolean;
  readonly id: string;
  readonly lane: string;
  /** Where the walk through the middle goes on. */
  readonly walked_at: string | null;
  readonly walked_id: string | null;
}

/** The SQL of due rows. Leases go by the database's clock, due times by the application's. */
export class DueRows {
  readonly #statements: DueStatements;
  /** How far the walk through the middle of a backlog has come, in time and id; it begins anew behind its end. */
  #walked: readonly [at: string | null, id: string | null] = [null, null];

  constructor(
    private readonly database: Database,
    table: DueTable,
  ) {
    this.#statements = dueStatements(table, database.ownRows);
  }

  /**
   * Some of the rows that were due at `now` and nobody holds. The providers take turns; of each come the oldest of every lane first, then the second
   * oldest. Each call that `walks` sees the next 5,000 of what is neither among the oldest nor the newest, until it has seen all.
   */
  async find(now: Instant, { walks }: { readonly walks: boolean } = { walks: true }): Promise<DueRow[]> {
    const values = [now, ...this.#walked, walks];
    const rows = await this.database.unscoped<FoundRow>('due_work', this.#statements.find, values);
    if (walks) this.#walked = [rows[0]?.walked_at ?? null, rows[0]?.walked_id ?? null];
    return rows.map(({ organization_id: organizationId, livemode, id, lane }) => {
      return { scope: { organizationId, livemode }, id, lane };
    });
  }

  /** Claims what is still free of one tenant's rows. */
  async claim(scope: TenantScope, ids: readonly string[], now: Instant): Promise<ClaimedRow[]> {
    const values = [scope.organizationId, scope.livemode, ids, now];
    const rows = await this.database.one<{ id: string; attempts: number }>(scope, this.#statements.claim, values);
    return rows.map(({ id, attempts }) => ({ scope, id, attempt: attempts }));
  }

  /** Holds the rows for another whole lease; returns the ids that are still this process's. */
  async renew(scope: TenantScope, rows: readonly ClaimedRow[]): Promise<string[]> {
    const ids = rows.map(({ id }) => id);
    const attempts = rows.map(({ attempt }) => attempt);
    const values = [scope.organizationId, scope.livemode, ids, attempts];
    return (await this.database.one<{ id: string }>(scope, this.#statements.renew, values)).map(({ id }) => id);
  }

  /** Gives the row back, due at another time or not any more; nothing where it is no longer this process's. */
  async postpone({ scope, id, attempt }: ClaimedRow, dueAt: Instant | null): Promise<void> {
    await this.database.one(scope, this.#statements.postpone, [
      scope.organizationId,
      scope.livemode,
      id,
      attempt,
      dueAt,
    ]);
  }

  /** Gives the row back as it is, due since it was claimed, and wakes who may take it; nothing where it is no longer this process's. */
  async handBack({ scope, id, attempt }: ClaimedRow): Promise<void> {
    await this.database.tenant(scope, async (tx) => {
      const freed = await tx.query(this.#statements.handBack, [scope.organizationId, scope.livemode, id, attempt]);
      if (freed.length > 0) await tx.finish(NOTIFY_DUE);
    });
  }
}
