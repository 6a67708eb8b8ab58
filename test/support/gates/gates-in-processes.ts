import { createDataSource } from '#app/database/data-source.js';
import { Database, type Statement, type TenantScope, type SqlRow, type SqlValue } from '#app/database/index.js';
import { type Gate, Gates, GatesRepository } from '#app/gates/index.js';
import { ENTITIES } from '#app/schema/index.js';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { CURRENT_SCHEMA } from '../app.js';
import { BEHIND_POOLER, createTestDatabase } from '../database.js';
import { ScriptedClock } from '../scripted-clock.js';

/** How long a call takes at most, as the gates under test are told. */
export const CALL_DEADLINE_MS = 3_000;

/** A door that counts what passes and can be made to fail, or to hang. */
export class CountingDatabase extends Database {
  readonly statements: string[] = [];
  fault: 'none' | 'fails' | 'hangs' = 'none';

  override one<Row extends SqlRow>(
    scope: TenantScope,
    statement: Statement,
    values: readonly SqlValue[],
  ): Promise<Row[]> {
    this.statements.push(statement.name);
    if (this.fault === 'fails') return Promise.reject(new Error('the database is away'));
    if (this.fault === 'hangs') return new Promise(() => undefined);
    return super.one<Row>(scope, statement, values);
  }
}

/** One process's gates. */
export interface GateProcess {
  readonly gates: Gates;
  readonly database: CountingDatabase;
}

/** Several processes' gates over one database and one time. */
export interface GateProcesses {
  readonly clock: ScriptedClock;
  /** What was logged, by event. */
  readonly logged: Record<string, unknown>[];
  process(): GateProcess;
  rowOf(gate: Gate): Promise<Record<string, unknown> | undefined>;
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** A fresh database; `process` makes one more process over it. */
export async function startGateProcesses(): Promise<GateProcesses> {
  const clock = new ScriptedClock();
  const base = await createTestDatabase(CURRENT_SCHEMA);
  const dataSource = await createDataSource({ url: base.appUrl, poolSize: 8, entities: ENTITIES }).initialize();
  const admin = new pg.Pool({ connectionString: base.adminUrl, max: 1 });
  admin.on('error', () => undefined);
  const logged: Record<string, unknown>[] = [];
  Logger.overrideLogger({
    ...{ log: () => undefined, error: () => undefined },
    warn: (line: Record<string, unknown>) => void logged.push(line),
  });
  const sql = async <Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]> =>
    (await admin.query<Row>(text, values)).rows;
  return {
    ...{ clock, logged, sql },
    process: () => {
      const database = new CountingDatabase(dataSource, { namedStatements: !BEHIND_POOLER });
      return { database, gates: new Gates(new GatesRepository(database), clock, CALL_DEADLINE_MS) };
    },
    rowOf: async ({ livemode, provider, partition }) => {
      const [row] = await sql(
        'select * from customer_verifications.provider_gates where (livemode, provider, partition) = ($1, $2, $3)',
        [livemode, provider, partition],
      );
      return row;
    },
    close: async () => {
      await dataSource.destroy();
      await admin.end();
      await base.drop();
    },
  };
}
