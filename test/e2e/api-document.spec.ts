import { randomUUID } from 'node:crypto';
import { SIGNATURE_HEADER, signatureOf } from '#app/providers/sandbox/vendor/callbacks/callback.signing.js';
import { faultsOf, operationIds, operationOf, undocumented } from '../support/documents/api-document.js';
import { startTestApp, type TestAnswer, type TestApp, type TestRequest, type TestTenant } from '../support/app.js';
import { SandboxVendorDriver } from '../support/sandbox-vendor-driver.js';
import { ScriptedClock } from '../support/scripted-clock.js';

const CALLBACK_TOKEN = 'a-token-that-stands-in-an-address-alone';

describe('the API document', () => {
  const clock = new ScriptedClock();
  const vendor = new SandboxVendorDriver(clock);
  let app: TestApp;
  let tenant: TestTenant;
  const answered = new Set<string>();

  beforeAll(async () => {
    await vendor.run();
    const sandbox = { settings: { base_url: vendor.url }, credentials: { api_key: vendor.apiKey } };
    const callbacks = { callbackToken: CALLBACK_TOKEN, callbackSecrets: ['secret'] };
    app = await startTestApp({ clock, connections: { sandbox: { ...sandbox, ...callbacks } } });
    tenant = await app.tenant();
  });
  afterAll(async () => {
    await app.close();
    await vendor.close();
  });

  /** Calls, and collects what the document does not say about the answer. */
  async function faults(
    operationId: string,
    call: string,
    request: TestRequest = {},
    who: { key: string } | null = tenant,
  ) {
    const [method = '', path = ''] = call.split(' ');
    const answer = await app.call(who, method, path, request);
    answered.add(operationId);
    return { status: answer.status, faults: undocumented(operationId, answer), answer };
  }

  async function create(body: object = {}): Promise<TestAnswer> {
    const given = { customer_id: randomUUID(), provider: 'manual', verification_type: 'identity', ...body };
    return app.call(tenant, 'POST', '/v1/verifications', { body: given });
  }

  const CREATE_EXAMPLES = Object.entries(
    operationOf('createVerification').requestBody?.content['application/json']?.examples ?? {},
  );

  it.each(CREATE_EXAMPLES.map(([name, { value }]) => [name, value]))(
    'has an example %s that works',
    async (_, body) => {
      const { status, faults: found } = await faults('createVerification', 'POST /v1/verifications', { body });
      expect([status, found]).toEqual([201, []]);
    },
  );

  it('describes what a create answers where the caller does not wait', async () => {
    const request = {
      body: CREATE_EXAMPLES[0]?.[1].value,
      headers: { prefer: 'respond-async', 'idempotency-key': 'k1' },
    };
    expect(await faults('createVerification', 'POST /v1/verifications', request)).toMatchObject({
      status: 202,
      faults: [],
    });
    const again = await faults('createVerification', 'POST /v1/verifications', request);
    expect([again.status, again.faults, again.answer.headers.get('idempotent-replayed')]).toEqual([202, [], 'true']);
  });

  it('describes reading', async () => {
    const { id } = (await create()).body.data;
    await create();
    const address = `/v1/verifications/${String(id)}`;
    const calls: readonly [operationId: string, call: string, status: number, headers?: Record<string, string>][] = [
      ['getVerification', `GET ${address}`, 200],
      ['getVerification', `GET ${address}`, 304, { 'if-none-match': '"2"' }],
      ['listVerifications', 'GET /v1/verifications?limit=1', 200],
      ['listVerificationHistory', `GET ${address}/history`, 200],
      ['listVerificationHistory', `GET ${address}/history?limit=1`, 200],
      ['listVerificationEvidence', `GET ${address}/evidence`, 200],
      ['listProviders', 'GET /v1/providers', 200],
      ['listProviderConnections', 'GET /v1/provider-connections', 200],
      ['getLiveness', 'GET /health/live', 200],
      ['getReadiness', 'GET /health/ready', 200],
    ];
    for (const [operationId, call, status, headers = {}] of calls) {
      const { answer: _, ...found } = await faults(operationId, call, { headers });
      expect([call, found]).toEqual([call, { status, faults: [] }]);
    }
  });

  it('has examples of overrides that work', async () => {
    const examples = operationOf('overrideVerification').requestBody?.content['application/json']?.examples ?? {};
    const { id } = (await create()).body.data;
    for (const { value: body } of Object.values(examples)) {
      const { answer: _, ...found } = await faults('overrideVerification', `PATCH /v1/verifications/${String(id)}`, {
        body,
      });
      expect(found).toEqual({ status: 200, faults: [] });
    }
  });

  it('has examples of connections that work, each for the provider that it is named after', async () => {
    const { content } = operationOf('putProviderConnection').requestBody ?? {};
    const examples = Object.entries(content?.['application/json']?.examples ?? {});
    expect(examples.length).toBeGreaterThan(1);
    for (const [provider, { value: body }] of examples) {
      const call = `PUT /v1/provider-connections/${provider}`;
      const { answer: _, ...found } = await faults('putProviderConnection', call, { body });
      expect([provider, found]).toEqual([provider, { status: 201, faults: [] }]);
    }
  });

  it("describes what a provider's callback is answered", async () => {
    const call = (token: string): string => `POST /v1/provider-callbacks/sandbox/${token}`;
    const nobodys = await faults('takeProviderCallback', call('nobody'), { body: '{}' }, null);
    expect([nobodys.status, nobodys.faults]).toEqual([404, []]);
    const forged = await faults('takeProviderCallback', call(CALLBACK_TOKEN), { body: '{}' }, null);
    expect([forged.status, forged.faults]).toEqual([401, []]);
    const body = JSON.stringify({ event_id: 'evt_1', type: 'check.created', data: {} });
    const headers = { [SIGNATURE_HEADER]: signatureOf(body, ['secret'], app.clock.now()) };
    const taken = await faults('takeProviderCallback', call(CALLBACK_TOKEN), { body, headers }, null);
    expect([taken.status, taken.faults]).toEqual([200, []]);
  });

  it("describes an organization's connections", async () => {
    const address = '/v1/provider-connections/sandbox';
    const calls: readonly [operationId: string, call: string, status: number, request?: TestRequest][] = [
      ['putProviderConnection', `PUT ${address}`, 201, { body: { credentials: { api_key: vendor.apiKey } } }],
      ['putProviderConnection', `PUT ${address}`, 200, { body: { callback_secrets: ['secret-1'] } }],
      ['putProviderConnection', `PUT ${address}`, 400, { body: { settings: { surprise: 1 } } }],
      ['putProviderConnection', `PUT ${address}`, 412, { body: {}, headers: { 'if-match': '"9"' } }],
      ['getProviderConnection', `GET ${address}`, 200],
      ['testProviderConnection', `POST ${address}/test`, 200],
      ['listProviderConnections', 'GET /v1/provider-connections', 200],
      ['removeProviderConnection', `DELETE ${address}`, 204],
      ['getProviderConnection', `GET ${address}`, 404],
    ];
    for (const [operationId, call, status, request = {}] of calls) {
      const { answer: _, ...found } = await faults(operationId, call, request);
      expect([call, found]).toEqual([call, { status, faults: [] }]);
    }
  });

  it('describes a fresh URL for the customer', async () => {
    const hosted = await create({ provider: 'sandbox', input: { scenario: 'hosted' } });
    const { answer, ...found } = await faults(
      'issueCustomerAction',
      `POST /v1/verifications/${String(hosted.body.data.id)}/customer-action`,
    );
    expect([found, answer.body.customer_action.type]).toEqual([{ status: 200, faults: [] }, 'redirect']);
  });

  it('describes asking the provider again', async () => {
    const offline = { provider: 'offline', verification_type: 'business_entity', input: { vat_number: 'DE143454214' } };
    const { id } = (await create(offline)).body.data;
    const { answer: _, ...found } = await faults('recheckVerification', `POST /v1/verifications/${String(id)}/recheck`);
    expect(found).toEqual({ status: 200, faults: [] });
  });

  it('describes refusals', async () => {
    const { id } = (await create()).body.data;
    const [list, one, nobody] = [
      '/v1/verifications',
      `/v1/verifications/${String(id)}`,
      `/v1/verifications/${randomUUID()}`,
    ];
    const body = { customer_id: randomUUID(), provider: 'manual', verification_type: 'identity' };
    const nowhere = { ...body, provider: 'nobody' };
    const calls: readonly [operationId: string, call: string, status: number, request?: TestRequest][] = [
      ['listVerifications', `GET ${list}?limit=0`, 400],
      ['listVerifications', `GET ${list}?cursor=abc`, 400],
      ['createVerification', `POST ${list}`, 400, { body: { ...body, customer: 1 } }],
      ['createVerification', `POST ${list}`, 400, { body: '{', headers: { 'content-type': 'application/json' } }],
      ['createVerification', `POST ${list}`, 413, { body: { ...body, input: { note: 'x'.repeat(70_000) } } }],
      ['createVerification', `POST ${list}`, 415, { body: 'a', headers: { 'content-type': 'text/plain' } }],
      ['createVerification', `POST ${list}`, 422, { body: nowhere }],
      ['getVerification', `GET ${nobody}`, 404],
      ['getVerification', 'GET /v1/verifications/1', 400],
      ['overrideVerification', `PATCH ${one}`, 409, { body: { status: 'pending' } }],
      ['overrideVerification', `PATCH ${one}`, 412, { body: { status: 'failed' }, headers: { 'if-match': '"99"' } }],
      ['overrideVerification', `PATCH ${nobody}`, 404, { body: { status: 'failed' } }],
      ['issueCustomerAction', `POST ${one}/customer-action`, 409],
      ['listVerificationHistory', `GET ${nobody}/history`, 404],
      ['listVerificationEvidence', `GET ${nobody}/evidence`, 404],
    ];
    for (const [operationId, call, status, request] of calls) {
      const { answer: _, ...found } = await faults(operationId, call, request);
      expect([call, found]).toEqual([call, { status, faults: [] }]);
    }
  });

  it('describes a key that is missing and one that may do nothing, for every operation that needs one', async () => {
    const powerless = await app.tenant({ scopes: [] });
    const id = randomUUID();
    const calls = [
      ['listVerifications', 'GET /v1/verifications'],
      ['createVerification', 'POST /v1/verifications'],
      ['getVerification', `GET /v1/verifications/${id}`],
      ['overrideVerification', `PATCH /v1/verifications/${id}`],
      ['recheckVerification', `POST /v1/verifications/${id}/recheck`],
      ['issueCustomerAction', `POST /v1/verifications/${id}/customer-action`],
      ['listVerificationHistory', `GET /v1/verifications/${id}/history`],
      ['listVerificationEvidence', `GET /v1/verifications/${id}/evidence`],
      ['listProviders', 'GET /v1/providers'],
    ] as const;
    for (const [operationId, call] of calls) {
      const missing = await faults(operationId, call, {}, null);
      const weak = await faults(operationId, call, {}, powerless);
      expect([call, missing.status, missing.faults, weak.status, weak.faults]).toEqual([call, 401, [], 403, []]);
    }
  });

  it('describes requests that are answered: all operations were asked', () => {
    expect([...answered].sort()).toEqual(operationIds().sort());
  });

  it('would be found at fault about an answer that it does not describe', async () => {
    const answer = await create();
    const changed = { ...answer, body: { data: { ...answer.body.data, surplus: 1, status: 'new' } } };
    expect(undocumented('createVerification', changed)).toHaveLength(2);
    expect(undocumented('createVerification', { ...answer, status: 418 })).toEqual(['createVerification answers 418']);
    expect(
      faultsOf({ $ref: '#/components/schemas/OverrideVerification' }, { status: 'failed', why: 'x' }),
    ).toHaveLength(1);
  });
});
