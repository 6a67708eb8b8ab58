import { createHash } from 'node:crypto';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { SandboxVendorDriver } from '../support/sandbox-vendor-driver.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import {
  created,
  membersIn,
  override,
  pathOf,
  sandboxRequest,
  shownIn,
  vatRequest,
} from '../support/verification-requests.js';

const MEMBERS = [
  ...[
    'actor_id',
    'applied',
    'data',
    'from_status',
    'id',
    'occurred_at',
    'reason',
    'recorded_at',
    'sequence',
    'to_status',
  ],
  ...['type', 'verification_id', 'version'],
];

describe('the history of a verification', () => {
  const clock = new ScriptedClock();
  const vendor = new SandboxVendorDriver(clock);
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    await vendor.run();
    const sandbox = { settings: { base_url: vendor.url }, credentials: { api_key: vendor.apiKey } };
    app = await startTestApp({ clock, connections: { sandbox } });
    tenant = await app.tenant();
  });
  afterAll(async () => {
    await app.close();
    await vendor.close();
  });

  const history = (data: TestAnswer['body'], query = ''): Promise<TestAnswer> =>
    app.call(tenant, 'GET', `${pathOf(data, '/history')}${query}`);

  it('tells each change once, oldest first, with the verification as it then was', async () => {
    const data = await created(app, tenant, vatRequest());
    const changed = await override(app, tenant, data, { status: 'failed', reason: 'No.' });
    const told = await history(data);
    const events = shownIn(told) as { readonly [member: string]: unknown; readonly data: Record<string, unknown> }[];
    expect(events.map(({ type, version, from_status, to_status }) => [type, version, from_status, to_status])).toEqual([
      ['verification.created', 1, null, 'pending'],
      ['verification.status_changed', 2, 'pending', 'verified'],
      ['verification.status_changed', 3, 'verified', 'failed'],
    ]);
    for (const event of events) {
      expect(Object.keys(event).sort()).toEqual(MEMBERS);
      expect(event).toMatchObject({ verification_id: data.id, applied: true });
      expect([event.data.status, event.data.reason]).toEqual([event.to_status, event.reason]);
      for (const at of [event.occurred_at, event.recorded_at]) expect(at).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z$/);
    }
    expect(events.map(({ actor_id }) => actor_id)).toEqual([
      `key:${tenant.keyId}`,
      'provider:offline',
      `key:${tenant.keyId}`,
    ]);
    expect([events[1]?.data, events[2]?.data]).toEqual([data, changed.body.data]);
    expect(told.body).toMatchObject({ next_cursor: null, has_more: false });
  });

  it('comes page by page, while it grows', async () => {
    const data = await created(app, tenant);
    for (let day = 1; day <= 6; day += 1)
      await override(app, tenant, data, { status: 'verified', expires_at: `2027-01-0${String(day)}T00:00:00Z` });
    const versions: number[] = [];
    for (let query = '?limit=3'; query !== '';) {
      const page = await history(data, query);
      versions.push(...membersIn(page, 'version').map(Number));
      if (versions.length === 3) await override(app, tenant, data, { status: 'failed' });
      const link = page.headers.get('link');
      expect(link === null).toBe(page.body.next_cursor === null);
      query = page.body.next_cursor === null ? '' : `?limit=3&cursor=${String(page.body.next_cursor)}`;
    }
    expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('has cursors of its own', async () => {
    const [one, other] = [await created(app, tenant), await created(app, tenant)];
    const { body } = await history(one, '?limit=1');
    const elsewhere = await history(other, `?cursor=${String(body.next_cursor)}`);
    expect([elsewhere.status, elsewhere.body.code]).toEqual([400, 'INVALID_CURSOR']);
  });

  it('tells of readings of the evidence and of addresses issued, without moving the version', async () => {
    const data = await created(app, tenant, sandboxRequest('hosted'));
    const read = await app.call(tenant, 'GET', pathOf(data, '/evidence'));
    const issued = await app.call(tenant, 'POST', pathOf(data, '/customer-action'));
    expect([read.status, issued.status]).toEqual([200, 200]);
    const events = shownIn(await history(data));
    expect(events.slice(-2).map(({ type, version }) => [type, version])).toEqual([
      ['verification.evidence_read', 2],
      ['verification.customer_action_issued', 2],
    ]);
    expect(events.at(-1)).toMatchObject({
      actor_id: `key:${tenant.keyId}`,
      from_status: 'pending',
      to_status: 'pending',
    });
  });

  it('is a chain of hashes that anybody can compute again', async () => {
    const rows = await app.sql<{ sequence: string; header: string; body: string; salt: Buffer; hash: Buffer }>(
      'select sequence, header, body, salt, hash from customer_verifications.events where organization_id = $1 order by sequence',
      [tenant.organizationId],
    );
    const sha = (...parts: (Buffer | string)[]): Buffer =>
      parts.reduce<ReturnType<typeof createHash>>((hash, part) => hash.update(part), createHash('sha256')).digest();
    let previous: Buffer = Buffer.alloc(32);
    for (const { sequence, header, body, salt, hash } of rows) {
      const number = Buffer.alloc(8);
      number.writeBigInt64BE(BigInt(sequence));
      expect(hash).toEqual(sha(previous, number, sha(header), sha(salt, body)));
      previous = hash;
    }
    expect(rows.length).toBeGreaterThan(10);
  });

  it('cannot be changed, removed or emptied', async () => {
    const statements = [
      "update customer_verifications.events set header = '{}'",
      "update customer_verifications.events set body = '{}' where body is not null",
      'delete from customer_verifications.events',
      'truncate customer_verifications.events',
    ];
    for (const statement of statements) await expect(app.sql(statement)).rejects.toThrow('immutable');
  });
});

