import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { createDataSource } from '#app/database/data-source.js';
import {
  ENTITIES,
  grantToApplication,
  pendingMigrations,
  runVerificationsMigrations,
  SCHEMA,
} from '#app/schema/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const ROOT = join(import.meta.dirname, '..', '..');

/** All that PostgreSQL knows of the schema, by kind. */
const CATALOGUE: Readonly<Record<string, string>> = {
  columns: `select table_name, column_name, ordinal_position, column_default, is_nullable, data_type, udt_name
    from information_schema.columns where table_schema = $1`,
  constraints: `select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = $1::regnamespace`,
  indexes: `select indexname, indexdef from pg_indexes where schemaname = $1`,
  policies: `select tablename, policyname, permissive, roles::text, cmd, qual, with_check from pg_policies where schemaname = $1`,
  security: `select relname, relkind, relrowsecurity, relforcerowsecurity from pg_class where relnamespace = $1::regnamespace`,
  triggers: `select tgrelid::regclass::text, pg_get_triggerdef(t.oid), tgenabled from pg_trigger t
    join pg_class c on c.oid = tgrelid where relnamespace = $1::regnamespace and not tgisinternal`,
  functions: `select proname, pg_get_functiondef(oid), prosecdef from pg_proc where pronamespace = $1::regnamespace`,
  privileges: `select relname, relacl::text from pg_class where relnamespace = $1::regnamespace`,
  types: `select typname, typtype::text from pg_type where typnamespace = $1::regnamespace`,
};

async function dump(dataSource: DataSource): Promise<Record<string, string[]>> {
  const kinds = Object.entries(CATALOGUE).map(async ([kind, text]) => {
    const rows = await dataSource.query<object[]>(text, [SCHEMA]);
    return [kind, rows.map((row) => JSON.stringify(Object.values(row))).sort()] as const;
  });
  return Object.fromEntries(await Promise.all(kinds));
}

/** PostgreSQL lays out a CASE over several lines. */
const spaced = (text = ''): string => text.replaceAll(/(\\n|\s)+/g, ' ');

