import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { ApiKeysRepository, newApiKey, presentedKey } from '#app/access/index.js';
import { SCOPES } from '#app/context/index.js';
import { createDataSource, Database } from '#app/database/index.js';
import { SystemClock } from '#app/platform/clock.js';
import { pause } from '#app/platform/deadline.js';
import { type SandboxVendor, startSandboxVendor } from '#app/providers/sandbox/index.js';
import { CURRENT_SCHEMA } from '../support/app.js';
import { BEHIND_POOLER, createTestDatabase, type TestDatabase } from '../support/database.js';
import { killService, type ServiceProcess, startService } from '../support/peers/service-process.js';
import { sandboxRequest } from '../support/verification-requests.js';

const CHECKS = 60;

describe('two APIs and two workers, as production runs them', () => {
  const key = newApiKey(false);
  const scope = { organizationId: randomUUID(), livemode: false };
  let database: TestDatabase;
  let vendor: SandboxVendor;
  let admin: pg.Client;
  let apis: ServiceProcess[];
  let workers: ServiceProcess[];
  const stopped: ServiceProcess[] = [];

  beforeAll(async () => {
    database = await createTestDatabase(CURRENT_SCHEMA);
    vendor = await startSandboxVendor({ clock: new SystemClock(), apiKey: 'topology' });
    admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    await addKey();
    const environment = {
      NODE_ENV: 'production',
      DATABASE_URL: database.appUrl,
      DATABASE_LISTEN_URL: database.directUrl,
      DATABASE_NAMED_STATEMENTS: BEHIND_POOLER ? 'off' : 'on',
      KEY_RING: `topology:${randomBytes(32).toString('base64')}`,
      CURSOR_SECRET: randomBytes(32).toString('base64'),
      SANDBOX_URL: vendor.url,
      SANDBOX_API_KEY: 'topology',
      WAIT_MS: '500',
    };
    const start = (role: Readonly<Record<string, string>>): Promise<ServiceProcess> =>
      startService({ ...environment, ...role });
    apis = await Promise.all([start({ WORK: 'off' }), start({ WORK: 'off' })]);
    workers = await Promise.all([start({ API: 'off' }), start({ API: 'off' })]);
  }, 60_000);
  afterAll(async () => {
    await Promise.all([...apis, ...workers, ...stopped].map(killService));
    await admin.end();
    await vendor.close();
    await database.drop();
  });

  const addKey = async (): Promise<void> => {
    const source = await createDataSource({ url: database.directUrl, poolSize: 1, entities: [] }).initialize();
    const presented = presentedKey(key);
    if (!presented) throw new Error('a new key is not a key');
    const known = { ...scope, ...presented, id: randomUUID(), principalId: 'test', label: 'Test', scopes: SCOPES };
    const keys = new ApiKeysRepository(new Database(source, { namedStatements: false }));
    await keys.add({ ...known, createdAt: new SystemClock().now() });
    await source.destroy();
  };
  const create = async ({ url }: ServiceProcess, body: unknown): Promise<string> => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', prefer: 'respond-async' };
    const response = await fetch(`${url}/v1/verifications`, { method: 'POST', headers, body: JSON.stringify(body) });
    const { data } = (await response.json()) as { data: { id: string } };
    if (response.status !== 202) throw new Error(`create answered ${String(response.status)}`);
    return data.id;
  };
  const counted = async (condition: string): Promise<number> => {
    const sql = `select count(*)::integer from customer_verifications.verifications where ${condition}`;
    const { rows } = await admin.query<{ count: number }>(sql);
    return rows[0]?.count ?? 0;
  };

  it('finish every check once while one of each is told to stop', async () => {
    // Every third one hangs in the vendor, and every other third is decided by a later question.
    const bodies = Array.from({ length: CHECKS }, (_, index) =>
      index % 3 === 0
        ? sandboxRequest('fault:hang', { fault_times: 1 })
        : sandboxRequest(
            index % 3 === 1 ? 'pending_then_verified' : 'verified',
            index % 3 === 1 ? { decide_after: 1 } : {},
          ),
    );
    const ids = await Promise.all(bodies.map((body, index) => create(apis[index % 2]!, body)));
    const leaving = [apis.pop()!, workers.pop()!];
    stopped.push(...leaving);
    for (const { child } of leaving) child.kill('SIGTERM');
    expect(await Promise.all(leaving.map(({ ended }) => ended))).toEqual([0, 0]);
    // Nobody is left who asked first: one worker finishes what all of them had begun.
    const last = apis.pop()!;
    stopped.push(last);
    last.child.kill('SIGTERM');
    expect(await last.ended).toBe(0);
    while ((await counted(`status <> 'verified'`)) > 0) {
      await admin.query(
        `update customer_verifications.verifications set due_at = now() where status = 'pending' and lease_until is null`,
      );
      await pause(100);
    }
    const starts = vendor.journal().filter(({ kind }) => kind === 'started');
    expect(starts).toHaveLength(CHECKS);
    expect(new Set(starts.map((entry) => ('client_reference' in entry ? entry.client_reference : null)))).toEqual(
      new Set(ids),
    );
    expect(await counted('lease_until is not null')).toBe(0);
    const { rows } = await admin.query<{ count: number }>(
      `select count(*)::integer from customer_verifications.events group by verification_id having count(*) filter (where header::json ->> 'type' = 'verification.status_changed') <> 1`,
    );
    expect(rows).toEqual([]);
  });
});
