import type { DataSource } from 'typeorm';
import { Database, sqlState, type TenantScope } from '#app/database/index.js';
import { wiredAdapters } from '#app/providers/provider-registry.js';
import { FetchHttp } from '#app/platform/http.js';
import { LetterAdapter } from '../host/letter.adapter.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { BEHIND_POOLER } from '../support/database.js';
import { ATTEMPTS, type Intruder, leakOf, makeWorld, TENANT_TABLES } from '../support/isolation/attempts.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import { UnfilteredDatabase } from '../support/isolation/unfiltered-database.js';

const INTRUDERS: readonly Intruder[] = ['another organization', 'the live mode of the same organization'];
const NAMES = Object.keys(ATTEMPTS);

/** The application over doors of the test's choice, which are handed out too. */
async function startOver(
  Doors: typeof Database,
): Promise<{ app: TestApp; doors: Database; stop: () => Promise<void> }> {
  const clock = new ScriptedClock();
  const letters = new LetterAdapter(clock);
  const adapters = [...wiredAdapters({ clock, http: new FetchHttp() }), letters];
  const made: Database[] = [];
  const app = await startTestApp({
    ...{ clock, adapters },
    doors: (dataSource: DataSource) => {
      const doors = new Doors(dataSource, { namedStatements: !BEHIND_POOLER });
      made.push(doors);
      return doors;
    },
  });
  const [doors] = made;
  if (!doors) throw new Error('nobody asked for doors');
  const stop = (): Promise<void> => {
    letters.openLetterbox();
    return app.close();
  };
  return { app, doors, stop };
}

/** How many rows of the owner one statement sees as the intruder. */
async function seen(doors: Database, as: TenantScope, of: TenantScope, table: string): Promise<number> {
  const text = `select ($1::uuid, $2::boolean) is not null, count(*)::integer as rows
    from customer_verifications.${table} where organization_id = $1 and livemode = $2`;
  const [found] = await doors.one<{ rows: number }>(as, { name: `test_seen_${table}`, text }, [
    of.organizationId,
    of.livemode,
  ]);
  return found?.rows ?? -1;
}

/** SQLSTATE of writing a copy of a row of one's own under somebody else's name; null where it was written. */
async function planted(doors: Database, as: TenantScope, of: TenantScope, table: string): Promise<string | null> {
  const text = `insert into customer_verifications.${table}
    select (jsonb_populate_record(null::customer_verifications.${table},
      to_jsonb(t) || jsonb_build_object('organization_id', $1::uuid, 'livemode', $2::boolean))).*
    from customer_verifications.${table} t where (t.organization_id, t.livemode) = ($3::uuid, $4::boolean)`;
  const values = [of.organizationId, of.livemode, as.organizationId, as.livemode];
  return doors.one(as, { name: `test_planted_${table}`, text }, values).then(() => null, sqlState);
}

const secure = async (app: TestApp, verb: 'enable' | 'disable', tables: readonly string[]): Promise<void> => {
  for (const table of tables) await app.sql(`alter table customer_verifications.${table} ${verb} row level security`);
};

describe.each([
  ['by both walls', Database, 'enable'],
  ["by the application's own filter alone", Database, 'disable'],
  ['by row-level security alone', UnfilteredDatabase, 'enable'],
] as const)('tenants are kept apart %s', (_, Doors, security) => {
  let app: TestApp;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ app, stop } = await startOver(Doors));
    await secure(app, security, TENANT_TABLES);
  });
  afterAll(() => stop());

  it.each(INTRUDERS.flatMap((intruder) => NAMES.map((name) => [name, intruder] as const)))(
    '%s: %s learns and changes nothing',
    async (name, intruder) => {
      expect(await leakOf(await makeWorld(app, intruder), ATTEMPTS[name]!)).toBeNull();
    },
  );
});

describe('row-level security', () => {
  let app: TestApp;
  let doors: Database;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ app, doors, stop } = await startOver(UnfilteredDatabase));
  });
  afterAll(() => stop());

  it.each(INTRUDERS.flatMap((intruder) => TENANT_TABLES.map((table) => [table, intruder] as const)))(
    'of %s: %s sees no row and writes none, whatever the statement',
    async (table, kind) => {
      const { owner, intruder } = await makeWorld(app, kind);
      expect(await seen(doors, owner, owner, table)).toBeGreaterThan(0);
      expect(await seen(doors, intruder, owner, table)).toBe(0);
      expect(await planted(doors, intruder, owner, table)).toBe('42501');
    },
  );

  it.each(TENANT_TABLES)(
    'of %s is what does it: without, nothing hides rows and no policy refuses them',
    async (table) => {
      const { owner, intruder } = await makeWorld(app, 'another organization');
      await secure(app, 'disable', [table]);
      const rows = await seen(doors, intruder, owner, table);
      const refused = await planted(doors, intruder, owner, table);
      await secure(app, 'enable', [table]);
      expect(rows).toBeGreaterThan(0);
      // The key of a stream may still stand in the way; the policy no longer does.
      expect(refused).not.toBe('42501');
    },
  );

  it.each(NAMES)('and the filter away, this leaks: %s', async (name) => {
    const world = await makeWorld(app, 'another organization');
    await secure(app, 'disable', TENANT_TABLES);
    const leak = await leakOf(world, ATTEMPTS[name]!);
    await secure(app, 'enable', TENANT_TABLES);
    expect(leak).not.toBeNull();
  });
});
