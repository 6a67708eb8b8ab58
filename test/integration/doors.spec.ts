import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import pg from 'pg';
import { createDataSource } from '#app/database/data-source.js';
import { Database, type Statement, type TenantScope } from '#app/database/index.js';
import { assertProductionDatabase, ENTITIES } from '#app/schema/index.js';
import { CURRENT_SCHEMA } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const statement = (text: string): Statement => ({ name: `test_${Buffer.from(text).toString('hex').slice(-48)}`, text });

const WHO = statement(
  `select nullif(current_setting('customer_verifications.organization_id', true), '') as organization,
    nullif(current_setting('customer_verifications.livemode', true), '') as livemode,
    nullif(current_setting('customer_verifications.unscoped', true), '') as unscoped, pg_backend_pid() as backend`,
);
const OPEN_STREAM = statement(
  `insert into customer_verifications.event_streams (organization_id, livemode, sequence, recorded_at, hash)
    values ($1, $2, 0, 'epoch', '')`,
);
const ADVANCE = statement(
  'update customer_verifications.event_streams set sequence = sequence + 1 where organization_id = $1 and livemode = $2 returning sequence::text',
);
const STREAMS = statement('select organization_id, livemode, sequence::text from customer_verifications.event_streams');

const tenantOf = ({ organizationId, livemode }: TenantScope): [string, boolean] => [organizationId, livemode];
const scope = (livemode = false): TenantScope => ({ organizationId: randomUUID(), livemode });
const codeOf = (error: unknown): unknown => (error as pg.DatabaseError).code ?? (error as Error).message;