describe('POST customer-action', () => {
  const clock = new ScriptedClock();
  const vendor = new SandboxVendorDriver(clock);
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    await vendor.run();
    const sandbox = { settings: { base_url: vendor.url }, credentials: { api_key: vendor.apiKey } };
    app = await startTestApp({ clock, connections: { sandbox } });
    tenant = await app.tenant();
  });
  afterAll(async () => {
    await app.close();
    await vendor.close();
  });

  const ask = (data: TestAnswer['body']): Promise<TestAnswer> =>
    app.call(tenant, 'POST', pathOf(data, '/customer-action'));

  it('gives a fresh address each time', async () => {
    const data = await created(app, tenant, sandboxRequest('hosted'));
    const [one, other] = [await ask(data), await ask(data)];
    expect([one.status, one.body.data, one.headers.get('etag')]).toEqual([200, data, '"2"']);
    expect(one.body.customer_action.url).not.toBe(other.body.customer_action.url);
    expect(Object.keys(one.body)).toEqual(['data', 'customer_action']);
  });

  it.each([
    ['a decided verification', sandboxRequest('verified')],
    ['a verification that waits for the vendor', sandboxRequest('pending_then_verified')],
    ['a provider without pages', vatRequest()],
  ])('has none for %s', async (_, body) => {
    const answer = await ask(await created(app, tenant, body));
    expect([answer.status, answer.body.code]).toEqual([409, 'NO_CUSTOMER_ACTION']);
  });

  it('has none once the customer is no longer awaited', async () => {
    const data = await created(app, tenant, sandboxRequest('hosted'));
    await override(app, tenant, data, { status: 'failed' });
    expect((await ask(data)).status).toBe(409);
  });

  it('says that the vendor is away, and stores nothing', async () => {
    const data = await created(app, tenant, sandboxRequest('hosted'));
    await vendor.stop();
    const answer = await ask(data);
    expect([answer.status, answer.body.code]).toEqual([503, 'PROVIDER_UNAVAILABLE']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    const { body } = await app.call(tenant, 'GET', pathOf(data, '/history'));
    expect(body.data).toHaveLength(2);
  });
});
