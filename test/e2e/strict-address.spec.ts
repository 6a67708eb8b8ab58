import { randomUUID } from 'node:crypto';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { digestOf } from '../support/database-dump.js';
import { created, manualRequest, pathOf, refusalOf, VERIFICATIONS } from '../support/verification-requests.js';

const id = '0199a3f0-7c1e-7cc3-9d6b-0d3c5f1e2a4b';
/** Every route with an id in its path. */
const BELOW_ID = [
  ['GET', ''],
  ['PATCH', ''],
  ['POST', '/customer-action'],
  ['GET', '/history'],
  ['GET', '/evidence'],
] as const;
const BODIES: Readonly<Record<string, unknown>> = { PATCH: { status: 'verified' } };

describe('the address of a request', () => {
  let app: TestApp;
  let tenant: TestTenant;
  let known: Record<string, unknown>;
  let before: Record<string, string>;

  beforeAll(async () => {
    app = await startTestApp();
    tenant = await app.tenant();
    known = await created(app, tenant);
  });
  beforeEach(async () => {
    before = await digestOf(app);
  });
  afterEach(async () => {
    expect(await digestOf(app)).toEqual(before);
  });
  afterAll(() => app.close());

  const ask = (method: string, path: string, headers: Record<string, string> = {}): Promise<TestAnswer> => {
    const body = BODIES[method];
    return app.call(tenant, method, path, { headers, ...(body === undefined ? {} : { body }) });
  };

  describe.each(BELOW_ID)('%s /v1/verifications/{id}%s', (method, below) => {
    it.each([
      ...['x', '1', `%7B${id}%7D`, `urn:uuid:${id}`, id.replaceAll('-', ''), `${id}0`, id.slice(1), `%20${id}`],
      ...[
        `${id}%00`,
        '%00',
        `${id}%0A`,
        `${id}%20`,
        '..%2f..',
        '%27%20or%201=1--',
        'null',
        'undefined',
        '%F0%9F%92%A9',
      ],
      ...[`${id.slice(0, -1)}g`, `${id.slice(0, -1)}%EF%BC%91`, '__proto__', 'constructor', 'x'.repeat(5000)],
    ])('refuses %s as an id', async (given) => {
      const { status, body } = await ask(method, `${VERIFICATIONS}/${given}${below}`);
      expect([status, body.code, body.fields]).toEqual([
        400,
        'VALIDATION_ERROR',
        [{ field: 'id', code: 'INVALID_FORMAT', message: 'must be a UUID.' }],
      ]);
    });

    it.each(['%', '%zz', '%ff', '%ed%a0%80', '%c0%af'])('refuses the undecodable %s', async (given) => {
      const { status, body } = await ask(method, `${VERIFICATIONS}/${given}${below}`);
      expect([status, body.code]).toEqual([400, 'MALFORMED_REQUEST']);
    });

    it('refuses parameters that it does not know', async () => {
      const { status, body } = await ask(method, `${pathOf(known, below)}?expand=everything`);
      expect([status, body.fields]).toMatchObject([400, [{ field: 'expand', code: 'UNKNOWN_PARAMETER' }]]);
    });

    it('refuses a query that is no UTF-8', async () => {
      const { status, body } = await ask(method, `${pathOf(known, below)}?%ff`);
      expect([status, body.fields]).toMatchObject([400, [{ field: 'query' }]]);
    });
  });

  it.each(['/history', '/evidence'])('%s takes limit and cursor, strictly', async (below) => {
    for (const [query, field] of [
      ['limit=0', 'limit'],
      ['limit=101', 'limit'],
      ['limit=1e1', 'limit'],
      ['limit=', 'limit'],
      ['limit=5&limit=5', 'limit'],
      ['cursor=%20', 'cursor'],
      ['status=verified', 'status'],
    ]) {
      const { status, body } = await ask('GET', `${pathOf(known, below)}?${String(query)}`);
      expect([query, status, body.fields?.[0].field]).toEqual([query, 400, field]);
    }
    const { status, body } = await ask('GET', `${pathOf(known, below)}?cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`);
    expect([status, body.code]).toEqual([400, 'INVALID_CURSOR']);
  });

  it.each([VERIFICATIONS, '/v1/providers'])('POST and GET %s refuse parameters that they do not know', async (path) => {
    const body = manualRequest();
    const posted = path === VERIFICATIONS ? [await app.call(tenant, 'POST', `${path}?dry_run=1`, { body })] : [];
    for (const answer of [await ask('GET', `${path}?dry_run=1`), ...posted])
      expect([answer.status, answer.body.fields]).toMatchObject([
        400,
        [{ field: 'dry_run', code: 'UNKNOWN_PARAMETER' }],
      ]);
  });

  it.each(['GET', 'PUT', 'DELETE', 'POST'])('%s of a connection finds nobody by what is no name', async (method) => {
    const names = ['%00', 'vies%00', 'Vies', '%20', '..%2f..', '%F0%9F%92%A9', '__proto__', 'x'.repeat(5_000)];
    const [end, body] = [method === 'POST' ? '/test' : '', method === 'PUT' ? { body: {} } : {}];
    for (const name of names) {
      const answer = await app.call(tenant, method, `/v1/provider-connections/${name}${end}`, body);
      expect([name, ...refusalOf(answer)]).toEqual([name, 404, 'NOT_FOUND']);
    }
    expect(app.logs.filter((line) => (JSON.parse(line) as { level: number }).level >= 50)).toEqual([]);
  });

  it('takes an id in capital letters for the same id', async () => {
    const path = `${VERIFICATIONS}/${String(known['id']).toUpperCase()}`;
    expect((await ask('GET', path)).body.data).toEqual(known);
  });

  it.each([
    ['GET', 'if-none-match', ['1', '"a', '"a" "b"', '', 'W/', '*, "1"', 'w/"1"']],
    ['PATCH', 'if-match', ['1', '"a', '"a" "b"', '', 'W/', '*, "1"', 'w/"1"']],
  ])('%s refuses a malformed %s', async (method, name, values) => {
    for (const value of values) {
      const { status, body } = await ask(method, pathOf(known), { [name]: value });
      expect([value, status, body.fields]).toMatchObject([value, 400, [{ field: name, code: 'INVALID_FORMAT' }]]);
    }
  });

  it('POST customer-action refuses a body: it has no use for one', async () => {
    for (const body of ['{"url":"https://example.com"}', '[]', 'null', '"x"']) {
      const { status, body: problem } = await app.call(tenant, 'POST', pathOf(known, '/customer-action'), { body });
      expect([body, status, problem.code]).toEqual([body, 400, 'VALIDATION_ERROR']);
    }
  });

  it('GET refuses a query of 12 kB and an address of 20 kB without falling over', async () => {
    const long = await ask('GET', `${VERIFICATIONS}?${'a'.repeat(12_000)}=1`);
    expect([long.status, long.body.fields[0].field]).toEqual([400, '*']);
    const longer = await ask('GET', `${VERIFICATIONS}/${'a'.repeat(20_000)}`);
    expect([longer.status, longer.body.code]).toEqual([431, 'HEADERS_TOO_LARGE']);
  });

  it.each([
    ['GET', '/'],
    ['GET', '/v1'],
    ['GET', '/v2/verifications'],
    ['GET', '/v1/verifications/'.concat(id, '/secrets')],
    ['GET', '/v1/verification%73'],
    ['DELETE', `${VERIFICATIONS}/${id}`],
    ['PUT', `${VERIFICATIONS}/${id}`],
    ['DELETE', VERIFICATIONS],
    ['PATCH', VERIFICATIONS],
    ['GET', `${VERIFICATIONS}/${id}/customer-action`],
    ['POST', '/v1/providers'],
    ['GET', '/.env'],
    ['GET', `/${randomUUID()}`],
  ])('%s %s leads nowhere', async (method, path) => {
    const answer = await app.call(tenant, method, path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    expect(answer.body).toMatchObject({ code: 'NOT_FOUND', instance: path, status: 404 });
  });
});
