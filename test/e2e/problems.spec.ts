import { randomUUID } from 'node:crypto';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { wiredAdapters } from '#app/providers/provider-registry.js';
import { FetchHttp } from '#app/platform/http.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import { created, manualRequest, override, pathOf, VERIFICATIONS } from '../support/verification-requests.js';

const MEMBERS = ['code', 'detail', 'instance', 'request_id', 'status', 'title', 'type'];

describe('a problem document', () => {
  let app: TestApp;
  let tenant: TestTenant;
  let stranger: TestTenant;

  beforeAll(async () => {
    const clock = new ScriptedClock();
    const adapters = [...wiredAdapters({ clock, http: new FetchHttp() }), new ScriptedAdapter()];
    app = await startTestApp({ clock, adapters });
    tenant = await app.tenant();
    stranger = await app.tenant();
  });
  afterAll(() => app.close());

  const problems: readonly (readonly [string, () => Promise<TestAnswer>, number, string, readonly string[]])[] = [
    [
      'a fault in the input',
      () => app.call(tenant, 'POST', VERIFICATIONS, { body: {} }),
      400,
      'VALIDATION_ERROR',
      ['fields'],
    ],
    ['no JSON', () => app.call(tenant, 'POST', VERIFICATIONS, { body: '{' }), 400, 'MALFORMED_JSON', []],
    ['a bad cursor', () => app.call(tenant, 'GET', `${VERIFICATIONS}?cursor=abc`), 400, 'INVALID_CURSOR', []],
    ['no key', () => app.call(null, 'GET', VERIFICATIONS), 401, 'UNAUTHORIZED', []],
    ['an unknown id', () => app.call(tenant, 'GET', `${VERIFICATIONS}/${randomUUID()}`), 404, 'NOT_FOUND', []],
    ['an unknown route', () => app.call(tenant, 'GET', '/v1/nowhere'), 404, 'NOT_FOUND', []],
    ['a refusal', () => create({ provider: 'nobody' }), 422, 'UNKNOWN_PROVIDER', []],
    [
      'a transition that is none',
      async () => override(app, tenant, await created(app, tenant), { status: 'pending' }),
      409,
      'INVALID_STATE_TRANSITION',
      ['allowed', 'from', 'to'],
    ],
    [
      'a large body',
      () => app.call(tenant, 'POST', VERIFICATIONS, { body: ' '.repeat(70_000) }),
      413,
      'PAYLOAD_TOO_LARGE',
      [],
    ],
  ];

  const create = (change: Record<string, unknown>): Promise<TestAnswer> =>
    app.call(tenant, 'POST', VERIFICATIONS, { body: manualRequest(change) });

  it.each(problems)('for %s has its members and its media type', async (_, ask, status, ...[code, more]) => {
    const answer = await ask();
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(Object.keys(answer.body).sort()).toEqual([...MEMBERS, ...more].sort());
    expect(answer.body).toMatchObject({ status, code, request_id: answer.headers.get('x-request-id') });
    expect(answer.body.type).toBe(`urn:problem:customer-verifications:${code.toLowerCase().replaceAll('_', '-')}`);
    expect(answer.body.instance).toMatch(/^\/v1\/[^?]*$/);
  });

  it('says how to authenticate', async () => {
    const { headers } = await app.call(null, 'GET', VERIFICATIONS);
    expect(headers.get('www-authenticate')).toBe('Bearer');
  });

  it('keeps the query, which may name a customer, out of its address', async () => {
    const { body } = await app.call(tenant, 'GET', `${VERIFICATIONS}?customer_id=jane.doe@example.com`);
    expect(body.instance).toBe(VERIFICATIONS);
    expect(JSON.stringify(body)).not.toContain('jane');
  });

  it.each([
    ['GET', ''],
    ['PATCH', ''],
    ['POST', '/customer-action'],
    ['GET', '/history'],
    ['GET', '/evidence'],
  ])('of %s {id}%s is the same for nobody’s id and for another organization’s', async (method, below) => {
    const theirs = await created(app, stranger);
    const path = pathOf(theirs, below);
    const request = method === 'PATCH' ? { body: { status: 'verified' }, headers: { 'if-match': '"2"' } } : {};
    const asked = await app.call(tenant, method, path, request);
    await app.sql('delete from customer_verifications.verifications where id = $1', [theirs.id]);
    const gone = await app.call(tenant, method, path, request);
    expect([asked.status, gone.status, asked.body.code]).toEqual([404, 404, 'NOT_FOUND']);
    const without = ({ text, body }: TestAnswer): string => text.replace(body.request_id, '');
    expect(without(asked)).toBe(without(gone));
    const named = ({ headers }: TestAnswer): string[] => [...headers.keys()].sort();
    expect(named(asked)).toEqual(named(gone));
  });

  it.each([
    [{ provider: 'nobody', verification_type: 'nothing', check_type: 'none' }, 422, 'UNKNOWN_PROVIDER'],
    [
      { provider: 'manual', verification_type: 'nothing', check_type: 'none', input: { x: 1 } },
      422,
      'CHECK_NOT_SUPPORTED',
    ],
    [{ provider: 'manual', verification_type: 'identity', check_type: 'none' }, 422, 'CHECK_NOT_SUPPORTED'],
    [{ provider: 'offline', verification_type: 'age', check_type: 'vat_format' }, 422, 'CHECK_NOT_SUPPORTED'],
    [{ provider: 'offline', verification_type: 'age' }, 422, 'INPUT_REQUIRED'],
    [{ provider: 'scripted', verification_type: 'age' }, 422, 'INPUT_REQUIRED'],
    [{ provider: 'offline', verification_type: 'age', input: {} }, 400, 'VALIDATION_ERROR'],
  ])('names the first reason to refuse %j', async (change, status, code) => {
    const answer = await create(change);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('names a fault in the input before a key that was used for something else', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    await app.call(tenant, 'POST', VERIFICATIONS, { body: manualRequest(), headers });
    const bad = manualRequest({ provider: 'nobody' });
    expect((await app.call(tenant, 'POST', VERIFICATIONS, { body: bad, headers })).body.code).toBe('UNKNOWN_PROVIDER');
    const other = await app.call(tenant, 'POST', VERIFICATIONS, { body: manualRequest(), headers });
    expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('tells what a transition may lead to', async () => {
    const data = await created(app, tenant);
    await override(app, tenant, data, { status: 'failed' });
    const { body } = await override(app, tenant, data, { status: 'expired' });
    expect(body).toMatchObject({ from: 'failed', to: 'expired', allowed: ['verified'] });
  });

  it('of an adapter’s defect is none: the verification waits, and the log has no words of it', async () => {
    const adapter = new ScriptedAdapter();
    const other = await startTestApp({ adapters: [adapter] });
    try {
      const who = await other.tenant();
      const starting = adapter.nextStart();
      const answering = other.call(who, 'POST', VERIFICATIONS, { body: manualRequest({ provider: 'scripted' }) });
      (await starting).fail(new TypeError('cannot read Erika-Mustermann-1964'));
      const answer = await answering;
      expect([answer.status, answer.body.data.status, answer.body.data.reason]).toEqual([
        201,
        'pending',
        'adapter_fault',
      ]);
      expect(other.logs.some((line) => line.includes('adapter_fault'))).toBe(true);
      expect(other.logs.join()).not.toContain('Erika');
    } finally {
      await other.close();
    }
  });
});
