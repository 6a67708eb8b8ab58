import { DataSource } from 'typeorm';
import pg from 'pg';
import { runVerificationsMigrations } from '#app/schema/index.js';
import { MIGRATIONS } from '../../migrations/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const LOCK = '7166476024891371113';
const PATIENCE_MS = 500;

describe('a migrator', () => {
  let database: TestDatabase;
  let other: pg.Client;
  let dataSource: DataSource;

  beforeEach(async () => {
    database = await createTestDatabase();
    other = new pg.Client({ connectionString: database.adminUrl });
    await other.connect();
    const extra = {
      pipeline: true,
      query_timeout: PATIENCE_MS,
      statement_timeout: PATIENCE_MS,
      lock_timeout: PATIENCE_MS,
    };
    dataSource = await new DataSource({ type: 'postgres', url: database.adminUrl, logging: false, extra }).initialize();
  });
  afterEach(async () => {
    await dataSource.destroy();
    await other.end();
    await database.drop();
  });

  /** Whether somebody has waited for the lock for far longer than their data source has patience. */
  const waitsLong = async (): Promise<boolean> => {
    const { rowCount } = await other.query(
      `select from pg_locks where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database()) and waitstart < clock_timestamp() - $1 * interval '1 ms'`,
      [6 * PATIENCE_MS],
    );
    return rowCount === 1;
  };

  it('waits for another one as long as that takes, however impatient its data source is', async () => {
    await other.query('select pg_advisory_lock($1)', [LOCK]);
    const progress = { settled: false };
    const outcome = runVerificationsMigrations(dataSource)
      .catch((error: unknown) => error)
      .finally(() => (progress.settled = true));
    while (!progress.settled && !(await waitsLong()));
    expect(progress.settled).toBe(false);
    await other.query('select pg_advisory_unlock($1)', [LOCK]);
    expect(await outcome).toEqual(MIGRATIONS.map(({ name }) => name));
  });
});
