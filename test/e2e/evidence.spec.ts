import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { dumpOf, foundIn } from '../support/database-dump.js';
import { SandboxVendorDriver } from '../support/sandbox-vendor-driver.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import {
  created,
  manualRequest,
  membersIn,
  override,
  pathOf,
  sandboxRequest,
  shownIn,
  vatRequest,
} from '../support/verification-requests.js';

const PERSON = {
  given_name: 'Wilhelmina',
  family_name: 'Oberhuber',
  date_of_birth: '1964-08-12',
  document_number: 'C01X00T47',
};

describe('the evidence of a verification', () => {
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

  const read = (data: TestAnswer['body'], query = ''): Promise<TestAnswer> =>
    app.call(tenant, 'GET', `${pathOf(data, '/evidence')}${query}`);

  it('is what was asked, as given, and what was answered, in full', async () => {
    const data = await created(app, tenant, sandboxRequest('verified', PERSON));
    const found = await read(data);
    const { body } = found;
    expect(found.status).toBe(200);
    expect(shownIn(found).map(({ kind, round }) => [kind, round])).toEqual([
      ['input', 1],
      ['answer', 1],
    ]);
    const [input, answer] = body.data;
    expect(Object.keys(input).sort()).toEqual(['content', 'id', 'kind', 'recorded_at', 'round']);
    expect(input.content).toEqual({ scenario: 'verified', ...PERSON });
    expect(answer.content).toMatchObject({
      client_reference: data.id,
      status: 'approved',
      link: null,
      subject: PERSON,
    });
    expect(input.recorded_at).toMatch(/\.\d{6}Z$/);
  });

  it('keeps the spelling of the caller, not the adapter’s', async () => {
    const given = { vat_number: ' de 143.454-214 ' };
    const { body } = await read(await created(app, tenant, vatRequest({ input: given })));
    expect(body.data[0].content).toEqual(given);
  });

  it('is empty, and made of nothing, where nothing was given or answered', async () => {
    const data = await created(app, tenant, manualRequest());
    expect((await read(data)).text).toBe('{"data":[],"next_cursor":null,"has_more":false}');
    for (const table of ['evidence', 'data_keys']) {
      const found = await app.sql(`select 1 from customer_verifications.${table} where verification_id = $1`, [
        data.id,
      ]);
      expect(found).toEqual([]);
    }
  });

  it('comes page by page', async () => {
    const data = await created(app, tenant, sandboxRequest('verified', PERSON));
    const first = await read(data, '?limit=1');
    const second = await read(data, `?limit=1&cursor=${String(first.body.next_cursor)}`);
    expect([first, second].map((page) => membersIn(page, 'kind'))).toEqual([['input'], ['answer']]);
    expect([first.body.has_more, second.body.has_more, second.body.next_cursor]).toEqual([true, false, null]);
  });

  it('tells of each reading: who, and when', async () => {
    const data = await created(app, tenant, sandboxRequest('verified'));
    const auditor = await app.tenant({ organizationId: tenant.organizationId, scopes: ['evidence:read'] });
    clock.advance(1_000);
    for (let reading = 0; reading < 2; reading += 1)
      expect((await app.call(auditor, 'GET', pathOf(data, '/evidence'))).status).toBe(200);
    const history = await app.call(tenant, 'GET', pathOf(data, '/history'));
    const readings = shownIn(history).filter(({ type }) => type === 'verification.evidence_read');
    expect(readings).toHaveLength(2);
    expect(readings[0]).toMatchObject({
      actor_id: `key:${auditor.keyId}`,
      occurred_at: clock.now(),
      applied: true,
      data,
    });
    expect((await app.call(auditor, 'GET', pathOf(data))).status).toBe(403);
  });

  it('lies encrypted, under a key of its own that lies encrypted too', async () => {
    const [one, other] = [
      await created(app, tenant, sandboxRequest('verified', PERSON)),
      await created(app, tenant, sandboxRequest('verified', PERSON)),
    ];
    const sealed = await app.sql<{ sealed: Buffer }>('select sealed from customer_verifications.evidence');
    expect(new Set(sealed.map((row) => row.sealed.toString('hex'))).size).toBe(sealed.length);
    const keys = await app.sql<{ ring_key_id: string; wrapped_key: Buffer }>(
      'select ring_key_id, wrapped_key from customer_verifications.data_keys where verification_id = any($1)',
      [[one.id, other.id]],
    );
    expect(keys.map((key) => [key.ring_key_id, key.wrapped_key.length])).toEqual([
      ['test', 60],
      ['test', 60],
    ]);
    expect(foundIn((await dumpOf(app)).join('\n'), Object.values(PERSON))).toEqual([]);
  });

  it('does not open where it does not belong', async () => {
    const [one, other] = [
      await created(app, tenant, sandboxRequest('verified', PERSON)),
      await created(app, tenant, sandboxRequest('failed:document_fraud')),
    ];
    await app.sql(
      `update customer_verifications.evidence e set sealed = o.sealed from customer_verifications.evidence o
        where e.verification_id = $1 and o.verification_id = $2 and e.kind = 'input' and o.kind = 'answer'`,
      [other.id, one.id],
    );
    const swapped = await read(other);
    expect([swapped.status, swapped.body.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect(foundIn(swapped.text + app.logs.join('\n'), Object.values(PERSON))).toEqual([]);
    await app.sql(
      `update customer_verifications.data_keys k set wrapped_key = o.wrapped_key from customer_verifications.data_keys o
        where k.verification_id = $1 and o.verification_id = $2`,
      [other.id, one.id],
    );
    expect((await read(other)).status).toBe(503);
  });

  it('is gone with its key, and nothing new is kept of the person', async () => {
    const data = await created(app, tenant, sandboxRequest('verified', PERSON));
    await app.sql('update customer_verifications.data_keys set wrapped_key = null where verification_id = $1', [
      data.id,
    ]);
    expect((await read(data)).body.data).toEqual([]);
    expect((await override(app, tenant, data, { status: 'failed' })).status).toBe(200);
    expect((await app.call(tenant, 'GET', pathOf(data))).status).toBe(200);
  });
});
