import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { Database, type TenantScope, type Transaction } from '#app/database/index.js';
import type { Rotated } from '#app/rotation/index.js';
import { KEY_TABLES } from '#app/rotation/key-tables.js';
import type { KeyTable, Vault } from '#app/vault/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { ringKey, rotate, vaultOf, withDoors, wrappings } from '../support/key-rings.js';

const NOW = '2026-11-01T00:00:00Z';
const [OLD, NEW, LOST] = [ringKey('old'), ringKey('new'), ringKey('lost')];
const rotating = vaultOf(NEW, OLD);

/** A row with a key: what it has sealed, and whose it is. */
interface Locked {
  readonly scope: TenantScope;
  readonly table: KeyTable;
  readonly row: string;
  readonly dataKey: string;
}

/** Columns that a table needs besides the key; `$6` is what is sealed. */
const INSERTS: Readonly<Record<string, string>> = {
  data_keys: `(organization_id, livemode, verification_id, ring_key_id, wrapped_key, created_at)
    values ($1, $2, $3, $4, $5, '${NOW}')`,
  provider_connections: `(organization_id, livemode, provider, ring_key_id, wrapped_key, sealed, settings, version, created_at, updated_at, updated_by)
    values ($1, $2, $3, $4, $5, $6, '{}', 7, '${NOW}', '${NOW}', 'key:test')`,
  callback_inbox: `(organization_id, livemode, id, ring_key_id, wrapped_key, sealed, provider, dedup_key, has_event_id, received_at, deliveries, attempts)
    values ($1, $2, $3, $4, $5::bytea, $6, 'scripted', sha256($5), true, '${NOW}', 1, 0)`,
};

