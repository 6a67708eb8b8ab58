import { randomUUID } from 'node:crypto';
import type {} from '#app/providers/observation.js';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { SandboxVendorDriver } from '../support/sandbox-vendor-driver.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import {
  created,
  manualRequest,
  membersIn,
  pathOf,
  refusalOf,
  sandboxRequest,
  shownIn,
} from '../support/verification-requests.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Shown = Record<string, unknown>;

describe('a recheck', () => {
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
  const sandbox = (scenario: string, more: Shown = {}): Promise<Shown> =>
    created(app, tenant, sandboxRequest(scenario, more)) as Promise<Shown>;
  const recheck = (verification: Shown, headers: Record<string, string> = {}): Promise<TestAnswer> =>
    app.call(tenant, 'POST', pathOf(verification, '/recheck'), { headers });
  const historyOf = (verification: Shown): Promise<TestAnswer> =>
    app.call(tenant, 'GET', pathOf(verification, '/history?limit=100'));
  const startsOf = (verification: Shown): number =>
    vendor.started().filter((entry) => JSON.stringify(entry).includes(String(verification['id']))).length;
  const rowOf = async (where: TestApp, { id }: Shown): Promise<Shown> => {
    const [row] = await where.sql(
      'select *, lease_until > clock_timestamp() as leased from customer_verifications.verifications where id = $1',
      [id],
    );
    return row ?? {};
  };

  it('runs an offline check again, from the input that was kept', async () => {
    const input = { date_of_birth: '2008-11-23', jurisdiction: 'AU-VIC', purpose: 'majority' };
    const body = manualRequest({ provider: 'offline', verification_type: 'age', check_type: 'age', input });
    const first = (await created(app, tenant, body)) as Shown;
    expect(first).toMatchObject({ status: 'failed', reason: 'age_below_minimum' });
    clock.advance(DAY);
    const answer = await recheck(first);
    expect([answer.status, answer.body.data.status, answer.body.data.reason]).toEqual([200, 'verified', 'age_met']);
    expect(answer.body.data.verified_at).toBe(clock.now());
    expect(answer.headers.get('etag')).toBe('"4"');
    const history = await historyOf(first);
    expect(membersIn(history, 'type').slice(2)).toEqual([
      'verification.recheck_started',
      'verification.status_changed',
    ]);
    expect(membersIn(history, 'to_status')).toEqual(['pending', 'failed', 'pending', 'verified']);
    expect(shownIn(history)[2]).toMatchObject({ actor_id: `key:${tenant.keyId}`, from_status: 'failed' });
  });

  it('by reference reads the same check again, and keeps the time of its decision', async () => {
    const first = await sandbox('verified');
    clock.advance(HOUR);
    const { status, body } = await recheck(first);
    expect([status, body.data.status]).toEqual([200, 'verified']);
    expect(body.data).toMatchObject({ verified_at: first['verified_at'], expires_at: first['expires_at'] });
    expect(body.data.last_checked_at).toBe(clock.now());
    expect(membersIn(await historyOf(first), 'type').slice(2)).toEqual([
      'verification.recheck_started',
      'verification.checked',
    ]);
    expect(startsOf(first)).toBe(1);
    expect(await rowOf(app, first)).toMatchObject({ round: 2, lease_until: null, attempts: 2 });
  });

  it('of a session that is outlived is no new approval', async () => {
    const first = await sandbox('verified', { valid_days: 1 });
    clock.advance(2 * DAY);
    await app.work();
    const { status, body } = await recheck(first);
    expect([status, body.data.status, body.data.reason]).toEqual([200, 'expired', 'pass_outlived']);
    expect(body.data).toMatchObject({ verified_at: first['verified_at'], expires_at: first['expires_at'] });
    expect(membersIn(await historyOf(first), 'to_status')).toEqual([
      'pending',
      'verified',
      'expired',
      'pending',
      'expired',
    ]);
    expect(startsOf(first)).toBe(1);
  });

  it('of a pass that nobody has ended yet ends it first', async () => {
    const first = await sandbox('verified', { valid_days: 1 });
    clock.advance(2 * DAY);
    await recheck(first);
    const history = await historyOf(first);
    expect(membersIn(history, 'from_status')).toEqual([null, 'pending', 'verified', 'expired', 'pending']);
    expect(shownIn(history)[2]).toMatchObject({ actor_id: 'system:expiry', reason: 'pass_outlived' });
  });

  it('hears that the vendor has changed its mind', async () => {
    const first = await sandbox('failed:document_unreadable');
    clock.advance(HOUR);
    await vendor.ask('POST', `/v1/checks/${String(first['provider_reference'])}/decision`, { status: 'approved' });
    const { status, body } = await recheck(first);
    expect([status, body.data.status, body.data.verified_at]).toEqual([200, 'verified', clock.now()]);
  });

  it('brings the next question about a pending check forward, and opens no round', async () => {
    const first = await sandbox('pending_then_verified');
    const waiting = await recheck(first);
    expect([waiting.status, waiting.body.data.status]).toEqual([200, 'pending']);
    const { status, body } = await recheck(first);
    expect([status, body.data.status]).toEqual([200, 'verified']);
    expect(await rowOf(app, first)).toMatchObject({ round: 1, lease_until: null });
    expect(membersIn(await historyOf(first), 'type')).not.toContain('verification.recheck_started');
    expect(startsOf(first)).toBe(1);
  });

  it('finds out whether a start whose answer was lost arrived', async () => {
    const first = await sandbox('fault:lost_answer');
    expect(first).toMatchObject({ status: 'pending', provider_reference: null });
    const { status, body } = await recheck(first);
    expect([status, body.data.status]).toEqual([200, 'verified']);
    expect(startsOf(first)).toBe(1);
  });

  it('finds out how far a review is', async () => {
    const first = await sandbox('review');
    expect((await recheck(first)).body.data).toMatchObject({ status: 'pending', reason: 'provider_review_required' });
    await vendor.decide(String(first['provider_reference']), 'approved');
    const { status, body } = await recheck(first);
    expect([status, body.data.status]).toEqual([200, 'verified']);
  });

  it('is not for another tenant, nor for an id that nobody has', async () => {
    const first = await sandbox('verified');
    const stranger = await app.tenant();
    const answers = [
      await app.call(stranger, 'POST', pathOf(first, '/recheck')),
      await app.call(tenant, 'POST', pathOf({ id: randomUUID() }, '/recheck')),
    ];
    expect(answers.map(refusalOf)).toEqual([
      [404, 'NOT_FOUND'],
      [404, 'NOT_FOUND'],
    ]);
    expect(membersIn(await historyOf(first), 'version')).toEqual([1, 2]);
  });

  it('wants the scope that writes', async () => {
    const first = await sandbox('verified');
    const reader = await app.tenant({ organizationId: tenant.organizationId, scopes: ['verifications:read'] });
    expect(refusalOf(await app.call(reader, 'POST', pathOf(first, '/recheck')))).toEqual([403, 'FORBIDDEN']);
  });

  it('takes no body but an input, and no query', async () => {
    const first = await sandbox('verified');
    const withBody = await app.call(tenant, 'POST', pathOf(first, '/recheck'), { body: { now: true } });
    const withQuery = await app.call(tenant, 'POST', pathOf(first, '/recheck?now=1'));
    expect([withBody, withQuery].map(refusalOf)).toEqual([
      [400, 'VALIDATION_ERROR'],
      [400, 'VALIDATION_ERROR'],
    ]);
  });

  it('with an Idempotency-Key is done once, and says the same again', async () => {
    const first = await sandbox('verified');
    const key = { 'idempotency-key': randomUUID() };
    const one = await recheck(first, key);
    clock.advance(HOUR);
    const before = vendor.journal().length;
    const two = await recheck(first, key);
    expect([two.status, two.text, two.headers.get('etag')]).toEqual([one.status, one.text, one.headers.get('etag')]);
    expect(two.headers.get('idempotent-replayed')).toBe('true');
    expect(vendor.journal()).toHaveLength(before);
    const elsewhere = await sandbox('verified');
    expect(refusalOf(await recheck(elsewhere, key))).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });
});
