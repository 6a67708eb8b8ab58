import { FetchHttp } from '#app/platform/http.js';
import { wiredAdapters } from '#app/providers/provider-registry.js';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { dumpOf, foundIn } from '../support/database-dump.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { SandboxVendorDriver } from '../support/sandbox-vendor-driver.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import { refusalOf, sandboxRequest, VERIFICATIONS } from '../support/verification-requests.js';

const CONNECTIONS = '/v1/provider-connections';
const SANDBOX = `${CONNECTIONS}/sandbox`;

describe("an organization's own connection", () => {
  const clock = new ScriptedClock();
  const vendor = new SandboxVendorDriver(clock);
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    await vendor.run();
    const sandbox = { settings: { base_url: vendor.url }, credentials: { api_key: vendor.apiKey } };
    const adapters = [...wiredAdapters({ clock, http: new FetchHttp() }), new ScriptedAdapter()];
    app = await startTestApp({ clock, adapters, connections: { sandbox } });
  });
  afterAll(async () => {
    await app.close();
    await vendor.close();
  });
  beforeEach(async () => {
    tenant = await app.tenant();
  });

  const put = (body: unknown, headers = {}, path = SANDBOX): Promise<TestAnswer> =>
    app.call(tenant, 'PUT', path, { body, headers });
  const credentials = { api_key: 'canary-own-key' };

  it('is set up, read, listed, changed and removed', async () => {
    const made = await put({ credentials, callback_secrets: ['canary-secret'] });
    expect(made.status).toBe(201);
    const tag = made.headers.get('etag') ?? '';
    expect(tag).toMatch(/^"1-\d{20}"$/);
    const { data } = made.body;
    expect(data).toEqual({
      provider: 'sandbox',
      settings: {},
      credentials: ['api_key'],
      callback_path: expect.stringMatching(/^\/v1\/provider-callbacks\/sandbox\/[\w-]{43}$/) as string,
      callback_secrets: 1,
      created_at: clock.now(),
      updated_at: clock.now(),
      updated_by: expect.stringMatching(/^key:/) as string,
    });
    expect((await app.call(tenant, 'GET', SANDBOX)).body).toEqual({ data });
    expect((await app.call(tenant, 'GET', CONNECTIONS)).body).toEqual({ data: [data] });

    const changed = await put({ callback_secrets: ['secret-number-1', 'secret-number-2'] });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).toBe(tag.replace('"1', '"2'));
    expect(changed.body.data).toMatchObject({
      credentials: ['api_key'],
      callback_secrets: 2,
      callback_path: data.callback_path as string,
    });

    expect((await app.call(tenant, 'DELETE', SANDBOX)).status).toBe(204);
    expect((await app.call(tenant, 'GET', SANDBOX)).status).toBe(404);
    expect((await app.call(tenant, 'DELETE', SANDBOX)).status).toBe(404);
  });

  it('gives its callbacks a new address where that is wanted, and takes none by the old one', async () => {
    const secret = 'canary-secret';
    const old = (await put({ credentials, callback_secrets: [secret] })).body.data.callback_path as string;
    const fresh = (await put({ rotate_callback_token: true })).body.data.callback_path as string;
    expect(fresh).not.toBe(old);
    // 401: the address is known, and the signature does not hold.
    expect((await app.call(null, 'POST', fresh, { body: '{}' })).status).toBe(401);
    expect((await app.call(null, 'POST', old, { body: '{}' })).status).toBe(404);
  });

  it('counts for its checks instead of the deployment’s, a second later', async () => {
    const create = (): Promise<TestAnswer> =>
      app.call(tenant, 'POST', VERIFICATIONS, { body: sandboxRequest('verified') });
    expect((await create()).body.data.status).toBe('verified');
    await put({ credentials });
    clock.advance(1_001);
    expect((await create()).body.data).toMatchObject({ status: 'pending', reason: 'provider_auth_failed' });
    await put({ credentials: { api_key: vendor.apiKey } });
    clock.advance(1_001);
    expect((await create()).body.data.status).toBe('verified');
  });

  it('is nobody else’s', async () => {
    await put({ credentials });
    const other = await app.tenant();
    const live = await app.tenant({ organizationId: tenant.organizationId, livemode: true });
    for (const stranger of [other, live]) {
      expect((await app.call(stranger, 'GET', SANDBOX)).status).toBe(404);
      expect((await app.call(stranger, 'DELETE', SANDBOX)).status).toBe(404);
      expect((await app.call(stranger, 'GET', CONNECTIONS)).body).toEqual({ data: [] });
    }
    expect((await app.call(tenant, 'GET', SANDBOX)).status).toBe(200);
  });

  it('needs its scopes', async () => {
    const { organizationId } = tenant;
    const reader = await app.tenant({ organizationId, scopes: ['connections:read'] });
    const none = await app.tenant({ organizationId, scopes: ['verifications:write'] });
    for (const [who, method, path] of [
      [none, 'GET', CONNECTIONS],
      [none, 'GET', SANDBOX],
      [reader, 'PUT', SANDBOX],
      [reader, 'DELETE', SANDBOX],
      [reader, 'POST', `${SANDBOX}/test`],
    ] as const) {
      const answer = await app.call(who, method, path, method === 'PUT' ? { body: { credentials } } : {});
      expect([method, answer.status]).toEqual([method, 403]);
    }
    expect((await app.call(reader, 'GET', CONNECTIONS)).status).toBe(200);
  });

  it.each<[string, unknown, readonly [field: string, code: string][]]>([
    ['nothing', {}, [['credentials.api_key', 'REQUIRED']]],
    ['an unknown member', { credentials, surprise: 1 }, [['surprise', 'UNKNOWN_FIELD']]],
    ['an unknown credential', { credentials: { ...credentials, more: 'x' } }, [['credentials.more', 'UNKNOWN_FIELD']]],
    ['an empty credential', { credentials: { api_key: '' } }, [['credentials.api_key', 'OUT_OF_RANGE']]],
    ['a credential that is no text', { credentials: { api_key: 7 } }, [['credentials.api_key', 'INVALID_TYPE']]],
    [
      'a credential that no header holds',
      { credentials: { api_key: 'a\u{1F600}b' } },
      [['credentials.api_key', 'INVALID_FORMAT']],
    ],
    ['a credential of two lines', { credentials: { api_key: 'a\nb' } }, [['credentials.api_key', 'INVALID_FORMAT']]],
    ['an unknown setting', { credentials, settings: { surprise: 1 } }, [['settings.surprise', 'UNKNOWN_FIELD']]],
    [
      'a setting that the deployment decides',
      { credentials, settings: { base_url: 'http://169.254.169.254' } },
      [['settings.base_url', 'UNKNOWN_FIELD']],
    ],
    ['no secret at all', { credentials, callback_secrets: [] }, [['callback_secrets', 'OUT_OF_RANGE']]],
    ['an empty secret', { credentials, callback_secrets: [''] }, [['callback_secrets', 'OUT_OF_RANGE']]],
    ['credentials that are a list', { credentials: ['x'] }, [['credentials', 'INVALID_TYPE']]],
    ['settings that are null', { credentials, settings: null }, [['settings', 'INVALID_TYPE']]],
    ['credentials that are null', { credentials: null }, [['credentials', 'INVALID_TYPE']]],
    ['secrets that are null', { credentials, callback_secrets: null }, [['callback_secrets', 'INVALID_TYPE']]],
    ['secrets that are text', { credentials, callback_secrets: 'x' }, [['callback_secrets', 'INVALID_TYPE']]],
    ['a secret that is no text', { credentials, callback_secrets: [12345678] }, [['callback_secrets', 'INVALID_TYPE']]],
    [
      'no word about its address',
      { credentials, rotate_callback_token: null },
      [['rotate_callback_token', 'INVALID_TYPE']],
    ],
  ])('is refused with %s, and nothing changes', async (_name, body, faults) => {
    const answer = await put(body);
    expect(answer.status).toBe(400);
    const fields = answer.body.fields as { field: string; code: string }[];
    expect(fields.map(({ field, code }) => [field, code])).toEqual(faults);
    expect((await app.call(tenant, 'GET', SANDBOX)).status).toBe(404);
  });

  it.each(['offline', 'unknown', 'Bad%20name', '..'])('of %s there is none to set up', async (provider) => {
    expect((await put({ credentials }, {}, `${CONNECTIONS}/${provider}`)).status).toBe(404);
  });

  it('is changed only as it was read where that is wanted', async () => {
    const tagOf = ({ headers }: TestAnswer): string => headers.get('etag') ?? 'none';
    const remove = (tag: string): Promise<TestAnswer> =>
      app.call(tenant, 'DELETE', SANDBOX, { headers: { 'if-match': tag } });
    expect((await put({ credentials }, { 'if-match': '"1"' })).status).toBe(412);
    const first = tagOf(await put({ credentials }));
    const second = tagOf(await put({ settings: {} }, { 'if-match': first }));
    expect(second).not.toBe(first);
    expect((await put({ settings: {} }, { 'if-match': first })).status).toBe(412);
    expect((await remove(first)).status).toBe(412);
    expect((await remove(second)).status).toBe(204);
    // Forgotten and set up anew it is another one, at its first version again.
    clock.advance(1);
    expect(tagOf(await put({ credentials }))).toMatch(/^"1-/);
    expect((await put({ settings: {} }, { 'if-match': first })).status).toBe(412);
  });

  it('is set up only where there is none yet, if that is wanted', async () => {
    const tagOf = ({ headers }: TestAnswer): string => headers.get('etag') ?? 'none';
    const anew = { 'if-none-match': '*' };
    const answers = await Promise.all([1, 2, 3].map(() => put({ credentials }, anew)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 412, 412]);
    const [tag = 'none'] = answers.filter(({ status }) => status === 201).map(tagOf);
    expect(refusalOf(await put({ credentials }, anew))).toEqual([412, 'VERSION_CONFLICT']);
    expect((await put({ credentials }, { 'if-none-match': `"1", W/${tag}` })).status).toBe(412);
    expect((await put({ credentials }, { ...anew, 'if-match': tag })).status).toBe(412);
    const malformed = await put({ credentials }, { 'if-none-match': '1' });
    expect([malformed.status, malformed.body.fields?.[0].field]).toEqual([400, 'if-none-match']);
    expect((await app.call(tenant, 'DELETE', SANDBOX, { headers: anew })).status).toBe(412);
    expect(tagOf(await app.call(tenant, 'GET', SANDBOX))).toBe(tag);
    expect((await put({ settings: {} }, { 'if-none-match': '"1"' })).status).toBe(200);
  });

  it('is one connection where two people set it up at once, and the answers agree with it', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => put({ credentials: { api_key: `key-${String(index)}` } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 201]);
    expect(new Set(answers.map(({ body }) => body.data.callback_path as string)).size).toBe(1);
    const versions = answers.map(({ headers }) => headers.get('etag')?.slice(0, 3)).sort();
    expect(versions).toEqual(['"1-', '"2-', '"3-', '"4-', '"5-', '"6-', '"7-', '"8-']);
  });

  it('tells nobody its secrets: neither answers, logs nor a dump of the database', async () => {
    const answers = [await put({ credentials, callback_secrets: ['canary-secret'] })];
    const token = (answers[0]?.body.data.callback_path as string).split('/').at(-1) ?? '';
    answers.push(await app.call(tenant, 'GET', SANDBOX), await put({ credentials: { api_key: 'canary-\u0000' } }));
    const said = answers.map(({ text }) => text).join() + app.logs.join();
    for (const secret of ['canary-own-key', 'canary-secret', 'canary-\u0000']) expect(said).not.toContain(secret);
    expect(app.logs.join()).not.toContain(token);
    const dump = await dumpOf(app);
    expect(foundIn(dump.join('\n'), ['canary-own-key', 'canary-secret', token])).toEqual([]);
  });

  describe('is tried', () => {
    const test = (): Promise<TestAnswer> => app.call(tenant, 'POST', `${SANDBOX}/test`);

    it('as it is now, with what comes of it, and no check begun', async () => {
      const started = vendor.started().length;
      expect((await test()).body).toEqual({ data: { works: true, reason: null, tested_at: clock.now() } });
      await put({ credentials });
      expect((await test()).body.data).toMatchObject({ works: false, reason: 'provider_auth_failed' });
      await put({ credentials: { api_key: vendor.apiKey } });
      expect((await test()).body.data).toMatchObject({ works: true, reason: null });
      expect(vendor.started()).toHaveLength(started);
    });

    it('not at a provider that has no harmless question', async () => {
      const answer = await app.call(tenant, 'POST', `${CONNECTIONS}/scripted/test`);
      expect(refusalOf(answer)).toEqual([422, 'CHECK_NOT_SUPPORTED']);
    });

    it('not where there is nobody to ask', async () => {
      expect((await app.call(tenant, 'POST', `${CONNECTIONS}/offline/test`)).status).toBe(404);
    });
  });

  it('shows in the list of providers, with its form', async () => {
    const shown = async (): Promise<Record<string, unknown>> => {
      const { body } = await app.call(tenant, 'GET', '/v1/providers');
      return (body.data as Record<string, unknown>[]).find(({ provider }) => provider === 'sandbox') ?? {};
    };
    expect(await shown()).toMatchObject({
      connection: {
        source: 'deployment',
        credentials: ['api_key'],
        optional_credentials: [],
        deployment_settings: ['base_url'],
        settings_schema: { type: 'object', additionalProperties: false, required: ['base_url'] },
      },
      interruptions: [],
    });
    await put({ credentials });
    expect(await shown()).toMatchObject({ connection: { source: 'own' } });
  });
});