describe('the schema', () => {
  let base: TestDatabase;
  let owner: DataSource;

  beforeAll(async () => {
    base = await createTestDatabase();
    owner = await createDataSource({ url: base.adminUrl, poolSize: 3, entities: ENTITIES }).initialize();
    await runVerificationsMigrations(owner);
  });
  afterAll(async () => {
    await owner.destroy();
    await base.drop();
  });

  const typeorm = async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['node_modules/typeorm/cli.js', ...args, '-d', 'dist/ormconfig.js'],
      { cwd: ROOT, env: { ...process.env, DATABASE_MIGRATION_URL: base.adminUrl, DATABASE_URL: base.appUrl } },
    );
    return stdout;
  };

  it('is the same after up, down and up, and nothing is left after down', async () => {
    const first = await dump(owner);
    expect(first['columns']?.length).toBeGreaterThan(60);
    const names = await owner.query<{ name: string }[]>(`select name from ${SCHEMA}.migrations order by id desc`);
    for (const name of names) expect(await typeorm('migration:revert')).toContain(name.name);
    const down = await dump(owner);
    const left = Object.values(down)
      .flat()
      .filter((line) => !/migrations|"PK_/.test(line));
    expect(left).toEqual([]);
    expect(await typeorm('migration:run')).toContain('executed successfully');
    expect(await dump(owner)).toEqual(first);
    // A process for each migration.
  }, 120_000);

  it('is what the entities say: TypeORM finds nothing to change', async () => {
    const { upQueries } = await owner.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
    expect(await typeorm('migration:show')).toMatch(/^\[X\] \d+ \w+\d{13}$/m);
    expect(await typeorm('migration:generate', '--check', 'unused')).toContain('No changes');
  });

  it('says by table and column who the row belongs to, before anything else', async () => {
    const keys = await owner.query<{ name: string; columns: string[] }[]>(
      `select indexrelid::regclass::text as name, array(select attname from unnest(indkey) with ordinality k(attnum, place)
          join pg_attribute a on a.attrelid = indrelid and a.attnum = k.attnum order by place)::text[] as columns
        from pg_index join pg_class c on c.oid = indrelid where relnamespace = $1::regnamespace and relname <> 'migrations'`,
      [SCHEMA],
    );
    expect(keys.length).toBeGreaterThanOrEqual(12);
    const others = keys.filter(({ columns }) => columns.slice(0, 2).join() !== 'organization_id,livemode');
    // They look for a tenant, so they can't begin with one.
    expect(others.map(({ name }) => name.replace(`${SCHEMA}.`, '')).sort()).toEqual([
      'api_keys_hash_idx',
      'callback_inbox_due_idx',
      'callback_inbox_ring_key_idx',
      'callback_inbox_settled_idx',
      'data_keys_ring_key_idx',
      'idempotency_records_created_idx',
      'provider_connections_ring_key_idx',
      'provider_connections_token_idx',
      'verifications_due_idx',
      'verifications_ending_idx',
      'verifications_id_idx',
      'verifications_reference_idx',
    ]);
  });

  it('has the indexes that TypeORM can not describe', async () => {
    const { indexes } = await dump(owner);
    const tail = (name: string): string | undefined =>
      indexes?.find((line) => line.includes(`["${name}"`))?.split('USING ')[1];
    expect(tail('verifications_created_idx')).toBe(
      'btree (organization_id, livemode, created_at DESC, id DESC, status, verification_type)"]',
    );
    expect(tail('verifications_customer_idx')).toBe(
      'btree (organization_id, livemode, customer_id, created_at DESC, id DESC)"]',
    );
    expect(tail('verifications_status_idx')).toBe(
      'btree (organization_id, livemode, status, created_at DESC, id DESC)"]',
    );
    expect(tail('verifications_reference_idx')).toBe(
      'btree (provider_reference) WHERE (provider_reference IS NOT NULL)"]',
    );
    expect(tail('callback_inbox_event_idx')).toBe(
      'btree (organization_id, livemode, provider, dedup_key) WHERE has_event_id"]',
    );
    expect(tail('callback_inbox_body_idx')).toBe(
      'btree (organization_id, livemode, provider, dedup_key) WHERE ((NOT has_event_id) AND (settled_at IS NULL))"]',
    );
    expect(tail('data_keys_ring_key_idx')).toBe(
      'btree (ring_key_id, organization_id, livemode, verification_id) WHERE (wrapped_key IS NOT NULL)"]',
    );
    expect(tail('callback_inbox_ring_key_idx')).toBe(
      'btree (ring_key_id, organization_id, livemode, id) WHERE (wrapped_key IS NOT NULL)"]',
    );
    expect(tail('provider_gates_shut_idx')).toBe(
      'btree (organization_id, livemode, shut_until) WHERE (shut_until IS NOT NULL)"]',
    );
    const ended =
      `((awaiting IS DISTINCT FROM 'review'::text) AND (due_at >= CASE status WHEN 'verified'::text THEN expires_at ` +
      `WHEN 'pending'::text THEN window_ends_at ELSE NULL::timestamp with time zone END))`;
    expect(spaced(tail('verifications_due_idx'))).toBe(
      `btree (due_at, id) WHERE ((due_at IS NOT NULL) AND (${ended} IS NOT TRUE))"]`,
    );
    const endedOfAnybody = `${ended.slice(0, -1)} AND (due_at > '-infinity'::timestamp with time zone))`;
    expect(spaced(tail('verifications_ending_idx'))).toBe(`btree (due_at) WHERE ${endedOfAnybody}"]`);
    expect(spaced(tail('verifications_ending_tenant_idx'))).toBe(
      `btree (organization_id, livemode, due_at) WHERE ${ended}"]`,
    );
  });

  it('enables and forces row-level security on every table, with the tenant in reading and writing', async () => {
    const tables = await owner.query<{ name: string; walled: boolean }[]>(
      `select relname as name, relrowsecurity and relforcerowsecurity as walled from pg_class
        where relnamespace = $1::regnamespace and relkind in ('r', 'p') and relname <> 'migrations'`,
      [SCHEMA],
    );
    const policies = await owner.query<
      { tablename: string; policyname: string; cmd: string; qual: string; with_check: string | null }[]
    >(
      `select tablename, policyname, permissive, cmd, roles::text, qual, with_check from pg_policies where schemaname = $1`,
      [SCHEMA],
    );
    expect(tables.filter(({ walled }) => !walled)).toEqual([]);
    for (const { name } of tables) {
      const own = policies.find(({ policyname }) => policyname === `${name}_tenant`);
      expect(own).toMatchObject({ tablename: name, cmd: 'ALL', permissive: 'PERMISSIVE', with_check: own?.qual });
      expect(own?.qual).toMatch(
        /organization_id = .*'customer_verifications.organization_id'.* AND .*livemode = .*'customer_verifications.livemode'/s,
      );
    }
    const others = policies.filter(({ tablename, policyname }) => policyname !== `${tablename}_tenant`);
    expect(others.map(({ policyname, cmd }) => `${policyname} ${cmd}`).sort()).toEqual([
      'api_keys_lookup SELECT',
      'callback_inbox_due SELECT',
      'callback_inbox_outdated SELECT',
      'callback_inbox_wrapped SELECT',
      'data_keys_outdated SELECT',
      'data_keys_wrapped SELECT',
      'idempotency_records_outdated SELECT',
      'provider_connections_lookup SELECT',
      'provider_connections_wrapped SELECT',
      'verifications_called_back SELECT',
      'verifications_due SELECT',
    ]);
  });

  it('lets the application do what it does, and no more', async () => {
    await grantToApplication(owner, base.role);
    const granted = await owner.query<{ table: string; may: string }[]>(
      `select table_name as table, string_agg(lower(privilege_type), ' ' order by privilege_type) as may
        from information_schema.table_privileges where grantee = $1 and table_schema = $2 group by 1`,
      [base.role, SCHEMA],
    );
    expect(Object.fromEntries(granted.map(({ table, may }) => [table, may]))).toEqual({
      api_keys: 'insert select update',
      callback_inbox: 'delete insert select update',
      data_keys: 'insert select update',
      event_streams: 'insert select update',
      events: 'insert select',
      evidence: 'insert select',
      idempotency_records: 'delete insert select update',
      migrations: 'select',
      provider_connections: 'delete insert select update',
      provider_gates: 'insert select update',
      verifications: 'insert select update',
    });
    const columns = await owner.query<{ name: string }[]>(
      `select column_name as name from information_schema.column_privileges
        where grantee = $1 and table_name = 'events' and privilege_type = 'UPDATE' order by 1`,
      [base.role],
    );
    expect(columns.map(({ name }) => name)).toEqual(['body', 'salt']);
    const client = new pg.Client({ connectionString: base.appUrl });
    await client.connect();
    for (const text of [
      `create table ${SCHEMA}.mine ()`,
      `drop table ${SCHEMA}.events`,
      `alter table ${SCHEMA}.events disable trigger all`,
    ]) {
      await expect(client.query(text)).rejects.toMatchObject({ code: '42501' });
    }
    await client.end();
  });
});

