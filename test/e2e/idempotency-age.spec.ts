import { randomUUID } from 'node:crypto';
import { Idempotency } from '#app/verifications/idempotency/idempotency.js';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { created, manualRequest, override, refusalOf, VERIFICATIONS } from '../support/verification-requests.js';

const RECORDS = 'customer_verifications.idempotency_records';
const DAY = 86_400_000;

describe('an Idempotency-Key', () => {
  let app: TestApp;
  let tenant: TestTenant;
  let key: string;

  beforeAll(async () => {
    app = await startTestApp();
    tenant = await app.tenant();
  });
  beforeEach(() => {
    key = randomUUID();
  });
  afterAll(() => app.close());

  const create = (body: unknown): Promise<TestAnswer> =>
    app.call(tenant, 'POST', VERIFICATIONS, { body, headers: { 'idempotency-key': key } });
  const purge = (): Promise<number> => app.nest.get(Idempotency, { strict: false }).purge();
  const keys = async (): Promise<string[]> =>
    (await app.sql<{ key: string }>(`select key from ${RECORDS} order by key`)).map((row) => row.key);
  const ago = async (days: number, whose: string): Promise<unknown> =>
    app.sql(`update ${RECORDS} set created_at = $2::timestamptz - $3 * interval '1 day' where key = $1`, [
      ...[whose, app.clock.now(), days],
    ]);

  it('holds for 7 days, then is free for any request', async () => {
    const first = await create(manualRequest());
    app.clock.advance(7 * DAY - 1);
    expect(refusalOf(await create(manualRequest()))).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    app.clock.advance(1);
    const body = manualRequest();
    const fresh = await create(body);
    expect([fresh.status, fresh.headers.get('idempotent-replayed')]).toEqual([201, null]);
    expect(fresh.body.data.id).not.toBe(first.body.data.id);
    expect((await create(body)).text).toBe(fresh.text);
  });

  it('is free again for every kind of request', async () => {
    const [one, other] = [await created(app, tenant), await created(app, tenant)];
    expect((await override(app, tenant, one, { status: 'failed' }, { 'idempotency-key': key })).status).toBe(200);
    app.clock.advance(8 * DAY);
    expect((await override(app, tenant, other, { status: 'verified' }, { 'idempotency-key': key })).status).toBe(200);
    const [record] = await app.sql(`select state, verification_id from ${RECORDS} where key = $1`, [key]);
    expect(record).toEqual({ state: 'done', verification_id: other.id });
  });

  it('that is free again belongs to one of many that want it', async () => {
    await create(manualRequest());
    app.clock.advance(8 * DAY);
    const body = manualRequest();
    const answers = await Promise.all(Array.from({ length: 8 }, () => create(body)));
    expect(
      new Set(answers.flatMap((answer) => (answer.status === 201 ? [String(answer.body.data.id)] : []))).size,
    ).toBe(1);
    const fresh = answers.filter(({ status, headers }) => status === 201 && !headers.has('idempotent-replayed'));
    expect(fresh).toHaveLength(1);
  });

  it('is forgotten once its time is over, in every tenant, and no younger one is', async () => {
    await app.sql(`delete from ${RECORDS}`);
    const stranger = await app.tenant({ livemode: true });
    for (const [who, name] of [
      [tenant, 'old'],
      [tenant, 'young'],
      [stranger, 'old, of another'],
    ] as const) {
      const headers = { 'idempotency-key': `"${name}"` };
      expect((await app.call(who, 'POST', VERIFICATIONS, { body: manualRequest(), headers })).status).toBe(201);
    }
    // The policy goes by the database's clock, so the records are made old rather than the clock moved.
    app.clock.advance(Date.now() - Date.parse(app.clock.now()));
    await ago(7.01, 'old');
    await ago(7.01, 'old, of another');
    await ago(6.9, 'young');
    expect(await purge()).toBe(2);
    expect(await keys()).toEqual(['young']);
    expect(await purge()).toBe(0);
  });

  it('tells an override without an end from one that says nothing about it', async () => {
    const found = await created(app, tenant);
    const headers = { 'idempotency-key': key };
    const endless = await override(app, tenant, found, { status: 'verified', expires_at: null }, headers);
    expect([endless.status, endless.body.data.expires_at]).toEqual([200, null]);
    const byPolicy = await override(app, tenant, found, { status: 'verified' }, headers);
    expect(refusalOf(byPolicy)).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    const again = await override(app, tenant, found, { status: 'verified', expires_at: null }, headers);
    expect(again.text).toBe(endless.text);
  });
});