describe.each([
  { pipelined: true, namedStatements: true },
  { pipelined: true, namedStatements: false },
  { pipelined: false, namedStatements: true },
])('the doors, pipelined: $pipelined, named statements: $namedStatements', ({ pipelined, namedStatements }) => {
  let base: TestDatabase;
  let sources: DataSource[];
  /** All on one connection, which every transaction leaves behind for the next; and three. */
  let alone: Database;
  let door: Database;
  let behind: pg.Client;

  const connect = async (poolSize: number): Promise<DataSource> => {
    const own = createDataSource({ url: namedStatements ? base.directUrl : base.appUrl, poolSize, entities: ENTITIES });
    if (!pipelined) own.setOptions({ extra: { ...(own.options.extra as object), pipeline: false } });
    return own.initialize();
  };

  beforeAll(async () => {
    base = await createTestDatabase(CURRENT_SCHEMA);
    sources = await Promise.all([connect(1), connect(3)]);
    [alone, door] = sources.map((source) => new Database(source, { namedStatements })) as [Database, Database];
    behind = new pg.Client({ connectionString: base.adminUrl });
    await behind.connect();
  });
  afterAll(async () => {
    await behind.end();
    await Promise.all(sources.map((source) => source.destroy()));
    await base.drop();
  });

  /** What the pool's one connection remembers outside of any door. */
  async function leftBehind(): Promise<unknown> {
    const [row] = (await sources[0]?.query(WHO.text)) as [{ backend: number }];
    return { ...row, backend: undefined };
  }
  const NOTHING = { organization: null, livemode: null, unscoped: null, backend: undefined };

  it('speak over connections of that kind', async () => {
    for (const source of sources) {
      const runner = source.createQueryRunner();
      const { pipeline = false } = (await runner.connect()) as { pipeline?: boolean };
      await runner.release();
      expect(pipeline).toBe(pipelined);
    }
  });

  it('show each of many interleaved transactions its own tenant, and leave none behind', async () => {
    const scopes = Array.from({ length: 40 }, (_, index) => scope(index % 2 === 0));
    const seen = await Promise.all(
      scopes.map(async (one, index) => {
        if (index % 5 === 4) return (await alone.unscoped('api_key', WHO, []))[0];
        if (index % 5 === 3) return (await alone.one(one, WHO, []))[0];
        return alone.tenant(one, async (tx) => {
          const [[first], [second]] = await Promise.all([tx.query(WHO), tx.query(WHO)]);
          const [third] = await tx.query(WHO);
          expect([second, third]).toEqual([first, first]);
          return first;
        });
      }),
    );
    for (const [index, row] of seen.entries()) {
      const { organizationId, livemode } = scopes[index] as TenantScope;
      const own = { organization: organizationId, livemode: String(livemode), unscoped: null };
      const none = { organization: null, livemode: null, unscoped: 'api_key' };
      expect(row).toMatchObject(index % 5 === 4 ? none : own);
    }
    expect(new Set(seen.map((row) => row?.['backend'])).size).toBe(1);
    expect(await leftBehind()).toEqual(NOTHING);
  });

  it('roll back what fails, whoever fails, and use the connection again', async () => {
    const one = scope();
    await alone.one(one, OPEN_STREAM, tenantOf(one));
    const broken = statement('select 1 / $1::integer as result');
    const failures: (() => Promise<unknown>)[] = [
      () =>
        alone.tenant(one, async (tx) => {
          await tx.query(ADVANCE, tenantOf(one));
          throw new Error('22012');
        }),
      () =>
        alone.tenant(one, async (tx) => {
          await tx.query(ADVANCE, tenantOf(one));
          await tx.query(broken, [0]);
        }),
      () => alone.tenant(one, (tx) => Promise.all([tx.query(ADVANCE, tenantOf(one)), tx.query(broken, [0])])),
      () => alone.tenant(one, (tx) => Promise.all([tx.query(broken, [0]), tx.query(ADVANCE, tenantOf(one))])),
      () =>
        alone.tenant(one, async (tx) => {
          await tx.query(ADVANCE, tenantOf(one));
          await tx.finish(broken, [0]);
        }),
      () => alone.one(one, broken, [0]),
    ];
    for (const fail of failures) {
      expect(await fail().catch(codeOf)).toBe('22012');
      expect(await leftBehind()).toEqual(NOTHING);
      expect(await alone.one(one, STREAMS, [])).toMatchObject([{ sequence: '0' }]);
    }
  });

  it('do not take the COMMIT of a failed transaction for success', async () => {
    const one = scope();
    await alone.one(one, OPEN_STREAM, tenantOf(one));
    const swallowed = alone.tenant(one, async (tx) => {
      await tx.query(ADVANCE, tenantOf(one));
      await tx.query(statement('select 1 / $1::integer as result'), [0]).catch(() => undefined);
      return 'done';
    });
    expect(await swallowed.catch(codeOf)).toBe('the transaction was rolled back');
    expect(await alone.one(one, STREAMS, [])).toMatchObject([{ sequence: '0' }]);
  });

  it('repeat the victim of a deadlock, so that both get through', async () => {
    const one = scope();
    const keys = ['first', 'second'];
    const insert = statement(
      `insert into customer_verifications.idempotency_records
        (organization_id, livemode, key, fingerprint, verification_id, state, lease_until, created_at)
        values ($1, $2, $3, '', gen_random_uuid(), 'in_progress', now(), now())`,
    );
    for (const key of keys) await door.one(one, insert, [...tenantOf(one), key]);
    const touch = statement(
      'update customer_verifications.idempotency_records set created_at = now() where organization_id = $1 and livemode = $2 and key = $3',
    );
    let attempts = 0;
    let meet: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (meet = resolve));
    const cross = (order: readonly string[]): Promise<void> =>
      door.tenant(one, async (tx) => {
        await tx.query(touch, [...tenantOf(one), order[0] ?? '']);
        attempts += 1;
        if (attempts === 2) meet();
        await both;
        await tx.query(touch, [...tenantOf(one), order[1] ?? '']);
      });
    await Promise.all([cross(keys), cross([...keys].reverse())]);
    expect(attempts).toBeGreaterThanOrEqual(3);
  });

  it('give a repeatable failure up after three attempts', async () => {
    let attempts = 0;
    const never = door.tenant(scope(), async (tx) => {
      attempts += 1;
      await tx.query(statement(`do $$ begin raise exception 'no' using errcode = 'serialization_failure'; end $$`));
    });
    expect(await never.catch(codeOf)).toBe('40001');
    expect(attempts).toBe(3);
  });

  it('fail when the connection is lost in the middle, and go on with another', async () => {
    const one = scope();
    await alone.one(one, OPEN_STREAM, tenantOf(one));
    const cut = alone.tenant(one, async (tx) => {
      const [row] = await tx.query<{ backend: number }>(WHO);
      await tx.query(ADVANCE, tenantOf(one));
      await behind.query('select pg_terminate_backend($1, 5000)', [row?.backend]);
      return tx.finish(ADVANCE, tenantOf(one));
    });
    await expect(cut).rejects.toThrow();
    expect(await alone.one(one, STREAMS, [])).toMatchObject([{ sequence: '0' }]);
  });

  it('show a tenant its own rows, and let it write no other', async () => {
    const [one, other] = [scope(), scope()];
    const twin = { ...one, livemode: true };
    for (const each of [one, other, twin]) await door.one(each, OPEN_STREAM, tenantOf(each));
    expect(await door.one(one, STREAMS, [])).toEqual([
      { organization_id: one.organizationId, livemode: one.livemode, sequence: '0' },
    ]);
    for (const foreign of [other, twin]) {
      expect(await door.one(one, ADVANCE, tenantOf(foreign))).toEqual([]);
      expect(await door.one(one, OPEN_STREAM, tenantOf(foreign)).catch(codeOf)).toBe('42501');
      const steal = statement('update customer_verifications.event_streams set organization_id = $1, livemode = $2');
      expect(await door.one(one, steal, tenantOf(foreign)).catch(codeOf)).toBe('42501');
    }
  });

  it('show without a tenant what the purpose needs, and write nothing', async () => {
    const [one, key] = [scope(), randomUUID()];
    await door.one(one, OPEN_STREAM, tenantOf(one));
    const add = statement(
      `insert into customer_verifications.api_keys (organization_id, livemode, id, hash, principal_id, label, scopes, created_at)
        values ($1, $2, $3, '', '', '', '{}', now())`,
    );
    await door.one(one, add, [...tenantOf(one), key]);
    const keys = statement('select id from customer_verifications.api_keys where id = $1');
    expect(await door.unscoped('api_key', keys, [key])).toEqual([{ id: key }]);
    expect(await door.unscoped('due_work', keys, [key])).toEqual([]);
    expect(await door.unscoped('api_key', STREAMS, [])).toEqual([]);
    expect(await door.unscoped('api_key', add, [...tenantOf(one), randomUUID()]).catch(codeOf)).toBe('25006');
    const change = statement('update customer_verifications.api_keys set revoked_at = now()');
    expect(await door.unscoped('api_key', change, []).catch(codeOf)).toBe('25006');
  });

  it.each(["'; drop table x; --", randomUUID().toUpperCase(), `{${randomUUID()}}`, ''])(
    'refuse %j as an organization',
    async (organizationId) => {
      await expect(door.one({ organizationId, livemode: true }, WHO, [])).rejects.toThrow('not a tenant');
    },
  );
});

