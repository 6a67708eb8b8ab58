import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type EmbeddedPostgres, removeEmbeddedPostgres, startEmbeddedPostgres } from '#app/database/embedded/index.js';
import { pause, within } from '#app/platform/deadline.js';
import { startSandboxVendor, type SandboxVendor } from '#app/providers/sandbox/index.js';
import { SystemClock } from '#app/platform/clock.js';
import { NOTIFY_DUE } from '#app/work/index.js';
import { killService, type ServiceProcess, startService } from '../support/peers/service-process.js';
import { sandboxRequest } from '../support/verification-requests.js';

/** Less than a lease, and much less than a call's deadline. */
const SOON_MS = 8_000;
/** Three processes start one after the other. */
const STARTS_MS = 60_000;

describe('API and worker apart, on one folder', () => {
  let folder: string;
  let server: EmbeddedPostgres;
  let database: pg.Client;
  let vendor: SandboxVendor;
  const running: ServiceProcess[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cv-apart-'));
    // Root's database runs as somebody else, who must be able to pass.
    chmodSync(folder, 0o711);
    server = await startEmbeddedPostgres({ dataFolder: folder, settings: { fsync: 'off' } });
    database = new pg.Client({ connectionString: server.ownerUrl });
    await database.connect();
    vendor = await startSandboxVendor({ clock: new SystemClock(), apiKey: 'apart' });
  });
  afterEach(() => Promise.all(running.splice(0).map(killService)));
  afterAll(async () => {
    await database.end();
    await vendor.close();
    await server.stop();
    await removeEmbeddedPostgres(folder);
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (
    role: 'api' | 'worker',
    more: Readonly<Record<string, string>> = {},
  ): Promise<ServiceProcess> => {
    const parts = role === 'api' ? { API: 'on', WORK: 'off' } : { API: 'off', WORK: 'on' };
    const started = await startService({ DATA_FOLDER: folder, ...parts, ...more });
    running.push(started);
    return started;
  };
  const call = async ({ url, key }: ServiceProcess, method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', prefer: 'respond-async' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${url}${path}`, { method, headers, ...sent });
    return { status: response.status, body: (await response.json()) as { data: Record<string, unknown> } };
  };
  const create = async (api: ServiceProcess, body: unknown): Promise<Record<string, unknown>> =>
    (await call(api, 'POST', '/v1/verifications', body)).body.data;
  /** The row once it is as wanted. */
  const rowWhere = async (id: unknown, condition: string): Promise<Record<string, unknown>> => {
    for (;;) {
      const sql = `select * from customer_verifications.verifications where id = $1 and ${condition}`;
      const { rows } = await database.query<Record<string, unknown>>(sql, [id]);
      if (rows[0]) return rows[0];
      await pause(20);
    }
  };
  const ownVendor = (): Record<string, string> => ({ SANDBOX_URL: vendor.url, SANDBOX_API_KEY: 'apart' });
  const startsOf = (id: unknown): number =>
    vendor.journal().filter((entry) => entry.kind === 'started' && entry.client_reference === id).length;

  it(
    'bring a check from the one to the other, with one vendor, that outlives whoever plays it',
    async () => {
      const [api, worker] = await Promise.all([start('api'), start('worker')]);
      const { id } = await create(api, sandboxRequest('pending_then_verified', { decide_after: 1 }));
      await rowWhere(id, `reason = 'provider_processing'`);
      // It may be the one that plays the vendor.
      await killService(api);
      const again = await start('api');
      const shown = await within(20_000, verified(again, id));
      expect(shown).toMatchObject({ id, status: 'verified' });
      expect((await fetch(`${worker.url}/health/ready`)).status).toBe(200);
    },
    STARTS_MS,
  );

  const verified = async (api: ServiceProcess, id: unknown): Promise<Record<string, unknown>> => {
    for (;;) {
      const { body } = await call(api, 'GET', `/v1/verifications/${String(id)}`);
      if (body.data['status'] !== 'pending') return body.data;
      await database.query('update customer_verifications.verifications set due_at = now() where id = $1', [id]);
      await database.query(NOTIFY_DUE.text);
      await pause(500);
    }
  };

  it('a worker serves its health and nothing else', async () => {
    const worker = await start('worker');
    for (const path of ['/health/live', '/health/ready']) expect((await fetch(worker.url + path)).status).toBe(200);
    for (const path of ['/v1/verifications', '/v1/providers', '/docs', '/docs/openapi.json']) {
      const answer = await fetch(worker.url + path);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    }
  });

  it(
    'an API told to stop hands a hanging start to the worker, and it is billed once',
    async () => {
      const api = await start('api', ownVendor());
      await start('worker', ownVendor());
      const { id } = await create(api, sandboxRequest('fault:hang', { fault_times: 1 }));
      await asked(id);
      api.child.kill('SIGTERM');
      expect(await within(SOON_MS, api.ended)).toBe(0);
      const row = await within(SOON_MS, rowWhere(id, `status <> 'pending'`));
      expect(row).toMatchObject({ status: 'verified', lease_until: null });
      expect(startsOf(id)).toBe(1);
    },
    STARTS_MS,
  );

  it(
    'a worker told to stop hands a hanging question to another one',
    async () => {
      const api = await start('api', ownVendor());
      const first = await start('worker', ownVendor());
      const scenario = { fault_at: 'fetch', fault_times: 1, then: 'pending_then_verified', decide_after: 1 };
      const { id } = await create(api, sandboxRequest('fault:hang', scenario));
      await rowWhere(id, `reason = 'provider_processing'`);
      await database.query('update customer_verifications.verifications set due_at = now() where id = $1', [id]);
      await database.query(NOTIFY_DUE.text);
      await rowWhere(id, 'lease_until is not null');
      await asked(id, 2);
      await start('worker', ownVendor());
      first.child.kill('SIGTERM');
      expect(await within(SOON_MS, first.ended)).toBe(0);
      expect(await within(SOON_MS, rowWhere(id, `status <> 'pending'`))).toMatchObject({ status: 'verified' });
      expect(startsOf(id)).toBe(1);
    },
    STARTS_MS,
  );

  it('neither of both is a configuration that nobody can want', async () => {
    await expect(startService({ DATA_FOLDER: folder, API: 'off', WORK: 'off' })).rejects.toThrow(
      'API and WORK are both off',
    );
  });

  /** Resolves when the vendor has got so many calls about a check. */
  const asked = async (id: unknown, times = 1): Promise<void> => {
    while (
      vendor.journal().filter((entry) => entry.kind === 'called' && entry.client_reference === id).length < times
    ) {
      await pause(20);
    }
  };
});
