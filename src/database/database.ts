import { randomInt } from 'node:crypto';
import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { pause } from '../platform/deadline.js';
import type { SqlRow, SqlValue, Statement } from './statement.js';
import { beginTenant, beginUnscoped, type TenantScope, type UnscopedPurpose } from './tenancy.js';
import { Transaction } from './transaction.js';

/** How the doors speak to PostgreSQL. */
export interface DatabaseOptions {
  /** Prepared statements by name. Off behind a pooler in transaction mode that does not know them. */
  readonly namedStatements: boolean;
}

const ATTEMPTS = 3;
/**
 * Up to PostgreSQL 17 a sort that can't be avoided then counts as so dear that the plan is compiled each time, for a quarter of a second. A parallel
 * plan starts its workers first, and has them read what the limit cuts off.
 */
const IN_INDEX_ORDER =
  'set local enable_sort = off; set local jit = off; set local max_parallel_workers_per_gather = 0';
const LONGEST_PAUSE_MS = 50;
const REPEATABLE = new Set(['40P01', '40001']);

/**
 * The two doors through which all SQL runs. `tenant` sets the tenant that the row-level policies compare with;
 * `unscoped` sees only what finds a tenant. Both use a connection of the given data source for one transaction.
 */
export class Database {
  /** The application's own filter, in front of the policies: `$1` is the organization, `$2` the livemode, in every statement. */
  readonly ownRows: string = 'organization_id = $1 and livemode = $2';

  constructor(
    private readonly dataSource: DataSource,
    private readonly options: DatabaseOptions,
  ) {}

  /** Runs `work` in one transaction of one tenant. A deadlock or a serialisation failure repeats it, three times at most. */
  tenant<Result>(scope: TenantScope, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return this.#repeated(beginTenant(scope), work);
  }

  /** One statement in a transaction of its own, in one round trip where the connection is pipelined. */
  async one<Row extends SqlRow>(scope: TenantScope, statement: Statement, values: readonly SqlValue[]): Promise<Row[]> {
    return this.#repeated(opening(beginTenant(scope), statement), (tx) => tx.finish<Row>(statement, values));
  }

  /** Looks for a tenant: the statement may read what the purpose's policy shows, and writes nothing. */
  unscoped<Row extends SqlRow>(
    purpose: UnscopedPurpose,
    statement: Statement,
    values: readonly SqlValue[],
  ): Promise<Row[]> {
    return this.#repeated(opening(beginUnscoped(purpose), statement), (tx) => tx.finish<Row>(statement, values));
  }

  async #repeated<Result>(begin: string, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(begin, work);
      } catch (error) {
        if (attempt === ATTEMPTS || !REPEATABLE.has(sqlState(error) ?? '')) throw error;
        // At once it would take back, ahead of the one that waits for it, the lock that the deadlock was about.
        await pause(randomInt(1, LONGEST_PAUSE_MS));
      }
    }
  }

  async #once<Result>(begin: string, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const client = await poolOf(this.dataSource).connect();
    // A connection that breaks tells every statement under way, and says it here: an error event that nobody hears ends the process.
    client.on('error', ignore);
    let unusable: Error | undefined;
    try {
      const tx = new Transaction(client, begin, client.pipeline, this.options.namedStatements);
      try {
        const result = await work(tx);
        await tx.commit();
        return result;
      } catch (error) {
        // A connection that can't even roll back must not go back to the pool.
        await tx.rollback().catch((reason: unknown) => (unusable = reason as Error));
        throw error;
      }
    } finally {
      client.off('error', ignore);
      client.release(unusable);
    }
  }
}

function opening(begin: string, { ordered }: Statement): string {
  return ordered ? `${begin}; ${IN_INDEX_ORDER}` : begin;
}

/** The pool that TypeORM made. Its query runner, one for each transaction, would cost a tenth of a whole read. */
function poolOf({ driver }: DataSource): Pool {
  return (driver as unknown as { readonly master: Pool }).master;
}

function ignore(): void {
  // See where it listens.
}

/** SQLSTATE of a database error, null for any other value. */
export function sqlState(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}
