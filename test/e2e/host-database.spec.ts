import { randomUUID } from 'node:crypto';
import { ENTITIES, MIGRATIONS, pendingMigrations, runVerificationsMigrations, SCHEMA } from 'customer-verifications';
import { DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import { createHostDatabase, hostDataSource, startHost } from '../host/host-application.js';
import { LedgerEvent } from '../host/ledger-event.entity.js';
import { contextOf } from '../host/staff.js';
import type { TestDatabase } from '../support/database.js';

const OURS = MIGRATIONS.map(({ name }) => name);

/** Every column of a schema and its type, as the catalogue has them. */
function columnsOf(dataSource: DataSource, schema: string): Promise<{ table: string }[]> {
  return dataSource.query(
    `select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type
     from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relnamespace = $1::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
     order by 1, a.attnum`,
    [schema],
  );
}

async function tablesOf(dataSource: DataSource, schema: string): Promise<string[]> {
  return [...new Set((await columnsOf(dataSource, schema)).map(({ table }) => table))];
}

describe("the library's tables in a host's database", () => {
  let database: TestDatabase;
  const opened: DataSource[] = [];

  async function open(changes: object = {}): Promise<DataSource> {
    const { options } = hostDataSource(database.directUrl);
    const dataSource = await new DataSource({ ...options, ...changes }).initialize();
    opened.push(dataSource);
    return dataSource;
  }

  beforeEach(async () => {
    database = await createHostDatabase();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((dataSource) => dataSource.destroy()));
    await database.drop();
  });

  it("stand beside the host's, whichever came first, and are remembered apart", async () => {
    const dataSource = await open();
    expect(await pendingMigrations(dataSource)).toEqual(OURS);
    expect(await runVerificationsMigrations(dataSource)).toEqual(OURS);
    await dataSource.runMigrations();
    expect(await runVerificationsMigrations(dataSource)).toEqual([]);
    expect(await pendingMigrations(dataSource)).toEqual([]);
    expect(await tablesOf(dataSource, 'public')).toEqual(['events', 'migrations']);
    expect(await tablesOf(dataSource, SCHEMA)).toEqual([
      ...['api_keys', 'callback_inbox', 'data_keys', 'event_streams', 'events', 'evidence', 'idempotency_records'],
      ...['migrations', 'provider_connections', 'provider_gates'],
      'verifications',
    ]);
    expect(await dataSource.query('select name from public.migrations')).toEqual([{ name: 'Ledger1700000000000' }]);
    expect(await dataSource.query(`select name from ${SCHEMA}.migrations`)).toEqual(OURS.map((name) => ({ name })));
    expect(await dataSource.showMigrations()).toBe(false);
    await dataSource.undoLastMigration();
    expect(await tablesOf(dataSource, SCHEMA)).toContain('events');
  });

  it('are made once when several processes of the host start together', async () => {
    const hosts = await Promise.all([open(), open(), open(), open()]);
    const ran = await Promise.all(hosts.map(runVerificationsMigrations));
    expect(ran.filter((names) => names.length > 0)).toEqual([OURS]);
  });

  it.each([
    ['of one connection', { poolSize: 1 }],
    ['of one connection by name of pg', { extra: { max: 1 } }],
    ['with a schema of its own', { schema: 'public' }],
    ['with a cache in the database', { cache: { type: 'database' } }],
    ['with a table of migrations of another name', { migrationsTableName: 'history' }],
    ['with pipelined connections', { extra: { pipeline: true } }],
  ])('are made through a data source %s', async (_, changes) => {
    const dataSource = await open(changes);
    expect(await runVerificationsMigrations(dataSource)).toEqual(OURS);
    expect(await runVerificationsMigrations(dataSource)).toEqual([]);
    expect(await tablesOf(dataSource, SCHEMA)).toHaveLength(11);
  });

  it('are left alone by a host that synchronises its own', async () => {
    const dataSource = await open({ migrations: [] });
    await runVerificationsMigrations(dataSource);
    const before = await columnsOf(dataSource, SCHEMA);
    await dataSource.synchronize();
    expect(await columnsOf(dataSource, SCHEMA)).toEqual(before);
    expect(await tablesOf(dataSource, 'public')).toEqual(['events']);
  });

  it("may be known to the host's own data source as entities", async () => {
    const dataSource = await open({ entities: [LedgerEvent, ...ENTITIES] });
    await dataSource.runMigrations();
    await runVerificationsMigrations(dataSource);
    await dataSource.getRepository(LedgerEvent).insert({ note: 'one' });
    const counts = ENTITIES.map((entity) => dataSource.getRepository(entity as EntityTarget<ObjectLiteral>).count());
    expect(await Promise.all(counts)).toEqual(ENTITIES.map(() => 0));
    expect(await dataSource.getRepository(LedgerEvent).count()).toBe(1);
  });

  it("hold rows that the host's own queries don't see without a tenant", async () => {
    const host = await startHost({ http: false });
    const ctx = contextOf({ name: 'ada', organizationId: randomUUID() });
    const check = { provider: 'manual', verificationType: 'identity' };
    await host.payouts.verifications.create(ctx, { customerId: randomUUID(), ...check });
    expect((await host.payouts.verifications.list(ctx)).items).toHaveLength(1);
    expect(await host.dataSource.query(`select id from ${SCHEMA}.verifications`)).toEqual([]);
    expect(await host.dataSource.query(`select sequence from ${SCHEMA}.events`)).toEqual([]);
    await host.close();
  });
});
