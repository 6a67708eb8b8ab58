import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import {
  closePlayedProviders,
  connectionsTo,
  playedAdapters,
  type PlayedProvider,
  type PlayedProviders,
  startPlayedProviders,
  VENDOR_SECRETS,
} from '../support/played/played-providers.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import { answering } from '../support/scripted-vendor.js';
import { created, pathOf, shownIn, VERIFICATIONS } from '../support/verification-requests.js';

const NUMBER = '00000006';
const REGISTER = { verification_type: 'business_entity', check_type: 'company_register' };

type Shown = Record<string, unknown>;

describe('two organizations at one vendor, one by its own account and one by the deployment’s', () => {
  const clock = new ScriptedClock('2026-02-01T09:30:00.123456Z');
  const callbackToken = randomBytes(32).toString('base64url');
  let vendors: PlayedProviders;
  let app: TestApp;
  let own: TestTenant;
  let guest: TestTenant;

  const setUp = (provider: PlayedProvider, body: unknown): Promise<TestAnswer> =>
    app.call(own, 'PUT', `/v1/provider-connections/${provider}`, { body });

  beforeAll(async () => {
    vendors = await startPlayedProviders(clock);
    vendors.companies_house.put(NUMBER);
    vendors.hmrc_vat.put('146295999');
    const connections = connectionsTo(vendors, callbackToken);
    app = await startTestApp({ clock, adapters: playedAdapters(clock, vendors), connections, testConnections: {} });
    own = await app.tenant({ livemode: true });
    guest = await app.tenant({ livemode: true });
  });
  afterAll(async () => {
    // The vendors in any case: what is left of them keeps the run from ending.
    await closePlayedProviders(vendors).finally(() => app.close());
  });
  beforeEach(() => {
    clock.advance(10 * 60_000);
  });

  const register = (tenant: TestTenant): Promise<Shown> => {
    const input = { company_number: NUMBER };
    const body = { customer_id: randomUUID(), provider: 'companies_house', ...REGISTER, input };
    return created(app, tenant, body) as Promise<Shown>;
  };
  /** The keys by which the register was asked since then. */
  const keysSince = (before: number): string[] =>
    vendors.companies_house.requests.slice(before).map(({ headers }) => {
      const [, encoded = ''] = (headers['authorization'] ?? '').split(' ');
      return Buffer.from(encoded, 'base64').toString('utf8').replace(/:$/, '');
    });
  const interruptionsOf = async (tenant: TestTenant): Promise<unknown> => {
    const listed = shownIn(await app.call(tenant, 'GET', '/v1/providers'));
    return listed.find(({ provider }) => provider === 'companies_house')?.['interruptions'];
  };

  it('have each its own key sent, at first and again', async () => {
    expect((await setUp('companies_house', { credentials: { api_key: 'own-register-key' } })).status).toBe(201);
    clock.advance(2_000);
    const before = vendors.companies_house.requests.length;
    const [first, second] = [await register(own), await register(guest)];
    expect(keysSince(before)).toEqual(['own-register-key', vendors.companies_house.apiKey]);
    expect([first['status'], first['reason']]).toEqual(['pending', 'provider_auth_failed']);
    expect([second['status'], second['reason']]).toEqual(['verified', 'register_active']);

    const { apiKey } = vendors.companies_house;
    expect((await setUp('companies_house', { credentials: { api_key: apiKey } })).status).toBe(200);
    clock.advance(24 * 3_600_000);
    await app.work();
    const { body } = await app.call(own, 'GET', pathOf(first));
    expect([body.data.status, body.data.reason]).toEqual(['verified', 'register_active']);
  });

  it('have gates of their own: what is throttled for one is open for the other', async () => {
    await setUp('companies_house', { credentials: { api_key: 'own-register-key' } });
    clock.advance(2_000);
    vendors.companies_house.misbehave(answering(429, {}, { 'retry-after': '120' }));
    const first = await register(own);
    expect([first['status'], first['reason']]).toEqual(['pending', 'provider_throttled']);
    const before = vendors.companies_house.requests.length;
    clock.advance(2_000);
    expect((await register(own))['status']).toBe('pending');
    expect(keysSince(before)).toEqual([]);
    expect((await register(guest))['status']).toBe('verified');
    expect(keysSince(before)).toEqual([vendors.companies_house.apiKey]);
    expect(await interruptionsOf(own)).toEqual([expect.objectContaining({ reason: 'provider_throttled' })]);
    expect(await interruptionsOf(guest)).toEqual([]);
  });

  it('have tokens of their own: one with a wrong secret is not let in by the other’s', async () => {
    const { client_id } = vendors.hmrc_vat.credentials;
    await setUp('hmrc_vat', { credentials: { client_id, client_secret: 'own-wrong-secret' } });
    clock.advance(2_000);
    const body = {
      ...{ customer_id: randomUUID(), provider: 'hmrc_vat', verification_type: 'business_entity' },
      input: { vat_number: '146295999' },
    };
    const second = (await created(app, guest, body)) as Shown;
    expect(second['status']).toBe('verified');
    const { lookUps } = vendors.hmrc_vat.counts();
    const first = (await created(app, own, body)) as Shown;
    expect(first).toMatchObject({ status: 'pending', reason: 'provider_unavailable' });
    expect(vendors.hmrc_vat.counts().lookUps).toBe(lookUps);
    const secrets = vendors.hmrc_vat.requests.flatMap(({ form }) => form.getAll('client_secret'));
    expect(secrets).toEqual([vendors.hmrc_vat.credentials.client_secret, 'own-wrong-secret']);
  });

  it('see nothing of each other: checks, histories, evidence, connections', async () => {
    const [first, second] = [await register(own), await register(guest)];
    for (const [who, whose] of [
      [own, second],
      [guest, first],
    ] as const) {
      for (const below of ['', '/history', '/evidence'])
        expect([below, (await app.call(who, 'GET', pathOf(whose, below))).status]).toEqual([below, 404]);
      expect((await app.call(who, 'POST', pathOf(whose, '/recheck'))).status).toBe(404);
      const listed = shownIn(await app.call(who, 'GET', `${VERIFICATIONS}?limit=100`));
      expect(new Set(listed.map(({ organization_id: id }) => id))).toEqual(new Set([who.organizationId]));
    }
    const names = shownIn(await app.call(own, 'GET', '/v1/provider-connections')).map(({ provider }) => provider);
    expect(names).toEqual(['companies_house', 'hmrc_vat']);
    expect((await app.call(guest, 'GET', '/v1/provider-connections')).body).toEqual({ data: [] });
    const sources = async (tenant: TestTenant): Promise<unknown> => {
      const listed = shownIn(await app.call(tenant, 'GET', '/v1/providers'));
      const [found] = listed.filter(({ provider }) => provider === 'companies_house');
      return (found?.['connection'] as Shown)['source'];
    };
    expect([await sources(own), await sources(guest)]).toEqual(['own', 'deployment']);
  });

  it('have callbacks of their own: the deployment’s secret opens nobody else’s address', async () => {
    const { body } = await setUp('middesk', {
      credentials: { api_key: 'mk_live_own' },
      callback_secrets: ['own-callback-secret'],
    });
    const event = JSON.stringify({ object: 'event', id: randomUUID(), type: 'monitor.changed' });
    const send = async (path: string, secret: string): Promise<number> => {
      const signature = createHmac('sha256', secret).update(event).digest('hex');
      const headers = { 'x-middesk-signature-256': signature, 'content-type': 'application/json' };
      return (await app.call(null, 'POST', path, { body: event, headers })).status;
    };
    const [theirs, ours] = [body.data.callback_path as string, `/v1/provider-callbacks/middesk/${callbackToken}`];
    expect([await send(theirs, 'own-callback-secret'), await send(ours, VENDOR_SECRETS.callback)]).toEqual([200, 200]);
    expect([await send(theirs, VENDOR_SECRETS.callback), await send(ours, 'own-callback-secret')]).toEqual([401, 401]);
  });
});
