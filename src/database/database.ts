import type { DataSource } from 'typeorm';
import type { SqlRow, SqlValue, Statement } from './statement.js';
import { beginTenant, beginUnscoped, type TenantScope, type UnscopedPurpose } from './tenancy.js';
import { type SqlClient, Transaction } from './transaction.js';

/** How the doors speak to PostgreSQL. */
export interface DatabaseOptions {
  /** Prepared statements by name. Off behind a pooler in transaction mode that does not know them. */
  readonly namedStatements: boolean;
}

const ATTEMPTS = 3;
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
    return this.tenant(scope, (tx) => tx.finish<Row>(statement, values));
  }

  /** Looks for a tenant: the statement may read what the purpose's policy shows, and writes nothing. */
  unscoped<Row extends SqlRow>(
    purpose: UnscopedPurpose,
    statement: Statement,
    values: readonly SqlValue[],
  ): Promise<Row[]> {
    return this.#repeated(beginUnscoped(purpose), (tx) => tx.finish<Row>(statement, values));
  }

  async #repeated<Result>(begin: string, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(begin, work);
      } catch (error) {
        if (attempt === ATTEMPTS || !REPEATABLE.has(sqlState(error) ?? '')) throw error;
      }
    }
  }

  async #once<Result>(begin: string, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const runner = this.dataSource.createQueryRunner();
    let unusable: Error | undefined;
    try {
      const client = (await runner.connect()) as SqlClient & { pipeline?: boolean };
      const tx = new Transaction(client, begin, client.pipeline === true, this.options.namedStatements);
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
      await (unusable ? discard(runner, unusable) : runner.release());
    }
  }
}

/** SQLSTATE of a database error, null for any other value. */
export function sqlState(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

async function discard(runner: object, error: Error): Promise<void> {
  // TypeORM releases with an error only from inside; its own error listener calls the same method.
  await (runner as { releasePostgresConnection(error: Error): Promise<void> }).releasePostgresConnection(error);
}
