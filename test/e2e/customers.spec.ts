import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { HttpCustomerDirectory } from '#app/customers/index.js';
import { FetchHttp } from '#app/platform/http.js';
import type { JsonValue } from '#app/platform/json.js';
import type { CheckCapability } from '#app/providers/provider-adapter.js';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { digestOf, dumpOf, foundIn } from '../support/database-dump.js';
import { playCustomers, type PlayedCustomers } from '../support/peers/played-customers.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import { answering, HANGING_ANSWERS, HOSTILE_ANSWERS } from '../support/scripted-vendor.js';
import { faultyFields, pathOf, refusalOf, shownIn, VERIFICATIONS } from '../support/verification-requests.js';

const TOKEN = 'customers-token-canary';
const MINUTE_MS = 60_000;
const UNDERSTOOD = ['410', '200 with an empty object', '200 with wrong types', '200 with everything below __proto__'];
const FORM = z.strictObject({ vat_number: z.string().max(20), legal_name: z.string().max(50).optional() });

/** Asks about a number and, where it is known, a name. */
class SubjectAdapter extends ScriptedAdapter {
  override readonly checks: readonly CheckCapability[] = [
    {
      ...{ verificationType: 'business_entity', checkType: 'subject', proves: 'Nothing.', validityDays: 30 },
      ...{ inputRequired: true, example: null, input: FORM as unknown as CheckCapability['input'] },
      fromCustomer: {
        vat_number: ({ taxIdentifiers }) => taxIdentifiers?.eu_vat,
        legal_name: ({ legalName }) => legalName,
      },
    },
    ...new ScriptedAdapter().checks,
  ];
}

