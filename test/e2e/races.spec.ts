import { randomUUID } from 'node:crypto';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { SandboxVendorDriver } from '../support/sandbox-vendor-driver.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import {
  created,
  manualRequest,
  override,
  pathOf,
  sandboxRequest,
  shownIn,
  VERIFICATIONS,
} from '../support/verification-requests.js';

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  pending: ['verified', 'failed', 'expired'],
  verified: ['verified', 'failed', 'expired'],
  failed: ['verified'],
  expired: ['verified'],
};

describe('many at once', () => {
  const clock = new ScriptedClock();
  const vendor = new SandboxVendorDriver(clock);
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    await vendor.run();
    const sandbox = { settings: { base_url: vendor.url }, credentials: { api_key: vendor.apiKey } };
    app = await startTestApp({ clock, connections: { sandbox } });
    tenant = await app.tenant();
  });
  afterAll(async () => {
    await app.close();
    await vendor.close();
  });

  const times = <Result>(count: number, work: (index: number) => Promise<Result>): Promise<Result[]> =>
    Promise.all(Array.from({ length: count }, (_, index) => work(index)));
  const historyOf = async (data: Record<string, unknown>): Promise<Readonly<Record<string, unknown>>[]> =>
    shownIn(await app.call(tenant, 'GET', `${pathOf(data, '/history')}?limit=100`));

  it('100 creates with one key make one row and one call to the vendor', async () => {
    const body = sandboxRequest('verified');
    const headers = { 'idempotency-key': randomUUID() };
    const answers = await times(100, () => app.call(tenant, 'POST', VERIFICATIONS, { body, headers }));
    const done = answers.filter(({ status }) => status === 201);
    const waiting = answers.filter(({ status }) => status === 409);
    expect(done.length + waiting.length).toBe(100);
    expect(done.length).toBeGreaterThan(0);
    expect(new Set(done.map(({ text }) => text)).size).toBe(1);
    expect(done.filter((answer) => answer.headers.get('idempotent-replayed') === null)).toHaveLength(1);
    for (const { body: problem, headers: sent } of waiting)
      expect([problem.code, Number(sent.get('retry-after')) > 0]).toEqual(['IDEMPOTENCY_IN_PROGRESS', true]);
    const rows = await app.sql('select id from customer_verifications.verifications where customer_id = $1', [
      body['customer_id'],
    ]);
    expect(rows).toHaveLength(1);
    expect(vendor.started().filter((entry) => JSON.stringify(entry).includes(String(rows[0]?.['id'])))).toHaveLength(1);
  });

  it('32 overrides with one tag: one is done, the others are told that they came late', async () => {
    const data = await created(app, tenant);
    const statuses = ['verified', 'failed', 'expired'];
    const answers = await times(32, (index) =>
      override(
        app,
        tenant,
        data,
        { status: statuses[index % 3], reason: `number ${String(index)}` },
        { 'if-match': '"2"' },
      ),
    );
    const count = (status: number): number => answers.filter((answer) => answer.status === status).length;
    expect([count(200), count(412)]).toEqual([1, 31]);
    const won = answers.find(({ status }) => status === 200);
    expect((await app.call(tenant, 'GET', pathOf(data))).text).toBe(won?.text);
    expect(await historyOf(data)).toHaveLength(3);
  });

  it('32 overrides without a tag: each is judged against what it finds, and history is a legal path', async () => {
    const data = await created(app, tenant);
    const statuses = ['verified', 'failed', 'expired', 'verified'];
    const answers = await times(32, (index) => override(app, tenant, data, { status: statuses[index % 4] }));
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    const history = await historyOf(data);
    const moves = history.filter(({ type }) => type === 'verification.status_changed');
    expect(moves).toHaveLength(answers.filter(({ status }) => status === 200).length);
    let from = 'pending';
    for (const move of moves) {
      expect(move['from_status']).toBe(from);
      expect(ALLOWED[from]).toContain(move['to_status']);
      from = String(move['to_status']);
    }
    expect((await app.call(tenant, 'GET', pathOf(data))).body.data.status).toBe(from);
    expect(history.map(({ version }) => version)).toEqual(history.map((_, index) => index + 1));
  });

  it('32 overrides with one key: one is done, and all get its answer', async () => {
    const data = await created(app, tenant);
    const headers = { 'idempotency-key': randomUUID() };
    const answers = await times(32, () => override(app, tenant, data, { status: 'failed' }, headers));
    expect(new Set(answers.map(({ status, text }) => `${String(status)} ${text}`)).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get('idempotent-replayed') === null)).toHaveLength(1);
  });

  it('creates and overrides in a new organization leave no gap in its events', async () => {
    const who = await app.tenant();
    const make = (): Promise<TestAnswer> => app.call(who, 'POST', VERIFICATIONS, { body: manualRequest() });
    const rows = (await times(10, make)).map(({ body }) => body.data as Record<string, unknown>);
    const statuses = ['verified', 'failed', 'expired'];
    const answers = await times(64, (index) =>
      index % 2 === 0 ? make() : override(app, who, rows[index % 10] ?? {}, { status: statuses[index % 3] }),
    );
    expect(answers.filter(({ status }) => ![200, 201, 409].includes(status)).map(({ text }) => text)).toEqual([]);
    const events = await app.sql<{ sequence: string; recorded_at: string; verification_id: string; version: number }>(
      `select sequence, recorded_at::text, verification_id, version from customer_verifications.events
        where organization_id = $1 order by sequence`,
      [who.organizationId],
    );
    expect(events.map(({ sequence }) => Number(sequence))).toEqual(events.map((_, index) => index + 1));
    const recorded = events.map(({ recorded_at }) => recorded_at);
    expect(recorded).toEqual([...recorded].sort());
    const last = new Map(events.map(({ verification_id, version }) => [verification_id, version]));
    const found = await app.sql<{ id: string; version: number }>(
      'select id, version from customer_verifications.verifications where organization_id = $1',
      [who.organizationId],
    );
    expect(new Map(found.map(({ id, version }) => [id, version]))).toEqual(last);
  });
});