describe('row-level security', () => {
  let base: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    base = await createTestDatabase(CURRENT_SCHEMA);
    client = new pg.Client({ connectionString: base.appUrl });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await base.drop();
  });

  it('hides every row of every table from a session that names no tenant, or an empty one', async () => {
    const admin = new pg.Client({ connectionString: base.adminUrl });
    await admin.connect();
    const { rows: tables } = await admin.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'customer_verifications' and table_name <> 'migrations'`,
    );
    expect(tables.length).toBeGreaterThanOrEqual(7);
    await admin.query('set session_replication_role = replica; set search_path = customer_verifications');
    for (const { name } of tables) await admin.query(await rowOf(admin, name));
    for (const settings of [
      '',
      "set customer_verifications.organization_id = ''; set customer_verifications.livemode = ''",
    ]) {
      await client.query(settings);
      for (const { name } of tables) {
        const { rows: there } = await admin.query(`select from ${name}`);
        const { rows } = await client.query(`select * from customer_verifications.${name}`);
        expect([name, there.length, rows.length]).toEqual([name, 1, 0]);
      }
    }
    await admin.end();
  });

  it('is what production insists on', async () => {
    const [owner, application] = [base.adminUrl, base.appUrl].map((url) =>
      createDataSource({ url, poolSize: 1, entities: [] }),
    ) as [DataSource, DataSource];
    await Promise.all([owner.initialize(), application.initialize()]);
    await expect(assertProductionDatabase(owner)).rejects.toThrow('bypasses row-level security');
    await assertProductionDatabase(application);
    await Promise.all([owner.destroy(), application.destroy()]);
  });
});

/** An INSERT of one row with something in every column that needs it. */
async function rowOf(admin: pg.Client, table: string): Promise<string> {
  const { rows } = await admin.query<{ column: string; type: string }>(
    `select column_name as column, udt_name as type from information_schema.columns
      where table_schema = 'customer_verifications' and table_name = $1 and is_nullable = 'NO'`,
    [table],
  );
  const values: Record<string, string> = {
    ...{ uuid: 'gen_random_uuid()', bool: 'true', text: "'x'", timestamptz: 'now()', bytea: "''", _text: "'{}'" },
    ...{ int4: '1', int8: '1', int2: '1', json: "'{}'", jsonb: "'{}'" },
  };
  const special: Record<string, string> = { status: "'pending'", kind: "'input'", state: "'in_progress'" };
  const columns = rows.map(({ column, type }) => [column, special[column] ?? values[type] ?? 'null'] as const);
  const extra = table === 'idempotency_records' ? [['lease_until', 'now()'] as const] : [];
  const all = [...columns, ...extra];
  return `insert into ${table} (${all.map(([column]) => column).join(', ')}) values (${all.map(([, value]) => value).join(', ')})`;
}
