import { randomUUID } from 'node:crypto';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { created, membersIn, override, pathOf, refusalOf } from '../support/verification-requests.js';

const HOUR = 3_600_000;

describe('an override of what the clock has ended', () => {
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    app = await startTestApp({ options: { windowMs: HOUR } });
    tenant = await app.tenant();
  });
  afterAll(() => app.close());

  const outlived = async (): Promise<TestAnswer['body']> => {
    const data = await created(app, tenant);
    const end = new Date(Date.parse(app.clock.now()) + HOUR).toISOString();
    const passed = await override(app, tenant, data, { status: 'verified', expires_at: end });
    app.clock.advance(2 * HOUR);
    return passed.body.data;
  };
  const shown = (data: TestAnswer['body']): Promise<TestAnswer> => app.call(tenant, 'GET', pathOf(data));
  const types = async (data: TestAnswer['body']): Promise<unknown[]> =>
    membersIn(await app.call(tenant, 'GET', pathOf(data, '/history')), 'type').slice(-1);

  it('is refused by a pass that is over, which is then shown as over', async () => {
    const data = await outlived();
    const { headers } = await shown(data);
    const key = randomUUID();
    const refused = await override(
      ...[app, tenant, data],
      { status: 'failed' },
      { 'if-match': headers.get('etag') ?? '', 'idempotency-key': key },
    );
    expect([refused.status, refused.body.from]).toEqual([409, 'expired']);
    const after = await shown(data);
    expect(after.body.data).toMatchObject({ status: 'expired', reason: 'pass_outlived', actor_id: 'system:expiry' });
    expect(await types(data)).toEqual(['verification.status_changed']);
    expect(Number(after.headers.get('etag')?.replaceAll('"', ''))).toBe(
      Number(headers.get('etag')?.replaceAll('"', '')) + 1,
    );
    // A refusal leaves no record: the key is as free as before.
    const fixed = await override(
      app,
      tenant,
      data,
      { status: 'verified', expires_at: null },
      { 'idempotency-key': key },
    );
    expect(fixed.status).toBe(200);
  });

  it('is refused by a window that is over, which is then shown as over', async () => {
    const data = await created(app, tenant);
    await app.sql('update customer_verifications.verifications set awaiting = null where id = $1', [data.id]);
    app.clock.advance(2 * HOUR);
    const refused = await override(app, tenant, data, { status: 'failed' });
    expect([refused.status, refused.body.from]).toEqual([409, 'expired']);
    expect((await shown(data)).body.data).toMatchObject({ status: 'expired', reason: 'pending_window_elapsed' });
  });

  it('changes nothing where it was not the version seen', async () => {
    const data = await outlived();
    const before = await shown(data);
    const refused = await override(app, tenant, data, { status: 'failed' }, { 'if-match': '"77"' });
    expect(refusalOf(refused)).toEqual([412, 'VERSION_CONFLICT']);
    expect((await shown(data)).text).toBe(before.text);
  });

  it('writes nothing where the refusal names what is stored', async () => {
    const data = await created(app, tenant);
    await override(app, tenant, data, { status: 'failed' });
    const before = await shown(data);
    expect((await override(app, tenant, data, { status: 'expired' })).body.from).toBe('failed');
    expect((await shown(data)).headers.get('etag')).toBe(before.headers.get('etag'));
  });
});
