import { randomUUID } from 'node:crypto';
import { instant } from '#app/platform/clock.js';
import { HttpFault } from '#app/platform/http.js';
import type { CustomerAction } from '#app/providers/observation.js';
import type { Call, Check } from '#app/providers/provider-adapter.js';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { manualRequest, override, pathOf, refusalOf, VERIFICATIONS } from '../support/verification-requests.js';

/** Hands out a new URL for each new idempotency key, as vendors that honour keys do, or fails as it is told. */
class UrlAdapter extends ScriptedAdapter {
  readonly keys: string[] = [];
  fault: Error | null = null;

  override customerAction(_check?: Check, call?: Call): Promise<CustomerAction | null> {
    this.keys.push(call?.idempotencyKey ?? '');
    if (this.fault !== null) return Promise.reject(this.fault);
    const url = `https://vendor.example/${call?.idempotencyKey ?? ''}`;
    return Promise.resolve({ type: 'redirect', url, expiresAt: null });
  }
}

describe('a request for a customer action', () => {
  const adapter = new UrlAdapter();
  let app: TestApp;
  let tenant: TestTenant;
  let pending: TestAnswer['body'];
  let key: string;

  beforeAll(async () => {
    app = await startTestApp({ adapters: [adapter], options: { waitMs: 3_000 } });
    tenant = await app.tenant();
  });
  beforeEach(async () => {
    key = randomUUID();
    adapter.fault = null;
    const starting = adapter.nextStart();
    const creating = app.call(tenant, 'POST', VERIFICATIONS, { body: manualRequest({ provider: 'scripted' }) });
    const observedAt = instant(app.clock.now());
    const waiting = { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer', observedAt } as const;
    (await starting).answer(waiting);
    pending = (await creating).body.data;
    adapter.keys.length = 0;
    app.logs.length = 0;
  });
  afterAll(() => app.close());

  const ask = (headers: Record<string, string> = { 'idempotency-key': key }, of = pending): Promise<TestAnswer> =>
    app.call(tenant, 'POST', pathOf(of, '/customer-action'), { headers });
  const logged = (event: string): Readonly<Record<string, unknown>>[] =>
    app.logs
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
      .filter((line) => line['event'] === event);

  it('gets a fresh URL each time from a vendor that honours keys', async () => {
    const urls = [await ask({}), await ask({}), await ask({})].map(({ body }) => String(body.customer_action.url));
    expect(new Set(urls).size).toBe(3);
    for (const sent of adapter.keys) expect(sent).toMatch(new RegExp(`^${String(pending.id)}:action:[0-9a-f-]{36}$`));
  });

  it('asks the vendor once, and once for each repetition', async () => {
    expect((await ask()).status).toBe(200);
    expect(adapter.keys).toHaveLength(1);
    const again = await ask();
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    expect(adapter.keys).toHaveLength(2);
  });

  it('is answered again once the verification is decided, without a URL and without the vendor', async () => {
    const first = await ask();
    await override(app, tenant, pending, { status: 'verified' });
    const again = await ask();
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    expect(again.body).toEqual({ data: first.body.data });
    expect(adapter.keys).toHaveLength(1);
    expect(refusalOf(await ask({}))).toEqual([409, 'NO_CUSTOMER_ACTION']);
  });

  it('is answered again while the vendor is away', async () => {
    const first = await ask();
    adapter.fault = new HttpFault('network');
    const again = await ask();
    expect([again.status, again.body]).toEqual([200, { data: first.body.data }]);
    expect(refusalOf(await ask({}))).toEqual([503, 'PROVIDER_UNAVAILABLE']);
  });

  it('is refused with the key of another request before anything else is said of the verification', async () => {
    await override(app, tenant, pending, { status: 'failed' }, { 'idempotency-key': key });
    expect(refusalOf(await ask())).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect(refusalOf(await ask(undefined, { id: randomUUID() }))).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect(adapter.keys).toEqual([]);
  });

  it('says to whoever runs the service what is wrong with an adapter, and no value', async () => {
    adapter.fault = new TypeError('Anna Example is not a function');
    expect(refusalOf(await ask({}))).toEqual([503, 'PROVIDER_UNAVAILABLE']);
    const [defect] = logged('adapter_fault');
    expect(defect).toMatchObject({ level: 50, provider: 'scripted', errors: [{ name: 'TypeError' }] });
    expect(JSON.stringify(defect)).toContain('customer-action.spec');
    expect(app.logs.join('')).not.toContain('Anna');
  });

  it('says that a vendor is down', async () => {
    adapter.fault = new HttpFault('network');
    await ask({});
    expect(logged('provider_fault')).toEqual([
      expect.objectContaining({
        level: 40,
        provider: 'scripted',
        reason: 'network_error',
        verification_id: pending.id,
      }),
    ]);
    expect(logged('adapter_fault')).toEqual([]);
  });
});
