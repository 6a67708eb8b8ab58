import type { TenantScope } from '../database/index.js';

/** A row whose work this process has claimed. */
export interface ClaimedRow {
  readonly scope: TenantScope;
  readonly id: string;
  /** Number of the claim: the fence. Whoever holds a lower one has lost the row to somebody else. */
  readonly attempt: number;
}

/**
 * A table of due rows. It has the columns `organization_id, livemode, id, due_at, lease_until, attempts`, a policy for the door
 * without a tenant (`due_work`), and an index on `due_at, id`.
 */
export interface DueTable {
  /** Qualified, e.g. `customer_verifications.verifications`. */
  readonly name: string;
  /**
   * A column of the table, or SQL of its columns: the rows of one tenant that agree in it share a lane, and no lane fills a pass. Up to its first
   * space it names the provider: the rows of all tenants that agree in that share its hands.
   */
  readonly lane: string;
  /** Which of the due rows are this work's, as SQL that the index repeats; all of them where it is left out. */
  readonly which?: string;
  /** The latest that a row may be put off to, as SQL of its columns; null, or left out: as late as is asked for. */
  readonly latest?: string;
}

/** What a feature registers: its table, and what to do with a claimed row. */
export interface DueWork {
  readonly table: DueTable;
  /**
   * Does the row's work, and writes the row with its next due time. Nothing else may count on this being the only process:
   * a row whose lease was lost is handled by two. A rejection puts the row off for a while.
   */
  handle(row: ClaimedRow): Promise<void>;
}