describe('rotating the keys', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    for (const { name } of KEY_TABLES) await app.sql(`delete from customer_verifications.${name}`);
  });

  const lock = async (vault: Vault, scope: TenantScope, table: KeyTable): Promise<Locked> => {
    const row = table.rowType === 'uuid' ? randomUUID() : `p-${randomUUID()}`;
    const { dataKey, ringKeyId, wrapped } = vault.newDataKey(table.placeOf(scope, row));
    const sealed = table.name === 'data_keys' ? [] : [Buffer.from('sealed')];
    await app.sql(`insert into customer_verifications.${table.name} ${INSERTS[table.name] ?? ''}`, [
      ...[scope.organizationId, scope.livemode, row, ringKeyId, wrapped],
      ...sealed,
    ]);
    return { scope, table, row, dataKey: dataKey.toString('hex') };
  };
  /** So many keys of each table for each of so many tenants. */
  const fill = async (vault: Vault, tenants: number, each: number): Promise<Locked[]> => {
    const found: Locked[] = [];
    for (let tenant = 0; tenant < tenants; tenant += 1) {
      const scope = { organizationId: randomUUID(), livemode: tenant % 2 === 0 };
      for (const table of KEY_TABLES)
        for (let row = 0; row < each; row += 1) found.push(await lock(vault, scope, table));
    }
    return found;
  };
  const opened = async (vault: Vault, { scope, table, row }: Locked): Promise<string> => {
    const [stored] = await app.sql<{ ring_key_id: string; wrapped_key: Buffer }>(
      `select ring_key_id, wrapped_key from customer_verifications.${table.name} where ${table.row}::text = $1`,
      [row],
    );
    const wrapped = { ringKeyId: stored?.ring_key_id ?? '', wrapped: stored?.wrapped_key ?? Buffer.alloc(0) };
    return vault.openDataKey(table.placeOf(scope, row), wrapped).toString('hex');
  };
  /** Whether each row has the data key that it had, and opens with the new key alone. */
  const expectOpened = async (rows: readonly Locked[], vault: Vault = vaultOf(NEW)): Promise<void> => {
    for (const row of rows) expect(await opened(vault, row)).toBe(row.dataKey);
  };

  it('knows every table that has wrapped keys', async () => {
    const tables = await app.sql<{ name: string }>(
      `select table_name as name from information_schema.columns where table_schema = 'customer_verifications' and column_name ~ 'wrapped' order by 1`,
    );
    expect(KEY_TABLES.map(({ name }) => name).sort()).toEqual(tables.map(({ name }) => name));
  });

  it('wraps every key of every tenant anew, and changes nothing else', async () => {
    const rows = await fill(vaultOf(OLD), 3, 5);
    const rest = (): Promise<unknown[]> =>
      app.sql(`select organization_id, provider, version, sealed, settings::text, updated_at, updated_by
        from customer_verifications.provider_connections order by provider`);
    const before = await rest();
    expect(await rotate(app, rotating, { sliceSize: 2 })).toEqual({ rewrapped: 45, left: [] });
    expect(await wrappings(app)).toEqual(['callback_inbox new 15', 'data_keys new 15', 'provider_connections new 15']);
    await expectOpened(rows);
    expect(await rest()).toEqual(before);
    expect(await rotate(app, rotating)).toEqual({ rewrapped: 0, left: [] });
  });

  it('begins with the deployment’s own tenant, and takes keys of several ages', async () => {
    const [table] = KEY_TABLES as [KeyTable];
    const deployment = { organizationId: '00000000-0000-0000-0000-000000000000', livemode: false };
    const rows = [await lock(vaultOf(OLD), deployment, table), await lock(vaultOf(LOST), deployment, table)];
    rows.push(...(await fill(vaultOf(NEW), 1, 1)));
    expect(await rotate(app, vaultOf(NEW, OLD, LOST))).toEqual({ rewrapped: 2, left: [] });
    await expectOpened(rows);
  });

  it.each([
    ['before a slice was committed', false],
    ['when its commit was not heard of any more', true],
  ])('goes on where it was cut off, %s', async (_, committed) => {
    const rows = await fill(vaultOf(OLD), 2, 6);
    let slices = 0;
    class CutDoors extends Database {
      override tenant<Result>(scope: TenantScope, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
        slices += 1;
        if (slices < 3) return super.tenant(scope, work);
        const cut = new Error('cut');
        return committed
          ? super.tenant(scope, work).then(() => Promise.reject(cut))
          : super.tenant(scope, async (tx) => {
              await work({ query: tx.query.bind(tx), finish: tx.query.bind(tx) } as unknown as Transaction);
              throw cut;
            });
      }
    }
    const cutRun = withDoors(app, (database) => rotate(app, rotating, { database, sliceSize: 2 }), CutDoors);
    await expect(cutRun).rejects.toThrow('cut');
    expect(await wrappings(app)).toContain(`data_keys new ${committed ? '6' : '4'}`);
    await expectOpened(rows, rotating);
    expect(await rotate(app, rotating, { sliceSize: 2 })).toEqual({ rewrapped: committed ? 30 : 32, left: [] });
    await expectOpened(rows);
  });

  it('two at once share the work', async () => {
    const rows = await fill(vaultOf(OLD), 2, 20);
    const both = await Promise.all([1, 2].map(() => rotate(app, rotating, { sliceSize: 3 })));
    expect(both.reduce((sum, { rewrapped }) => sum + rewrapped, 0)).toBe(rows.length);
    expect(await rotate(app, rotating)).toEqual({ rewrapped: 0, left: [] });
    await expectOpened(rows);
  });

  it('names the key that the ring does not hold, and takes all others', async () => {
    const [table] = KEY_TABLES as [KeyTable];
    const rows = await fill(vaultOf(OLD), 1, 2);
    const lost = await Promise.all([1, 2, 3].map(() => lock(vaultOf(LOST), rows[0]!.scope, table)));
    const said: string[] = [];
    const rotated = await rotate(app, rotating, { say: (line) => void said.push(line) });
    expect(rotated).toEqual<Rotated>({
      rewrapped: 6,
      left: [{ table: 'data_keys', keyId: 'lost', count: 3, isMore: false, key: 'missing', unopenable: 0 }],
    });
    expect(said).toEqual(['data_keys: 3 wrapped by lost, which the key ring does not hold']);
    await expectOpened(rows);
    await expectOpened(lost, vaultOf(LOST));
  });

  it('leaves what its key does not open, and says how many', async () => {
    const rows = await fill(vaultOf(OLD), 1, 3);
    const impostor = OLD.replace(/:.*/, ringKey('').replace(/^[^:]*/, ''));
    expect((await rotate(app, vaultOf(NEW, impostor))).left).toMatchObject(
      ['data_keys', 'provider_connections', 'callback_inbox'].map((table) => ({
        ...{ table, keyId: 'old', count: 3, key: 'held', unopenable: 3 },
      })),
    );
    await expectOpened(rows, vaultOf(OLD));
  });

  it('leaves a destroyed key destroyed', async () => {
    const rows = await fill(vaultOf(OLD), 1, 2);
    await app.sql('update customer_verifications.data_keys set wrapped_key = null');
    expect(await rotate(app, rotating)).toEqual({ rewrapped: 4, left: [] });
    const kept = await app.sql('select ring_key_id, wrapped_key from customer_verifications.data_keys');
    expect(kept).toEqual([1, 2].map(() => ({ ring_key_id: 'old', wrapped_key: null })));
    await expectOpened(rows.filter(({ table }) => table.name !== 'data_keys'));
  });

  it('waits for nobody, and never takes back what somebody else has just written', async () => {
    const [, table] = KEY_TABLES as [KeyTable, KeyTable];
    const [first, second] = [
      await lock(vaultOf(OLD), { organizationId: randomUUID(), livemode: true }, table),
      await lock(vaultOf(OLD), { organizationId: randomUUID(), livemode: true }, table),
    ];
    const owner = new pg.Client({ connectionString: app.database.adminUrl });
    await owner.connect();
    await owner.query('begin');
    const fresh = vaultOf(OLD).newDataKey(table.placeOf(first.scope, first.row));
    await owner.query(
      'update customer_verifications.provider_connections set wrapped_key = $2, version = 8 where provider = $1',
      [first.row, fresh.wrapped],
    );
    expect((await rotate(app, rotating)).left).toMatchObject([{ keyId: 'old', count: 1, key: 'held', unopenable: 0 }]);
    await owner.query('commit');
    await owner.end();
    expect(await rotate(app, rotating)).toEqual({ rewrapped: 1, left: [] });
    await expectOpened([second, { ...first, dataKey: fresh.dataKey.toString('hex') }]);
  });
});