describe('with a directory of customers', () => {
  const clock = new ScriptedClock();
  const adapter = new SubjectAdapter({ fetch: 'rerun' }, 'subjects');
  let customers: PlayedCustomers;
  let app: TestApp;
  let tenant: TestTenant;
  const answers: string[] = [];

  beforeAll(async () => {
    adapter.script = ({ answer }) => {
      answer({ outcome: 'verified', reason: 'vat_registered', observedAt: clock.now() });
    };
    customers = await playCustomers(TOKEN);
    const fields = { legal_name: '/company/name', 'tax_identifiers.eu_vat': '/company/vat' };
    const directory = new HttpCustomerDirectory(
      { url: `${customers.url}/customers/{customer_id}`, token: TOKEN, fields },
      { http: new FetchHttp(), clock },
    );
    app = await startTestApp({ clock, adapters: [adapter], customers: directory });
    tenant = await app.tenant();
  });
  afterAll(async () => {
    await app.close();
    await customers.close();
  });

  const someone = (company: JsonValue, of: TestTenant = tenant): string => {
    const id = randomUUID();
    customers.know(of, id, { company });
    return id;
  };
  const create = async (
    customerId: string,
    change: Readonly<Record<string, unknown>> = {},
    { headers = {}, by = tenant }: { headers?: Record<string, string>; by?: TestTenant } = {},
  ): Promise<TestAnswer> => {
    const body = { customer_id: customerId, provider: 'subjects', verification_type: 'business_entity', ...change };
    const answer = await app.call(by, 'POST', VERIFICATIONS, { body, headers });
    answers.push(answer.text);
    return answer;
  };
  const askedAbout = (): unknown => adapter.asked.at(-1)?.check.input;

  it('a check is asked about what the customer is known by, now and at each recheck', async () => {
    const answer = await create(someone({ name: 'Oberhuber KG', vat: 'ATU12345678' }));
    const filled = { vat_number: 'ATU12345678', legal_name: 'Oberhuber KG' };
    expect([answer.status, askedAbout()]).toEqual([201, filled]);
    const evidence = await app.call(tenant, 'GET', pathOf(answer.body.data, '/evidence'));
    expect(shownIn(evidence).map(({ kind, content }) => [kind, content])).toContainEqual(['input', filled]);
    clock.advance(MINUTE_MS);
    customers.misbehave(answering(500));
    const [asked, requests] = [adapter.asked.length, customers.requests.length];
    expect((await app.call(tenant, 'POST', pathOf(answer.body.data, '/recheck'))).status).toBe(200);
    expect([adapter.asked.length, askedAbout(), customers.requests.length]).toEqual([asked + 1, filled, requests]);
    // What was set up for a request that never came.
    expect((await create(randomUUID())).status).toBe(503);
  });

  it('what the caller gave wins', async () => {
    const id = someone({ name: 'Oberhuber KG', vat: 'ATU12345678' });
    await create(id, { input: { vat_number: 'ATU87654321' } });
    expect(askedAbout()).toEqual({ vat_number: 'ATU87654321', legal_name: 'Oberhuber KG' });
    await create(id, { input: { vat_number: 'ATU87654321', legal_name: 'Another' } });
    expect(askedAbout()).toEqual({ vat_number: 'ATU87654321', legal_name: 'Another' });
  });

  it('what nobody knows is asked for, by the name of the field', async () => {
    const nothing = await create(someone({ name: 'Oberhuber KG' }));
    expect([...refusalOf(nothing), faultyFields(nothing)]).toEqual([422, 'INPUT_REQUIRED', ['input.vat_number']]);
    const little = await create(someone({}), { input: { legal_name: 'Oberhuber KG' } });
    expect([...refusalOf(little), faultyFields(little)]).toEqual([400, 'VALIDATION_ERROR', ['input.vat_number']]);
    const unfit = await create(someone({ name: 'Oberhuber '.repeat(10), vat: 'ATU12345678' }));
    expect([...refusalOf(unfit), faultyFields(unfit)]).toEqual([422, 'INPUT_REQUIRED', ['input.legal_name']]);
  });

  it('a customer whom it does not know is refused after all that the request is refused for, and before its key', async () => {
    const [nobody, key] = [randomUUID(), randomUUID()];
    const headers = { 'idempotency-key': key };
    const asked = customers.requests.length;
    const refused = async (change: Readonly<Record<string, unknown>>): Promise<unknown> =>
      refusalOf(await create(nobody, change, { headers }));
    expect((await create(someone({ vat: 'ATU12345678' }), {}, { headers })).status).toBe(201);
    expect(await refused({ provider: 'none', check_type: 'none' })).toEqual([422, 'UNKNOWN_PROVIDER']);
    expect(await refused({ check_type: 'none' })).toEqual([422, 'CHECK_NOT_SUPPORTED']);
    expect(await refused({ verification_type: 'age' })).toEqual([422, 'INPUT_REQUIRED']);
    expect(await refused({ input: { vat_number: 1 } })).toEqual([400, 'VALIDATION_ERROR']);
    expect(customers.requests.length - asked).toBe(1);
    expect(await refused({})).toEqual([422, 'CUSTOMER_NOT_FOUND']);
    expect(await refused({ input: { vat_number: 'ATU1', legal_name: 'x' } })).toEqual([422, 'CUSTOMER_NOT_FOUND']);
    expect(await refused({ verification_type: 'identity' })).toEqual([422, 'CUSTOMER_NOT_FOUND']);
    const other = await create(someone({ vat: 'ATU12345678' }), {}, { headers });
    expect(refusalOf(other)).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('a customer of another tenant is nobody, though it was just looked up', async () => {
    const id = someone({ vat: 'ATU12345678' });
    expect((await create(id)).status).toBe(201);
    const { organizationId } = tenant;
    for (const by of [await app.tenant(), await app.tenant({ organizationId, livemode: true })])
      expect(refusalOf(await create(id, {}, { by }))).toEqual([422, 'CUSTOMER_NOT_FOUND']);
  });

  it.each([...HOSTILE_ANSWERS.filter(([name]) => !UNDERSTOOD.includes(name)), ...HANGING_ANSWERS.slice(-1)])(
    'nothing is stored while it answers with %s, and the caller may come again',
    async (_, script) => {
      const before = await digestOf(app);
      const id = someone({ vat: 'ATU12345678' });
      const [headers, asked] = [{ 'idempotency-key': randomUUID() }, adapter.asked.length];
      customers.misbehave(script);
      const answer = await create(id, {}, { headers });
      expect([...refusalOf(answer), answer.headers.get('retry-after')]).toEqual([503, 'SERVICE_UNAVAILABLE', '5']);
      expect([await digestOf(app), adapter.asked.length]).toEqual([before, asked]);
      expect((await create(id, {}, { headers })).status).toBe(201);
    },
  );

  it('a request that is repeated needs it no more, whatever it would say now', async () => {
    const [id, headers] = [someone({ vat: 'ATU12345678' }), { 'idempotency-key': randomUUID() }];
    const first = await create(id, {}, { headers });
    clock.advance(MINUTE_MS);
    customers.know(tenant, id, { company: { vat: 'ATU87654321' } });
    const asked = customers.requests.length;
    const again = await create(id, {}, { headers });
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
    expect([again.text, customers.requests.length]).toEqual([first.text, asked]);
    // The key is of what the caller sent, not of what was made of it.
    const filled = await create(id, { input: { vat_number: 'ATU12345678' } }, { headers });
    expect(refusalOf(filled)).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('requests at once with one key begin one verification', async () => {
    const [id, headers] = [someone({ vat: 'ATU12345678' }), { 'idempotency-key': randomUUID() }];
    const asked = adapter.asked.length;
    const codes = (await Promise.all([1, 2, 3].map(() => create(id, {}, { headers })))).map(({ status }) => status);
    expect(codes.filter((status) => status !== 201 && status !== 409)).toEqual([]);
    expect(adapter.asked.length).toBe(asked + 1);
  });

  it('what it tells stands nowhere but in the evidence, and its token nowhere at all', async () => {
    const secrets = ['Oberhuber', 'ATU12345678', 'ATU87654321', TOKEN];
    const urls = customers.requests.map(({ path, query }) => `${path}?${query.toString()}`);
    expect(urls.length).toBeGreaterThan(10);
    const everywhere = [...answers, ...app.logs, ...urls, ...(await dumpOf(app))];
    expect(everywhere.filter((text) => foundIn(text, secrets).length > 0)).toEqual([]);
    expect(app.logs.filter((line) => line.includes('directory_status_401'))).toHaveLength(1);
  });
});