describe('migrating', () => {
  let base: TestDatabase;
  let host: DataSource;

  beforeEach(async () => {
    base = await createTestDatabase();
    host = await new DataSource({
      ...{ type: 'postgres', url: base.adminUrl, synchronize: false, migrationsTableName: 'migrations' },
    }).initialize();
  });
  afterEach(async () => {
    await host.destroy();
    await base.drop();
  });

  it('several at once: one does the work, the others find it done', async () => {
    const ran = await Promise.all(Array.from({ length: 4 }, () => runVerificationsMigrations(host)));
    expect(ran.map((names) => names.length).sort()).toEqual([0, 0, 0, await migrationCount(host)]);
    expect(await pendingMigrations(host)).toEqual([]);
  });

  it('leaves the tables and the migrations of a host alone', async () => {
    await host.query(
      `create table migrations (id serial primary key, "timestamp" bigint not null, name varchar not null)`,
    );
    await host.query(`insert into migrations ("timestamp", name) values (1, 'HostFirst1')`);
    await host.query('create table events (id integer primary key)');
    await host.query('insert into events values (1)');
    const before = await publicTables(host);
    expect(await pendingMigrations(host)).not.toEqual([]);
    await runVerificationsMigrations(host);
    expect(await publicTables(host)).toEqual(before);
    expect(await host.query('select name from migrations')).toEqual([{ name: 'HostFirst1' }]);
    expect(await host.query('select id from events')).toEqual([{ id: 1 }]);
    expect(host.migrations).toEqual([]);
  });

  it('holds no lock afterwards', async () => {
    await runVerificationsMigrations(host);
    await host.query("set statement_timeout = '5s'");
    // Its session may take a moment to end.
    await expect(host.query('select pg_advisory_lock(7166476024891371113)')).resolves.toHaveLength(1);
  });
});

async function migrationCount(host: DataSource): Promise<number> {
  const [row] = await host.query<[{ count: number }]>(`select count(*)::integer from ${SCHEMA}.migrations`);
  return row.count;
}

function publicTables(host: DataSource): Promise<unknown> {
  return host.query(
    `select table_name, column_name, data_type from information_schema.columns where table_schema = 'public' order by 1, 2`,
  );
}
