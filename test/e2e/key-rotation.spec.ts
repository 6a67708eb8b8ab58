import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { ConnectionsRepository } from '#app/connections/index.js';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { ringKey, rotate, vaultOf, wrappings } from '../support/key-rings.js';
import { deliver, DEPLOYMENT } from '../support/peers/scripted-callbacks.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { created, manualRequest, pathOf, VERIFICATIONS } from '../support/verification-requests.js';

const ROOT = join(import.meta.dirname, '..', '..');
const [OLD, NEW] = [ringKey('old'), ringKey('new')];
const CONNECTION = '/v1/provider-connections/scripted';
const CREDENTIALS = { api_key: 'canary-own-key' };
const TOKEN = 'token-of-its-own-'.repeat(3);

type Shown = Record<string, unknown>;

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

describe('the keys are rotated while the service runs', () => {
  const adapter = new ScriptedAdapter({ callbacks: true, fetch: 'none' });
  const apps: TestApp[] = [];
  let tenant: TestTenant;

  /** An application of the deployment, with a ring of its own. */
  const startApp = async (...keys: string[]): Promise<TestApp> => {
    const [first] = apps;
    const shared = first ? { database: first.database, clock: first.clock } : {};
    const connections = { scripted: DEPLOYMENT };
    const app = await startTestApp({ adapters: [adapter], connections, keyRing: keys.join(','), ...shared });
    apps.push(app);
    return app;
  };
  const the = (index: number): TestApp => apps[index % 2] as TestApp;

  beforeAll(async () => {
    await startApp(OLD, NEW);
    await startApp(NEW, OLD);
    tenant = await the(0).tenant();
    adapter.script = ({ check, call, answer, fail }) => {
      if (call.connection.credentials['api_key'] !== CREDENTIALS.api_key) {
        fail(new Error('not its own connection'));
        return;
      }
      const decided = check.verificationType === 'identity';
      const said = decided ? { outcome: 'verified' as const } : { outcome: 'pending' as const };
      const reason = decided ? 'identity_verified' : 'provider_processing';
      const observedAt = the(0).clock.now();
      answer({ ...said, reason, observedAt, reference: `ref-${check.verificationId}`, answer: { name: 'Canary' } });
    };
    const connections = the(0).nest.get(ConnectionsRepository, { strict: false });
    const own = { credentials: CREDENTIALS, settings: {}, callbackSecrets: ['one-secret'], callbackToken: TOKEN };
    await connections.change(tenant, 'scripted', { actorId: 'key:test', at: the(0).clock.now() }, () => own);
  });
  afterAll(async () => {
    for (const app of apps.reverse()) await app.close();
  });

  const request = (type: string): Shown =>
    manualRequest({ provider: 'scripted', verification_type: type, input: { note: 'Canary Person' } });
  const evidenceOf = (app: TestApp, data: Shown): Promise<TestAnswer> =>
    app.call(tenant, 'GET', pathOf(data, '/evidence'));
  const kinds = ({ body }: TestAnswer): string[] => (body.data as { kind: string }[]).map(({ kind }) => kind);
  /** One check after another, each read by the other application, by way of the tenant's own connection. */
  const load = async (index: number, rounds: number, failed: unknown[]): Promise<Shown[]> => {
    const done: Shown[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const answer = await the(index).call(tenant, 'POST', VERIFICATIONS, { body: request('identity') });
      const data = answer.body.data as Shown;
      const read = await evidenceOf(the(index + 1), data);
      const earlier = await evidenceOf(the(index), done[Math.floor(round / 2)] ?? data);
      const connection = await the(index).call(tenant, 'GET', CONNECTION);
      const statuses = [answer, read, earlier, connection].map(({ status }) => status);
      if (statuses.join() !== '201,200,200,200' || data['status'] !== 'verified') failed.push([statuses, data]);
      done.push(data);
      // What is remembered of a connection is forgotten a second later.
      the(0).clock.advance(1_001);
    }
    return done;
  };

  it('without one failed request; afterwards the old key is needed no more', async () => {
    const waiting = [await created(the(0), tenant, request('age')), await created(the(1), tenant, request('age'))];
    for (const [index, { id }] of (waiting as { id: string }[]).entries()) {
      const observation = { outcome: 'verified', reason: 'age_met', observedAt: the(0).clock.now() } as const;
      await deliver(the(index), [{ reference: `ref-${id}`, observation }], { token: TOKEN });
    }
    const failed: unknown[] = [];
    const seeded = await load(0, 30, failed);
    expect(await wrappings(the(0))).toEqual([
      ...['callback_inbox new 1', 'callback_inbox old 1', 'data_keys new 1', 'data_keys old 31'],
      'provider_connections old 1',
    ]);
    const running = new Set([0, 1, 2, 3]);
    const loads = [...running].map((index) => load(index, 25, failed).finally(() => running.delete(index)));
    let rewrapped = 0;
    while (running.size > 0) rewrapped += (await rotate(the(0), vaultOf(NEW, OLD), { sliceSize: 5 })).rewrapped;
    const all = [...seeded, ...(await Promise.all(loads)).flat()];
    expect(failed).toEqual([]);
    expect(rewrapped).toBeGreaterThan(33);
    expect((await rotate(the(0), vaultOf(NEW, OLD))).left).toEqual([]);
    expect(await wrappings(the(0))).toEqual([
      ...['callback_inbox new 2', 'data_keys new 132', 'provider_connections new 1'],
    ]);

    const third = await startApp(NEW);
    for (const data of all) expect(kinds(await evidenceOf(third, data))).toEqual(['input', 'answer']);
    expect((await third.call(tenant, 'GET', CONNECTION)).body.data.credentials).toEqual(['api_key']);
    await third.work();
    for (const data of waiting)
      expect((await third.call(tenant, 'GET', pathOf(data))).body.data).toMatchObject({ status: 'verified' });
    expect(apps.flatMap(({ logs }) => logs).join('\n')).not.toMatch(/"level":(50|60)|Canary|canary-own-key/);
  });

  describe('by the command', () => {
    const environment = (ring: string): NodeJS.ProcessEnv => ({
      ...{ PATH: process.env['PATH'], NODE_ENV: 'production' },
      ...{ DATABASE_URL: the(0).database.appUrl, KEY_RING: ring },
    });
    const command = (ring: string): Promise<Ended> =>
      new Promise((resolve) => {
        const given = { cwd: ROOT, env: environment(ring) };
        execFile(process.execPath, ['dist/src/rotate-keys.js'], given, (failure, out, error) => {
          resolve({ code: failure === null ? 0 : Number(failure.code), out, error });
        });
      });
    const [newer, newest] = [ringKey('newer'), ringKey('newest')];

    it('which goes on after a kill -9 amid its work', async () => {
      const keys = (await wrappings(the(0))).map((line) => line.replace(' new ', ' newer ')).sort();
      const owner = new pg.Client({ connectionString: the(0).database.adminUrl });
      await owner.connect();
      await owner.query('begin; lock table customer_verifications.provider_connections in exclusive mode');
      const child = spawn(process.execPath, ['dist/src/rotate-keys.js'], {
        ...{ cwd: ROOT, env: environment(`${newer},${NEW}`), stdio: 'ignore' },
      });
      const dead = once(child, 'exit');
      while (!(await wrappings(the(0))).includes('data_keys newer 132')) await pause(10);
      child.kill('SIGKILL');
      await dead;
      await owner.query('commit');
      await owner.end();
      expect(await wrappings(the(0))).toContain('provider_connections new 1');
      const { code, out, error } = await command(`${newer},${NEW}`);
      expect([code, error]).toEqual([0, '']);
      expect(out).toMatch(
        /^\d+ keys rewrapped\nevery data key is wrapped by newer\nkeep the other keys .+ 7 days more: .+\n$/,
      );
      expect(await wrappings(the(0))).toEqual(keys);
    });

    it('which fails where the ring lacks a key, and names it and no secret', async () => {
      const { code, out, error } = await command(`${newest},${NEW}`);
      expect(code).toBe(1);
      const lacking = ['data_keys: 132', 'provider_connections: 1'].map(
        (many) => `${many} wrapped by newer, which the key ring does not hold\n`,
      );
      expect(out).toBe(`${lacking.join('')}0 keys rewrapped\n`);
      expect(error).toBe(`not every data key is wrapped by newest:\n${lacking.join('')}`);
    });

    it.each([
      ['KEY_RING is missing', ''],
      ['KEY_RING must be <id>:<32 bytes in base64>, several divided by commas, ids unique', 'newest:short'],
    ])('which says that %s', async (fault, ring) => {
      const { code, error } = await command(ring);
      expect([code, error]).toEqual([1, `The configuration has a fault:\n  - ${fault}\n`]);
    });
  });
});
