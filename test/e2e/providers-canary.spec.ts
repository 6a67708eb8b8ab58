import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { dumpOf, foundIn } from '../support/database-dump.js';
import { CANARY_CHECKS, NOWHERE, ODD_ANSWERS, OWNERS, SUBJECTS } from '../support/played/canary-answers.js';
import {
  closePlayedProviders,
  connectionsTo,
  playedAdapters,
  type PlayedProvider,
  type PlayedProviders,
  renewLists,
  startPlayedProviders,
  VENDOR_SECRETS,
} from '../support/played/played-providers.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import { pathOf, shownIn, VERIFICATIONS } from '../support/verification-requests.js';

const HOUR = 3_600_000;
const CONNECTIONS = '/v1/provider-connections';
const OWN_KEY = 'canary-own-key-61d0';
const OWN_SECRET = 'canary-own-secret-c4';

describe('what vendors are told and tell of people', () => {
  const clock = new ScriptedClock('2026-02-01T09:30:00.123456Z');
  const callbackToken = randomBytes(32).toString('base64url');
  /** Bodies and headers of whatever was answered to those without the scope for evidence. */
  const answers: string[] = [];
  const evidence = new Map<PlayedProvider, string>();
  let secrets: string[];
  let vendors: PlayedProviders;
  let app: TestApp;
  let tenant: TestTenant;

  const ask = async (method: string, path: string, body?: unknown, headers = {}): Promise<TestAnswer> => {
    const answer = await app.call(tenant, method, path, { ...(body !== undefined && { body }), headers });
    answers.push([answer.text, ...[...answer.headers].flat()].join('\n'));
    return answer;
  };
  const lookAt = async (id: string): Promise<void> => {
    for (const below of ['', '/history?limit=100']) await ask('GET', pathOf({ id }, below));
  };
  const create = async (provider: PlayedProvider): Promise<string> => {
    const { verification_type, check_type, input } = CANARY_CHECKS[provider];
    const body = { customer_id: randomUUID(), provider, verification_type, check_type, input };
    const answer = await ask('POST', VERIFICATIONS, body, { 'idempotency-key': randomUUID() });
    expect(answer.status).toBe(201);
    return answer.body.data.id as string;
  };
  const later = async (): Promise<void> => {
    clock.advance(2 * HOUR);
    renewLists(vendors, clock);
    await app.work();
  };
  /** A vendor that has answered oddly is asked all the same. */
  const openGates = async (): Promise<void> => {
    await app.sql('delete from customer_verifications.provider_gates');
    clock.advance(5_000);
  };
  const callBack = async (body: string, secret: string): Promise<number> => {
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    const headers = { 'x-middesk-signature-256': signature, 'content-type': 'application/json' };
    return (await ask('POST', `/v1/provider-callbacks/middesk/${callbackToken}`, body, headers)).status;
  };

  beforeAll(async () => {
    vendors = await startPlayedProviders(clock);
    for (const one of Object.values(CANARY_CHECKS)) one.arrange(vendors);
    const connections = connectionsTo(vendors, callbackToken);
    app = await startTestApp({ clock, adapters: playedAdapters(clock, vendors), connections, testConnections: {} });
    tenant = await app.tenant({ livemode: true });
    const { client_id, client_secret } = vendors.hmrc_vat.credentials;
    const { credentials } = vendors.trulioo;
    const apart = [client_id, client_secret, vendors.companies_house.apiKey, ...Object.values(credentials)];
    const held = [...Object.values(VENDOR_SECRETS), ...apart];
    secrets = [...SUBJECTS, ...OWNERS, ...NOWHERE, ...held, 'canary-token-', OWN_KEY, OWN_SECRET];
  });
  afterAll(async () => {
    // The vendors in any case: what is left of them keeps the run from ending.
    await closePlayedProviders(vendors).finally(() => app.close());
  });

  it.each(Object.keys(CANARY_CHECKS) as PlayedProvider[])(
    'of %s is there for those who may read the evidence: question and answer',
    async (provider) => {
      const { told } = CANARY_CHECKS[provider];
      const id = await create(provider);
      await ask('POST', pathOf({ id }, '/recheck'));
      await later();
      await lookAt(id);
      const { text } = await app.call(tenant, 'GET', pathOf({ id }, '/evidence'));
      evidence.set(provider, text);
      expect([provider, foundIn(text, told)]).toEqual([provider, told]);
    },
  );

  it.each(Object.keys(CANARY_CHECKS) as PlayedProvider[])(
    'of %s is on odd answers too, which decide nothing of people',
    async (provider) => {
      for (const odd of ODD_ANSWERS) {
        await openGates();
        const before = vendors[provider].requests.length;
        vendors[provider].misbehave(odd);
        const id = await create(provider);
        expect(vendors[provider].requests.length).toBeGreaterThan(before);
        await openGates();
        vendors[provider].misbehave(odd);
        await ask('POST', pathOf({ id }, '/recheck'));
        await ask('POST', `${CONNECTIONS}/${provider}/test`);
        await lookAt(id);
      }
      await later();
    },
    60_000,
  );

  it('comes with callbacks: genuine, forged, and of no form', async () => {
    await openGates();
    const id = await create('middesk');
    const { body } = await app.call(tenant, 'GET', pathOf({ id }));
    const object = { id: body.data.provider_reference as string, external_id: id, name: OWNERS[0], people: SUBJECTS };
    const event = { object: 'event', id: NOWHERE[1], type: 'business.updated', data: { object } };
    const text = JSON.stringify(event);
    expect(await callBack(text, VENDOR_SECRETS.callback)).toBe(200);
    expect(await callBack(text, OWN_SECRET)).toBe(401);
    const unknown = JSON.stringify({ ...event, object: SUBJECTS[0], data: { object: SUBJECTS } });
    expect(await callBack(unknown, VENDOR_SECRETS.callback)).toBe(400);
    expect(await callBack(text.slice(0, -9), VENDOR_SECRETS.callback)).toBe(400);
    await later();
    await lookAt(id);
  });

  it('may be credentials of the organization, right and wrong', async () => {
    for (const [provider, name] of [
      ['companies_house', 'api_key'],
      ['opensanctions', 'api_key'],
      ['hmrc_vat', 'client_secret'],
      ['sirene', 'api_key'],
      ['middesk', 'api_key'],
      ['complyadvantage', 'api_key'],
    ] as const) {
      const path = `${CONNECTIONS}/${provider}`;
      const more = provider === 'hmrc_vat' ? { client_id: OWN_KEY } : {};
      const key = provider === 'middesk' ? `mk_live_${OWN_KEY}` : OWN_KEY;
      const callback = provider === 'middesk' ? { callback_secrets: [OWN_SECRET] } : {};
      const made = await ask('PUT', path, { credentials: { [name]: key, ...more }, ...callback });
      expect([provider, made.status]).toEqual([provider, 201]);
      expect((await ask('POST', `${path}/test`)).body.data).toMatchObject({ works: false });
      await ask('PUT', path, { credentials: { [name]: `${OWN_KEY}\n`, [`${OWN_KEY} `]: OWN_KEY } });
      await ask('PUT', path, { settings: { base_url: `http://${OWN_KEY}` } });
      clock.advance(2_000);
      await lookAt(await create(provider));
      await ask('GET', path);
      expect((await ask('DELETE', path)).status).toBe(204);
    }
    await ask('GET', CONNECTIONS);
    await ask('GET', '/v1/providers');
  });

  it('was really told: vendors were asked with it, and answers hold every status', async () => {
    const asked = Object.values(vendors).flatMap(({ requests }: PlayedProviders[PlayedProvider]) => requests);
    const sent = asked.map(({ path, query, headers, body }) => [path, query, JSON.stringify(headers), body].join(' '));
    expect(foundIn(decodeURIComponent(sent.join('\n')), [...SUBJECTS, OWN_KEY])).toEqual([...SUBJECTS, OWN_KEY]);
    expect(foundIn([...evidence.values()].join('\n'), OWNERS)).toEqual(OWNERS);
    const list = shownIn(await ask('GET', `${VERIFICATIONS}?limit=100`));
    const statuses = new Set(list.map(({ status }) => status));
    expect([...statuses].sort()).toEqual(['pending', 'verified']);
    expect(app.logs.length).toBeGreaterThan(100);
    expect(answers.length).toBeGreaterThan(200);
  });

  it('stands in no answer but the evidence', () => {
    expect(answers.flatMap((answer) => foundIn(answer, secrets))).toEqual([]);
  });

  it('stands in no log', () => {
    expect(app.logs.filter((line) => foundIn(line, [...secrets, callbackToken]).length > 0)).toEqual([]);
  });

  it('stands in no column of the database', async () => {
    const lines = await dumpOf(app);
    expect(lines.length).toBeGreaterThan(100);
    const found = lines.flatMap((line) => foundIn(line, [...secrets, callbackToken]).map((one) => [one, line]));
    expect(found).toEqual([]);
  });
});
