import { randomUUID } from 'node:crypto';
import { instant } from '#app/platform/clock.js';
import { FetchHttp } from '#app/platform/http.js';
import { wiredAdapters } from '#app/providers/provider-registry.js';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { digestOf } from '../support/database-dump.js';
import { SandboxVendorDriver } from '../support/sandbox-vendor-driver.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import {
  created,
  manualRequest,
  membersIn,
  override,
  pathOf,
  refusalOf,
  sandboxRequest,
  vatRequest,
  VERIFICATIONS,
} from '../support/verification-requests.js';

const RECORDS = 'customer_verifications.idempotency_records';

describe('a request with an Idempotency-Key', () => {
  const clock = new ScriptedClock();
  const vendor = new SandboxVendorDriver(clock);
  const scripted = new ScriptedAdapter();
  let app: TestApp;
  let tenant: TestTenant;
  let key: string;

  beforeAll(async () => {
    await vendor.run();
    const sandbox = { settings: { base_url: vendor.url }, credentials: { api_key: vendor.apiKey } };
    const adapters = [...wiredAdapters({ clock, http: new FetchHttp() }), scripted];
    app = await startTestApp({
      clock,
      adapters,
      connections: { sandbox },
      options: { waitMs: 3_000, callDeadlineMs: 20_000 },
    });
    tenant = await app.tenant();
  });
  beforeEach(() => {
    key = randomUUID();
  });
  afterAll(async () => {
    await app.close();
    await vendor.close();
  });

  const create = (body: unknown, more: Record<string, string> = {}, who = tenant): Promise<TestAnswer> =>
    app.call(who, 'POST', VERIFICATIONS, { body, headers: { 'idempotency-key': key, ...more } });
  const replayed = ({ headers }: TestAnswer): string | null => headers.get('idempotent-replayed');
  const dataOf = ({ text }: TestAnswer): string => text.replace(/(,"customer_action":.*)?\}$/, '');

  it.each([
    ['decided', vatRequest()],
    ['failed', vatRequest({ input: { vat_number: 'DE143454215' } })],
    ['pending', manualRequest()],
    ['decided by a vendor', sandboxRequest('verified', { valid_days: 3 })],
  ])('gets the same answer again, byte for byte: %s', async (_, body) => {
    const first = await create(body);
    clock.advance(5_000);
    const again = await create(body);
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    for (const name of ['etag', 'location', 'content-type'])
      expect(again.headers.get(name)).toBe(first.headers.get(name));
    expect([replayed(first), replayed(again)]).toEqual([null, 'true']);
  });

  it('gets the answer of then, whatever became of the verification since', async () => {
    const body = vatRequest();
    const first = await create(body);
    await override(app, tenant, first.body.data, {
      status: 'failed',
      reason: 'a "quoted" word, ünïcode \u2028 and \\',
    });
    const again = await create(body);
    expect([again.text, again.headers.get('etag')]).toEqual([first.text, first.headers.get('etag')]);
    expect((await app.call(tenant, 'GET', pathOf(first.body.data))).body.data.status).toBe('failed');
  });

  it('is the same request in another spelling of its JSON and of its key', async () => {
    const { customer_id, ...rest } = vatRequest();
    const first = await create({ customer_id, ...rest });
    const turned = JSON.stringify({ ...rest, customer_id }, null, 2).replace('offline', '\\u006fffline');
    for (const spelling of [key, `"${key}"`]) {
      const again = await create(turned, { 'idempotency-key': spelling });
      expect([spelling, again.status, replayed(again), again.body.data.id]).toEqual([
        ...[spelling, 201, 'true'],
        first.body.data.id,
      ]);
    }
  });

  it.each(['a', '"a b"', '"a\\"b"', 'x'.repeat(255), '0', '#!$%&()*+-./:;<=>?@[]^_`{|}~', '"\\\\"'])(
    'may have the key %s',
    async (form) => {
      const who = await app.tenant();
      const body = manualRequest();
      const [first, again] = [
        await create(body, { 'idempotency-key': form }, who),
        await create(body, { 'idempotency-key': form }, who),
      ];
      expect([first.status, again.body.data?.id, replayed(again)]).toEqual([201, first.body.data.id, 'true']);
    },
  );

  it('is refused where the key belongs to another request', async () => {
    const body = vatRequest();
    const first = await create(body);
    const before = await digestOf(app);
    const others = [
      await create({ ...body, input: { vat_number: 'IE6388047V' } }),
      await create({ ...body, customer_id: randomUUID() }),
      await create(manualRequest()),
      await override(app, tenant, first.body.data, { status: 'failed' }, { 'idempotency-key': key }),
      await app.call(tenant, 'POST', pathOf(first.body.data, '/customer-action'), {
        headers: { 'idempotency-key': key },
      }),
    ];
    expect(others.slice(0, 4).map(refusalOf)).toEqual(others.slice(0, 4).map(() => [422, 'IDEMPOTENCY_KEY_REUSED']));
    // Nothing for the customer to do, key or not: also nothing is stored.
    expect([409, 422]).toContain(others[4]?.status);
    expect(await digestOf(app)).toEqual(before);
  });

  it('is two where it goes to two verifications', async () => {
    const [one, other] = [await created(app, tenant), await created(app, tenant)];
    expect((await override(app, tenant, one, { status: 'failed' }, { 'idempotency-key': key })).status).toBe(200);
    const second = await override(app, tenant, other, { status: 'failed' }, { 'idempotency-key': key });
    expect([second.status, second.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('leaves no record of what came to nothing', async () => {
    const found = await created(app, tenant);
    const header = { 'idempotency-key': key };
    await create({ ...manualRequest(), provider: 'nobody' });
    await create('{');
    await override(app, tenant, found, { status: 'pending' }, header);
    await override(app, tenant, found, { status: 'failed' }, { ...header, 'if-match': '"77"' });
    await override(app, tenant, { id: randomUUID() }, { status: 'failed' }, header);
    await app.call(tenant, 'POST', pathOf(found, '/customer-action'), { headers: header });
    expect(await app.sql(`select key from ${RECORDS} where key = $1`, [key])).toEqual([]);
    expect((await create(manualRequest())).status).toBe(201);
  });

  it('overrides once', async () => {
    const found = await created(app, tenant);
    const headers = { 'idempotency-key': key, 'if-match': '"2"' };
    const body = { status: 'verified', expires_at: '2026-11-22T10:00:00Z' };
    const first = await override(app, tenant, found, body, headers);
    expect([first.status, replayed(first)]).toEqual([200, null]);
    const same = { ...body, expires_at: '2026-11-22T11:00:00.000+01:00' };
    const again = await override(app, tenant, found, same, headers);
    expect([again.status, replayed(again), again.text]).toEqual([200, 'true', first.text]);
    const [{ count } = { count: 0 }] = await app.sql<{ count: number }>(
      'select count(*)::int as count from customer_verifications.events where verification_id = $1',
      [found.id],
    );
    expect(count).toBe(3);
  });

  it('answers an override again even when its end has passed since', async () => {
    const found = await created(app, tenant);
    const soon = { status: 'verified', expires_at: instant(clock.now()).replace(/T09/, 'T23') };
    const first = await override(app, tenant, found, soon, { 'idempotency-key': key });
    expect(first.status).toBe(200);
    clock.advance(24 * 3_600_000);
    const again = await override(app, tenant, found, soon, { 'idempotency-key': key });
    expect([again.status, again.text]).toEqual([200, first.text]);
  });

  it('issues one customer action, and another address at each repetition', async () => {
    const body = sandboxRequest('hosted');
    const first = await create(body);
    const again = await create(body);
    expect([again.status, replayed(again), dataOf(again)]).toEqual([201, 'true', dataOf(first)]);
    expect(again.body.customer_action.url).not.toBe(first.body.customer_action.url);
    const ask = (): Promise<TestAnswer> =>
      app.call(tenant, 'POST', pathOf(first.body.data, '/customer-action'), {
        headers: { 'idempotency-key': `${key}-2` },
      });
    const [issued, repeated] = [await ask(), await ask()];
    expect([issued.status, repeated.status, replayed(repeated), dataOf(repeated)]).toEqual([
      200,
      200,
      'true',
      dataOf(issued),
    ]);
    expect((await fetch(repeated.body.customer_action.url)).status).toBe(200);
    const history = await app.call(tenant, 'GET', pathOf(first.body.data, '/history'));
    const types = membersIn(history, 'type');
    expect(types.filter((type) => type === 'verification.customer_action_issued')).toHaveLength(1);
  });

  it('is answered without an address where the vendor is away, since the answer itself is known', async () => {
    const body = manualRequest({ provider: 'scripted' });
    const starting = scripted.nextStart();
    const answering = create(body);
    const action = { type: 'redirect', url: 'https://vendor.example/secret', expiresAt: null } as const;
    const observedAt = instant(clock.now());
    (await starting).answer({
      outcome: 'pending',
      reason: 'awaiting_customer',
      awaiting: 'customer',
      observedAt,
      customerAction: action,
    });
    const first = await answering;
    expect(first.body.customer_action).toEqual({ type: 'redirect', url: action.url, expires_at: null });
    const again = await create(body);
    expect([again.status, replayed(again), again.body]).toEqual([201, 'true', { data: first.body.data }]);
  });

  it('is under way for others until it is answered', async () => {
    const body = manualRequest({ provider: 'scripted' });
    const starting = scripted.nextStart();
    const answering = create(body);
    const held = await starting;
    const meanwhile = await create(body);
    expect([meanwhile.status, meanwhile.body.code]).toEqual([409, 'IDEMPOTENCY_IN_PROGRESS']);
    expect(Number(meanwhile.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await create({ ...body, customer_id: randomUUID() })).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
    held.answer({ outcome: 'verified', reason: 'identity_verified', observedAt: instant(clock.now()) });
    const first = await answering;
    const again = await create(body);
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect(scripted.starts.filter(({ check }) => check.verificationId === first.body.data.id)).toHaveLength(1);
  });

  it('is taken over once its lease is over, in the state of then, and never started again', async () => {
    const body = manualRequest({ provider: 'scripted' });
    const starting = scripted.nextStart();
    const answering = create(body);
    const held = await starting;
    await app.sql(`update ${RECORDS} set lease_until = clock_timestamp() - interval '1 second' where key = $1`, [key]);
    const before = scripted.starts.length;
    const taken = await create(body);
    expect([taken.status, taken.body.data.id, taken.body.data.status]).toEqual([
      201,
      held.check.verificationId,
      'pending',
    ]);
    expect(replayed(taken)).toBe('true');
    held.answer({ outcome: 'verified', reason: 'identity_verified', observedAt: instant(clock.now()) });
    // The first caller learns what its key is answered with, not what its process alone knows.
    expect((await answering).text).toBe(taken.text);
    const again = await create(body);
    expect([again.text, scripted.starts.length]).toEqual([taken.text, before]);
    expect((await app.call(tenant, 'GET', pathOf(taken.body.data))).body.data.status).toBe('verified');
  });

  it('that did not want to wait is answered 202 again', async () => {
    const body = vatRequest();
    const first = await create(body, { prefer: 'respond-async' });
    const again = await create(body, { prefer: 'respond-async' });
    expect([first.status, first.body.data.status]).toEqual([202, 'pending']);
    expect([again.status, replayed(again), again.text]).toEqual([202, 'true', first.text]);
  });
});
