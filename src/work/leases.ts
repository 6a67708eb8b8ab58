import { Logger } from '@nestjs/common';
import { byTenant } from '../database/index.js';
import { every, underDeadline } from '../platform/deadline.js';
import { type DueRows } from './due-rows.js';
import type { ClaimedRow } from './due-work.js';

const HEARTBEAT_MS = 5_000;

/** The rows that this process works on, kept its own by a heartbeat. Without rows there is no heartbeat. */
export class Leases {
  readonly #logger = new Logger(Leases.name);
  readonly #held = new Map<string, ClaimedRow>();
  #stopBeating: (() => void) | undefined;

  constructor(private readonly rows: DueRows) {}

  /** How many rows are held. */
  get size(): number {
    return this.#held.size;
  }

  /** Keeps the row as long as `work` takes. */
  async during<Result>(row: ClaimedRow, work: () => Promise<Result>): Promise<Result> {
    const key = `${row.id} ${String(row.attempt)}`;
    this.#held.set(key, row);
    this.#stopBeating ??= every(HEARTBEAT_MS, () => this.beat());
    try {
      return await work();
    } finally {
      this.#held.delete(key);
      this.#rest();
    }
  }

  /** Whether the row is this process's still; if so, for another whole lease. Rejects where the database can't say. */
  async holds(row: ClaimedRow): Promise<boolean> {
    return (await this.rows.renew(row.scope, [row])).length > 0;
  }

  /** One heartbeat. A database that is away is no reason to stop: the lease may outlast it. */
  async beat(): Promise<void> {
    // At once, and no longer than till the next: one tenant's renewal that hangs must not let the others' leases run out.
    await Promise.all(
      byTenant(this.#held.values(), (row) => row.scope).map(({ scope, things: rows }) =>
        underDeadline(HEARTBEAT_MS, () => this.rows.renew(scope, rows)).catch((error: unknown) => {
          this.#logger.warn({ event: 'lease_not_renewed', rows: rows.length, error: (error as Error).name });
        }),
      ),
    );
  }

  /** Without rows there is nothing to beat for. */
  #rest(): void {
    if (this.#held.size > 0) return;
    this.#stopBeating?.();
    this.#stopBeating = undefined;
  }
}
