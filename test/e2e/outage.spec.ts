import { instant } from '#app/platform/clock.js';
import { CURRENT_SCHEMA, startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { digestOf, foundIn } from '../support/database-dump.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { startTcpProxy, type TcpProxy } from '../support/peers/tcp-proxy.js';
import { manualRequest, pathOf, VERIFICATIONS } from '../support/verification-requests.js';

describe('while the database is away', () => {
  const adapter = new ScriptedAdapter();
  let database: TestDatabase;
  let proxy: TcpProxy;
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    database = await createTestDatabase(CURRENT_SCHEMA);
    proxy = await startTcpProxy(database.appUrl);
    app = await startTestApp({
      database: { ...database, appUrl: proxy.url },
      adapters: [adapter],
      options: { waitMs: 1_000 },
    });
    tenant = await app.tenant();
  });
  afterEach(() => {
    proxy.mend();
  });
  afterAll(async () => {
    await app.close();
    await proxy.close();
    await database.drop();
  });

  const create = (headers: Record<string, string> = {}): Promise<TestAnswer> =>
    app.call(tenant, 'POST', VERIFICATIONS, { body: manualRequest({ provider: 'scripted' }), headers });
  const stored = async (headers: Record<string, string> = {}): Promise<TestAnswer> => {
    const starting = adapter.nextStart();
    const answering = create(headers);
    (await starting).answer({ outcome: 'verified', reason: 'identity_verified', observedAt: instant(app.clock.now()) });
    return answering;
  };

  it('every call is answered 503 with a time to come back, and afterwards as before', async () => {
    const { body } = await stored();
    const before = await digestOf(app);
    const calls = [
      ['GET', VERIFICATIONS],
      ['GET', pathOf(body.data)],
      ['GET', pathOf(body.data, '/history')],
      ['GET', pathOf(body.data, '/evidence')],
      ['POST', pathOf(body.data, '/customer-action')],
      ['POST', VERIFICATIONS],
      ['PATCH', pathOf(body.data)],
      ['GET', '/health/ready'],
    ] as const;
    const bodies: Readonly<Record<string, unknown>> = {
      PATCH: { status: 'failed' },
      [`POST ${VERIFICATIONS}`]: manualRequest({ provider: 'scripted' }),
    };
    proxy.cut();
    for (const remembered of [true, false]) {
      if (!remembered) app.clock.advance(2_000);
      for (const [method, path] of calls) {
        const sent = bodies[`${method} ${path}`] ?? bodies[method];
        const answer = await app.call(tenant, method, path, sent === undefined ? {} : { body: sent });
        expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 503, 'SERVICE_UNAVAILABLE']);
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(answer.headers.get('content-type')).toBe('application/problem+json');
        expect(answer.text).not.toMatch(/postgres|ECONN|select|127\.0\.0\.1/i);
      }
    }
    expect((await app.call(null, 'GET', '/health/live')).status).toBe(200);
    expect(await digestOf(app)).toEqual(before);
    proxy.mend();
    expect((await app.call(tenant, 'GET', pathOf(body.data))).body.data).toEqual(body.data);
    expect((await app.call(null, 'GET', '/health/ready')).status).toBe(200);
    expect((await stored()).status).toBe(201);
  });

  it('nobody is told that a key is wrong', async () => {
    proxy.cut();
    const { status } = await app.call({ key: `sk_test_${'a'.repeat(43)}` }, 'GET', VERIFICATIONS);
    expect(status).toBe(503);
  });

  /** How the verification is decided: the answer is recorded by tries that go on behind the request. */
  const decided = async (id: string): Promise<unknown> => {
    for (let look = 0; look < 2_000; look += 1) {
      const { body } = await app.call(tenant, 'GET', pathOf({ id }));
      if (body.data.status !== 'pending') return body.data.status as unknown;
    }
    throw new Error('nothing was decided');
  };

  it.each([
    ['without a key', {}],
    ['with a key', { 'idempotency-key': 'cut-in-the-middle' }],
  ])('a check that was stored before is not forgotten: %s', async (_, headers) => {
    const starting = adapter.nextStart();
    const answering = create(headers);
    const { check, answer } = await starting;
    proxy.cut();
    answer({ outcome: 'verified', reason: 'identity_verified', observedAt: instant(app.clock.now()) });
    const answered = await answering;
    // The row is there: an error would say that nothing was stored.
    expect([answered.status, answered.body.data.id]).toEqual([201, check.verificationId]);
    proxy.mend();
    // And what the provider said outlasts the outage: it is recorded once the database is back.
    expect(await decided(check.verificationId)).toBe('verified');
  });

  it('a repetition of a create whose end was written late shows how it ended', async () => {
    const headers = { 'idempotency-key': 'taken-over' };
    const body = manualRequest({ provider: 'scripted' });
    const ask = (): Promise<TestAnswer> => app.call(tenant, 'POST', VERIFICATIONS, { body, headers });
    const starting = adapter.nextStart();
    const answering = ask();
    const { answer } = await starting;
    proxy.cut();
    answer({ outcome: 'verified', reason: 'identity_verified', observedAt: instant(app.clock.now()) });
    const first = await answering;
    proxy.mend();
    const { id } = first.body.data as { id: string };
    expect(await decided(id)).toBe('verified');
    const again = await ask();
    expect([again.status, again.body.data.id, again.headers.get('idempotent-replayed')]).toEqual([201, id, 'true']);
    expect(again.body.data.status).toBe('verified');
    expect(adapter.starts.filter(({ check }) => check.verificationId === id)).toHaveLength(1);
  });

  it('the log names the fault and no value', async () => {
    const secrets = ['Wilhelmina', 'Oberhuber'];
    proxy.cut();
    const body = manualRequest({ provider: 'scripted', input: { note: secrets.join(' ') } });
    expect((await app.call(tenant, 'POST', VERIFICATIONS, { body })).status).toBe(503);
    const lines = app.logs.filter((line) => line.includes('request failed'));
    expect(lines.length).toBeGreaterThan(0);
    expect(foundIn(app.logs.join('\n'), secrets)).toEqual([]);
  });
});
