import { randomUUID } from 'node:crypto';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import {
  created,
  manualRequest,
  override,
  pathOf,
  shownIn,
  vatRequest,
  VERIFICATIONS,
} from '../support/verification-requests.js';

const FIELDS = [
  ...['actor_id', 'check_type', 'created_at', 'customer_id', 'expires_at', 'id', 'last_checked_at', 'organization_id'],
  ...['provider', 'provider_reference', 'reason', 'result_payload', 'status', 'updated_at', 'verification_type'],
  'verified_at',
];
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const TIMES = ['created_at', 'updated_at', 'verified_at', 'last_checked_at', 'expires_at'];

describe('a verification on the wire', () => {
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    app = await startTestApp();
    tenant = await app.tenant();
  });
  afterAll(() => app.close());

  it.each([
    ['decided', vatRequest()],
    ['pending', manualRequest()],
    ['failed', vatRequest({ input: { vat_number: 'DE143454215' } })],
  ])('has all 16 fields in alphabetical order when %s, wherever it is shown', async (_, body) => {
    const posted = await app.call(tenant, 'POST', VERIFICATIONS, { body });
    const got = await app.call(tenant, 'GET', pathOf(posted.body.data));
    const listed = await app.call(tenant, 'GET', `${VERIFICATIONS}?customer_id=${String(body['customer_id'])}`);
    const history = await app.call(tenant, 'GET', pathOf(posted.body.data, '/history'));
    for (const shown of [posted.body.data, got.body.data, listed.body.data[0], shownIn(history).at(-1)?.['data']]) {
      expect(Object.keys(shown)).toEqual(FIELDS);
      expect(shown).toEqual(posted.body.data);
      for (const name of TIMES) if (shown[name] !== null) expect(shown[name]).toMatch(INSTANT);
      expect(shown.created_at).toMatch(INSTANT);
    }
  });

  it('keeps the microseconds of the clock from end to end', async () => {
    const data = await created(app, tenant);
    expect(data.created_at).toBe(app.clock.now());
    expect(data.created_at).toMatch(/123456Z$/);
    expect((await app.call(tenant, 'GET', pathOf(data))).body.data.created_at).toBe(data.created_at);
  });

  it('speaks of its organization and of the key that asked', async () => {
    const data = await created(app, tenant);
    expect(data).toMatchObject({ organization_id: tenant.organizationId, actor_id: `key:${tenant.keyId}` });
  });

  it('keeps nothing of the answers in caches', async () => {
    const data = await created(app, tenant);
    for (const path of [pathOf(data), VERIFICATIONS, pathOf(data, '/history'), pathOf(data, '/evidence')]) {
      const { headers } = await app.call(tenant, 'GET', path);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  it('has an address that answers, and a tag that is its version', async () => {
    const posted = await app.call(tenant, 'POST', VERIFICATIONS, { body: vatRequest() });
    const location = posted.headers.get('location') ?? '';
    const got = await app.call(tenant, 'GET', location);
    expect(got.text).toBe(posted.text);
    expect(got.headers.get('etag')).toBe(posted.headers.get('etag'));
    expect(got.headers.get('etag')).toMatch(/^"[1-9][0-9]*"$/);
  });

  it('moves its tag by one with each change, and not by being read', async () => {
    const data = await created(app, tenant);
    const tag = async (): Promise<number> =>
      Number((await app.call(tenant, 'GET', pathOf(data))).headers.get('etag')?.replaceAll('"', ''));
    const first = await tag();
    await app.call(tenant, 'GET', pathOf(data, '/evidence'));
    expect(await tag()).toBe(first);
    const changed = await override(app, tenant, data, { status: 'verified' });
    expect(changed.headers.get('etag')).toBe(`"${String(first + 1)}"`);
    expect(await tag()).toBe(first + 1);
  });

  describe('asked for by one who has it', () => {
    it.each([
      ['its tag', (tag: string) => tag],
      ['its tag, weak', (tag: string) => `W/${tag}`],
      ['a list with its tag', (tag: string) => `"0", ${tag} , W/"7"`],
      ['any tag', () => '*'],
    ])('answers 304 without a body to %s', async (_, header) => {
      const data = await created(app, tenant);
      const { headers } = await app.call(tenant, 'GET', pathOf(data));
      const tag = headers.get('etag') ?? '';
      const answer = await app.call(tenant, 'GET', pathOf(data), { headers: { 'if-none-match': header(tag) } });
      expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([304, '', tag]);
    });

    it('answers in full to another tag', async () => {
      const data = await created(app, tenant);
      const answer = await app.call(tenant, 'GET', pathOf(data), { headers: { 'if-none-match': '"0", W/"77"' } });
      expect([answer.status, answer.body.data]).toEqual([200, data]);
    });

    it('answers 404, not 304, where it is unknown', async () => {
      const answer = await app.call(tenant, 'GET', `${VERIFICATIONS}/${randomUUID()}`, {
        headers: { 'if-none-match': '*' },
      });
      expect(answer.status).toBe(404);
    });
  });

  describe('overridden on a condition', () => {
    it.each([
      ['its tag', (tag: string) => tag, 200],
      ['a list with its tag', (tag: string) => `"0", ${tag}`, 200],
      ['any tag', () => '*', 200],
      ['its tag, weak', (tag: string) => `W/${tag}`, 412],
      ['another tag', () => '"99"', 412],
      ['a tag that only begins like it', (tag: string) => `${tag.slice(0, -1)}0"`, 412],
    ])('that names %s', async (_, header, status) => {
      const data = await created(app, tenant);
      const { headers } = await app.call(tenant, 'GET', pathOf(data));
      const condition = { 'if-match': header(headers.get('etag') ?? '') };
      const answer = await override(app, tenant, data, { status: 'failed' }, condition);
      expect(answer.status).toBe(status);
      const after = await app.call(tenant, 'GET', pathOf(data));
      expect(after.body.data.status).toBe(status === 200 ? 'failed' : 'pending');
      if (status === 412) expect(answer.body.code).toBe('VERSION_CONFLICT');
    });

    it('answers 404 to any tag where it is unknown', async () => {
      const answer = await override(app, tenant, { id: randomUUID() }, { status: 'failed' }, { 'if-match': '*' });
      expect(answer.status).toBe(404);
    });
  });

  it.each(['', '/history', '/evidence'])('answers HEAD of %j with the headers of GET and no body', async (below) => {
    const data = await created(app, tenant);
    const get = await app.call(tenant, 'GET', pathOf(data, below));
    const head = await fetch(`${app.url}${pathOf(data, below)}`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${tenant.key}` },
    });
    expect([head.status, await head.text()]).toEqual([200, '']);
    for (const name of ['etag', 'content-length', 'content-type', 'link'])
      expect(head.headers.get(name)).toBe(get.headers.get(name));
  });

  describe('the name of a request', () => {
    it.each(['a', 'Order-7_x.9', 'x'.repeat(64)])('is the caller’s own: %s', async (id) => {
      const { headers } = await app.call(tenant, 'GET', VERIFICATIONS, { headers: { 'x-request-id': id } });
      expect(headers.get('x-request-id')).toBe(id);
    });

    it.each(['', 'x'.repeat(65), 'a b', 'a,b', '<b>', 'é'])('is made anew in place of %j', async (id) => {
      const { headers } = await app.call(tenant, 'GET', VERIFICATIONS, { headers: { 'x-request-id': id } });
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    });

    it('stands in problem documents too', async () => {
      const headers = { 'x-request-id': 'mine-1' };
      const answer = await app.call(tenant, 'GET', `${VERIFICATIONS}/${randomUUID()}`, { headers });
      expect([answer.headers.get('x-request-id'), answer.body.request_id]).toEqual(['mine-1', 'mine-1']);
    });
  });
});
