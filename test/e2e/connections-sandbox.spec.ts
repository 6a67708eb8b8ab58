import { randomUUID } from 'node:crypto';
import { FetchHttp, type HttpAnswer, type HttpRequest } from '#app/platform/http.js';
import { ViesAdapter } from '#app/providers/vies/index.js';
import { startViesVendor, type ViesVendor } from '../vendors/vies/vies.vendor.js';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import { VERIFICATIONS } from '../support/verification-requests.js';

const CONNECTION = '/v1/provider-connections/vies';
const REGISTERED = 'PL7740001454';
/** What the test service says yes to; no register has such a number. */
const PLAYED = 'PL100';

/** The vendor's own address leads to the played one: without any connection there is no other to give. */
class Rerouted extends FetchHttp {
  constructor(private readonly origin: string) {
    super();
  }

  override send(request: HttpRequest): Promise<HttpAnswer> {
    return super.send({ ...request, url: request.url.replace('https://ec.europa.eu', this.origin) });
  }
}

describe("a vendor's sandbox", () => {
  const clock = new ScriptedClock();
  let vendor: ViesVendor;
  let app: TestApp;
  let live: TestTenant;
  let test: TestTenant;

  beforeAll(async () => {
    vendor = await startViesVendor();
    vendor.put(REGISTERED);
    const adapter = new ViesAdapter({ clock, http: new Rerouted(new URL(vendor.url).origin) });
    app = await startTestApp({ clock, adapters: [adapter] });
  });
  afterAll(async () => {
    await app.close();
    await vendor.close();
  });
  beforeEach(async () => {
    live = await app.tenant({ livemode: true });
    test = await app.tenant({ organizationId: live.organizationId });
    clock.advance(2_000);
  });

  const put = (tenant: TestTenant, settings: object): Promise<TestAnswer> =>
    app.call(tenant, 'PUT', CONNECTION, { body: { settings } });
  const check = async (tenant: TestTenant, number: string): Promise<unknown[]> => {
    clock.advance(2_000);
    const asked = vendor.requests.length;
    const body = {
      customer_id: randomUUID(),
      provider: 'vies',
      verification_type: 'business_entity',
      input: { vat_number: number },
    };
    const answer = await app.call(tenant, 'POST', VERIFICATIONS, { body });
    const { status, reason } = answer.body.data as Record<string, unknown>;
    return [status, reason, ...vendor.requests.slice(asked).map(({ path }) => path.split('/').at(-1))];
  };
  const PASSED_BY_SANDBOX = ['verified', 'vat_registered', 'check-vat-test-service'];
  const PASSED_BY_REGISTER = ['verified', 'vat_registered', 'check-vat-number'];

  it('answers a test key that nobody has set anything up for, and never a live one', async () => {
    expect(await check(test, PLAYED)).toEqual(PASSED_BY_SANDBOX);
    expect(await check(live, REGISTERED)).toEqual(PASSED_BY_REGISTER);
    // What passes in the sandbox is no number at all to the register.
    expect(await check(live, PLAYED)).toEqual(['failed', 'identifier_format_invalid']);
  });

  it('is refused to a live key, and nothing is set up', async () => {
    const answer = await put(live, { environment: 'sandbox' });
    expect([answer.status, answer.body.fields]).toEqual([
      400,
      [{ field: 'settings.environment', code: 'UNKNOWN_VALUE', message: 'must be live for live keys.' }],
    ]);
    expect((await app.call(live, 'GET', CONNECTION)).status).toBe(404);
    expect(await check(live, REGISTERED)).toEqual(PASSED_BY_REGISTER);
    expect((await put(live, { environment: 'live' })).status).toBe(201);
    expect(await check(live, REGISTERED)).toEqual(PASSED_BY_REGISTER);
  });

  it('answers a test key whose connection does not say otherwise', async () => {
    await put(test, { mismatch: 'review' });
    expect(await check(test, PLAYED)).toEqual(PASSED_BY_SANDBOX);
    await put(test, { environment: 'live' });
    expect(await check(test, REGISTERED)).toEqual(PASSED_BY_REGISTER);
    await put(test, { environment: 'sandbox' });
    expect(await check(test, PLAYED)).toEqual(PASSED_BY_SANDBOX);
  });

  it('passes no live check, not even by a connection that was set up before that was refused', async () => {
    await put(live, { environment: 'live' });
    await app.sql(
      `update customer_verifications.provider_connections set settings = '{"environment": "sandbox"}'
        where organization_id = $1 and livemode`,
      [live.organizationId],
    );
    expect(await check(live, PLAYED)).toEqual(['failed', 'identifier_format_invalid']);
    expect(await check(live, REGISTERED)).toEqual(PASSED_BY_REGISTER);
  });

  it('is no connection of the deployment for live keys', async () => {
    const sandbox = { vies: { settings: { environment: 'sandbox' }, credentials: {} } };
    const adapters = [new ViesAdapter({ clock, http: new FetchHttp() })];
    await expect(startTestApp({ clock, adapters, connections: sandbox, database: app.database })).rejects.toThrow(
      'options.connections: vies.settings.environment must be live',
    );
  });
});
