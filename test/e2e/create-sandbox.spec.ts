import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { dumpOf, foundIn } from '../support/database-dump.js';
import { SandboxVendorDriver } from '../support/sandbox-vendor-driver.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import { pathOf, sandboxRequest, VERIFICATIONS } from '../support/verification-requests.js';
import { REASONS } from '#app/providers/reasons.js';

/** Each fault of the vendor, the reason that names it, and how many checks the vendor then has. */
const FAULTS: readonly (readonly [scenario: string, reason: string, billed: number])[] = [
  ['fault:500', 'provider_unavailable', 0],
  ['fault:reset', 'network_error', 0],
  ['fault:html', 'provider_response_unrecognised', 0],
  ['fault:throttle', 'provider_throttled', 0],
  ['fault:unauthorized', 'provider_auth_failed', 0],
  ['fault:garbage', 'provider_response_unrecognised', 1],
  ['fault:truncated', 'network_error', 1],
  ['fault:lost_answer', 'network_error', 1],
  ['fault:unknown_status', 'provider_response_unrecognised', 1],
  ['fault:wrong_echo', 'provider_response_mismatch', 1],
];

describe('a check at a vendor', () => {
  const clock = new ScriptedClock();
  const vendor = new SandboxVendorDriver(clock);
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    await vendor.run();
    const sandbox = { settings: { base_url: vendor.url }, credentials: { api_key: vendor.apiKey } };
    app = await startTestApp({ clock, connections: { sandbox }, options: { waitMs: 4_000, callDeadlineMs: 3_000 } });
    tenant = await app.tenant();
  });
  afterAll(async () => {
    await app.close();
    await vendor.close();
  });

  const create = (scenario: string, more: Record<string, unknown> = {}): Promise<TestAnswer> =>
    app.call(tenant, 'POST', VERIFICATIONS, { body: sandboxRequest(scenario, more) });
  const startsOf = (id: string): number =>
    vendor.started().filter((entry) => JSON.stringify(entry).includes(id)).length;

  it('passes', async () => {
    const { status, body } = await create('verified');
    expect(status).toBe(201);
    expect(body.data).toMatchObject({
      status: 'verified',
      reason: 'identity_verified',
      actor_id: 'provider:sandbox',
      provider_reference: expect.stringMatching(/^sbx_/),
      verified_at: clock.now(),
      expires_at: '2027-11-22T09:30:00.123456Z',
    });
    expect(startsOf(body.data.id)).toBe(1);
  });

  it('ends a pass as the vendor says where that is earlier than the policy', async () => {
    expect((await create('verified', { valid_days: 10 })).body.data.expires_at).toBe('2026-12-02T09:30:00.123456Z');
    expect((await create('verified', { valid_days: 900 })).body.data.expires_at).toBe('2027-11-22T09:30:00.123456Z');
  });

  it.each(REASONS.negative)('fails: %s', async (reason) => {
    const { status, body } = await create(`failed:${reason}`);
    expect([status, body.data.status, body.data.reason]).toEqual([201, 'failed', reason]);
    expect([body.data.verified_at, body.data.expires_at]).toEqual([null, null]);
  });

  it.each([
    ['expired', 'expired', 'session_expired', null],
    ['review', 'pending', 'provider_review_required', 'review'],
    ['pending_then_verified', 'pending', 'provider_processing', 'provider'],
    ['pending_then_failed', 'pending', 'provider_processing', 'provider'],
  ])('%s', async (scenario, status, reason, awaiting) => {
    const { body } = await create(scenario);
    expect(body.data).toMatchObject({ status, reason, last_checked_at: clock.now() });
    expect(body.data.provider_reference).toMatch(/^sbx_/);
    const [row] = await app.sql('select awaiting from customer_verifications.verifications where id = $1', [
      body.data.id,
    ]);
    expect(row?.['awaiting']).toBe(awaiting);
  });

  it('hands the customer’s address over and keeps it nowhere', async () => {
    const { status, body, text } = await create('hosted');
    expect([status, body.data.status, body.data.reason]).toEqual([201, 'pending', 'awaiting_customer']);
    expect(Object.keys(body)).toEqual(['data', 'customer_action']);
    expect(Object.keys(body.customer_action)).toEqual(['type', 'url', 'expires_at']);
    expect(body.customer_action).toMatchObject({ type: 'redirect', expires_at: expect.stringMatching(/\.\d{6}Z$/) });
    expect((await fetch(body.customer_action.url)).status).toBe(200);
    const token = String(body.customer_action.url).split('/').at(-1) ?? '';
    expect(token.length).toBeGreaterThan(20);
    expect(text.split(token)).toHaveLength(2);
    const evidence = await app.call(tenant, 'GET', pathOf(body.data, '/evidence'));
    const history = await app.call(tenant, 'GET', pathOf(body.data, '/history'));
    const kept = [...(await dumpOf(app)), ...app.logs, evidence.text, history.text].join('\n');
    expect(foundIn(kept, [token, '/hosted/'])).toEqual([]);
  });

  it.each(FAULTS)('%s leaves it pending and names the fault', async (scenario, reason, billed) => {
    const { status, body } = await create(scenario);
    expect([status, body.data.status, body.data.reason]).toEqual([201, 'pending', reason]);
    expect(body.data).toMatchObject({ last_checked_at: clock.now(), verified_at: null, expires_at: null });
    expect(body.data.actor_id).toBe(`key:${tenant.keyId}`);
    expect(startsOf(body.data.id)).toBe(billed);
    const [row] = await app.sql<{ due: boolean }>(
      'select due_at is not null and lease_until is null as due from customer_verifications.verifications where id = $1',
      [body.data.id],
    );
    expect(row).toEqual({ due: true });
  });

  it('does not keep the caller waiting for a vendor that hangs, and ends the call at its own deadline', async () => {
    const sandbox = { settings: { base_url: vendor.url }, credentials: { api_key: vendor.apiKey } };
    const other = await startTestApp({
      clock,
      connections: { sandbox },
      options: { waitMs: 100, callDeadlineMs: 700 },
    });
    const who = await other.tenant();
    const answer = await other.call(who, 'POST', VERIFICATIONS, { body: sandboxRequest('fault:hang') });
    expect([answer.status, answer.body.data.status, answer.headers.get('etag')]).toEqual([201, 'pending', '"1"']);
    // A shutdown waits for the call, so its end is in the row by then.
    await other.nest.close();
    const sql = 'select status, reason, version from customer_verifications.verifications where id = $1';
    expect(await other.sql(sql, [answer.body.data.id])).toEqual([
      { status: 'pending', reason: 'provider_timeout', version: 2 },
    ]);
    await other.close();
  });

  it('leaves it pending where the vendor is not there at all', async () => {
    const away = new SandboxVendorDriver(clock);
    await away.run();
    const sandbox = { settings: { base_url: away.url }, credentials: { api_key: away.apiKey } };
    await away.stop();
    const other = await startTestApp({ clock, connections: { sandbox } });
    try {
      const answer = await other.call(await other.tenant(), 'POST', VERIFICATIONS, {
        body: sandboxRequest('verified'),
      });
      expect([answer.status, answer.body.data.status, answer.body.data.reason]).toEqual([
        201,
        'pending',
        'provider_unavailable',
      ]);
    } finally {
      await other.close();
    }
  });

  it('leaves it pending where nobody has configured the vendor', async () => {
    const other = await startTestApp({ clock });
    try {
      const answer = await other.call(await other.tenant(), 'POST', VERIFICATIONS, {
        body: sandboxRequest('verified'),
      });
      expect([answer.status, answer.body.data.status, answer.body.data.reason]).toEqual([
        201,
        'pending',
        'provider_not_configured',
      ]);
    } finally {
      await other.close();
    }
  });

  it('is for test keys alone', async () => {
    const live = await app.tenant({ livemode: true });
    const before = vendor.journal().length;
    const answer = await app.call(live, 'POST', VERIFICATIONS, { body: sandboxRequest('verified') });
    expect([answer.status, answer.body.code]).toEqual([422, 'UNKNOWN_PROVIDER']);
    expect(answer.body.detail).toBe('This provider takes test keys only.');
    const unknown = await app.call(live, 'POST', VERIFICATIONS, {
      body: { ...sandboxRequest('verified'), provider: 'nobody' },
    });
    expect([unknown.status, unknown.body.code]).toEqual([422, 'UNKNOWN_PROVIDER']);
    expect(vendor.journal()).toHaveLength(before);
  });

  it('asks the vendor nothing for what is refused', async () => {
    const before = vendor.journal().length;
    for (const more of [{ surplus: 1 }, { date_of_birth: '2023-02-29' }, { decide_after: 0 }])
      expect((await create('verified', more)).status).toBe(400);
    expect((await create('failed:made_up')).status).toBe(400);
    expect(vendor.journal()).toHaveLength(before);
  });
});
