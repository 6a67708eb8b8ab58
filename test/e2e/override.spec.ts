import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { created, manualRequest, override, pathOf, shownIn, vatRequest } from '../support/verification-requests.js';

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  pending: ['verified', 'failed', 'expired'],
  verified: ['verified', 'failed', 'expired'],
  failed: ['verified'],
  expired: ['verified'],
};
const STATUSES = Object.keys(ALLOWED);
const PAIRS = STATUSES.flatMap((from) =>
  STATUSES.map((to) => [from, to, ALLOWED[from]?.includes(to) === true] as const),
);
const DAY = 86_400_000;

describe('an override', () => {
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    app = await startTestApp();
    tenant = await app.tenant();
  });
  afterAll(() => app.close());

  const verificationIn = async (status: string): Promise<TestAnswer['body']> => {
    const data = await created(app, tenant);
    if (status === 'pending') return data;
    return (await override(app, tenant, data, { status })).body.data;
  };
  const now = (): string => app.clock.now();
  const later = (days: number): string => new Date(Date.parse(now()) + days * DAY).toISOString();
  const historyOf = async (data: TestAnswer['body']): Promise<Readonly<Record<string, unknown>>[]> =>
    shownIn(await app.call(tenant, 'GET', pathOf(data, '/history')));

  it.each(PAIRS)('from %s to %s is possible: %s', async (from, to, possible) => {
    const data = await verificationIn(from);
    // To the same status another end is a change; nothing else is.
    const body = { status: to, ...(to === 'verified' && { expires_at: later(10) }) };
    const answer = await override(app, tenant, data, body);
    expect(answer.status).toBe(possible ? 200 : 409);
    const after = (await app.call(tenant, 'GET', pathOf(data))).body.data;
    expect(after).toEqual(possible ? answer.body.data : data);
    if (!possible)
      expect(answer.body).toMatchObject({ code: 'INVALID_STATE_TRANSITION', from, to, allowed: ALLOWED[from] });
  });

  it.each(['failed', 'expired', 'verified'])('to %s says who, why and when', async (status) => {
    const data = await created(app, tenant);
    const admin = await app.tenant({ organizationId: tenant.organizationId });
    app.clock.advance(60_000);
    const { body } = await override(app, admin, data, { status, reason: 'Seen in person.' });
    const verified = status === 'verified';
    expect(body.data).toMatchObject({
      ...{ status, reason: 'Seen in person.', actor_id: `key:${admin.keyId}`, updated_at: now() },
      verified_at: verified ? now() : null,
      last_checked_at: data.last_checked_at,
    });
    expect((await historyOf(data)).at(-1)).toMatchObject({
      type: 'verification.status_changed',
      ...{ from_status: 'pending', to_status: status, actor_id: `key:${admin.keyId}`, reason: 'Seen in person.' },
      ...{ occurred_at: now(), applied: true, data: body.data },
    });
  });

  it('may go without a reason, which is then null', async () => {
    const data = await created(app, tenant);
    expect((await override(app, tenant, data, { status: 'failed' })).body.data.reason).toBeNull();
  });

  it.each(['x', 'x'.repeat(500), '💩'.repeat(500), ' ', 'a\nb', '"\\\u2028</script>', 'Ünïcödé'])(
    'keeps its reason as it is: %j',
    async (reason) => {
      const data = await created(app, tenant);
      const { status, body } = await override(app, tenant, data, { status: 'failed', reason });
      expect([status, body.data.reason]).toEqual([200, reason]);
      expect((await app.call(tenant, 'GET', pathOf(data))).body.data.reason).toBe(reason);
      expect((await historyOf(data)).at(-1)?.['reason']).toBe(reason);
    },
  );

  it('refuses a reason of 501 characters, however many bytes those are', async () => {
    const data = await created(app, tenant);
    expect((await override(app, tenant, data, { status: 'failed', reason: '💩'.repeat(501) })).status).toBe(400);
  });

  describe('to verified', () => {
    it.each([
      ['manual', manualRequest(), 365],
      ['offline', vatRequest(), null],
    ])('ends by the policy of the check unless told: %s', async (_, body, days) => {
      const data = await created(app, tenant, body);
      if (data.status === 'verified') await override(app, tenant, data, { status: 'failed' });
      const { body: answer } = await override(app, tenant, data, { status: 'verified' });
      const end = days === null ? null : `${later(days).slice(0, 19)}.${now().slice(20)}`;
      expect(answer.data.expires_at).toBe(end);
    });

    it.each([
      ['2027-01-01T00:00:00Z', '2027-01-01T00:00:00.000000Z'],
      ['2027-01-01T00:00:00.1Z', '2027-01-01T00:00:00.100000Z'],
      ['2027-01-01T00:00:00.123456+05:30', '2026-12-31T18:30:00.123456Z'],
      ['2028-02-29T23:59:59.999999-00:00', '2028-02-29T23:59:59.999999Z'],
      ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'],
      [null, null],
    ])('ends when it is told: %s', async (given, shown) => {
      const data = await created(app, tenant);
      const { status, body } = await override(app, tenant, data, { status: 'verified', expires_at: given });
      expect([status, body.data.expires_at]).toEqual([200, shown]);
      expect((await app.call(tenant, 'GET', pathOf(data))).body.data.expires_at).toBe(shown);
    });

    it('may end a microsecond from now, not now', async () => {
      const data = await created(app, tenant);
      const refused = await override(app, tenant, data, { status: 'verified', expires_at: now() });
      expect([refused.status, refused.body.fields[0]]).toMatchObject([
        400,
        { field: 'expires_at', code: 'OUT_OF_RANGE' },
      ]);
      const next = now().replace(/456Z$/, '457Z');
      expect((await override(app, tenant, data, { status: 'verified', expires_at: next })).status).toBe(200);
    });

    it('again is a change only with another end', async () => {
      const data = await verificationIn('verified');
      const same = [{ status: 'verified' }, { status: 'verified', expires_at: data.expires_at }];
      for (const body of [...same, { status: 'verified', reason: 'once more' }])
        expect((await override(app, tenant, data, body)).status).toBe(409);
      const longer = await override(app, tenant, data, { status: 'verified', expires_at: later(900) });
      expect([longer.status, longer.body.data.status]).toEqual([200, 'verified']);
      const unending = await override(app, tenant, data, { status: 'verified', expires_at: null });
      expect([unending.status, unending.body.data.expires_at]).toEqual([200, null]);
      expect((await historyOf(data)).slice(-2).map((event) => [event.from_status, event.to_status])).toEqual([
        ['verified', 'verified'],
        ['verified', 'verified'],
      ]);
    });

    it('from a pass that has run out begins a new one', async () => {
      const data = await created(app, tenant);
      await override(app, tenant, data, { status: 'verified', expires_at: later(1) });
      await override(app, tenant, data, { status: 'expired' });
      app.clock.advance(2 * DAY);
      const { status, body } = await override(app, tenant, data, { status: 'verified' });
      expect([status, body.data.verified_at]).toEqual([200, now()]);
      expect(body.data.expires_at > now()).toBe(true);
    });

    it('is judged by what is true now: a pass whose end has gone by counts as expired', async () => {
      const data = await created(app, tenant);
      await override(app, tenant, data, { status: 'verified', expires_at: later(1) });
      app.clock.advance(2 * DAY);
      const failed = await override(app, tenant, data, { status: 'failed' });
      expect([failed.status, failed.body.from, failed.body.allowed]).toEqual([409, 'expired', ['verified']]);
      const { status, body } = await override(app, tenant, data, { status: 'verified' });
      expect([status, body.data?.status, body.data?.verified_at]).toEqual([200, 'verified', now()]);
    });
  });
});
