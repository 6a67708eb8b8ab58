import type {} from '#app/providers/observation.js';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { SandboxVendorDriver } from '../support/sandbox-vendor-driver.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import {
  created,
  membersIn,
  pathOf,
  sandboxRequest,
  shownIn,
  VERIFICATIONS,
} from '../support/verification-requests.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('the follow-up of a check', () => {
  const clock = new ScriptedClock();
  const vendor = new SandboxVendorDriver(clock);
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    await vendor.run();
    const sandbox = { settings: { base_url: vendor.url }, credentials: { api_key: vendor.apiKey } };
    const options = { waitMs: 4_000, callDeadlineMs: 3_000 };
    app = await startTestApp({ clock, connections: { sandbox }, options });
    tenant = await app.tenant();
  });
  afterAll(async () => {
    await app.close();
    await vendor.close();
  });

  type Shown = Record<string, unknown>;
  const create = (scenario: string, more: Shown = {}): Promise<Shown> =>
    created(app, tenant, sandboxRequest(scenario, more)) as Promise<Shown>;
  const read = async (verification: Shown): Promise<Shown> =>
    (await app.call(tenant, 'GET', pathOf(verification))).body.data as Shown;
  const historyOf = (verification: Shown): Promise<TestAnswer> =>
    app.call(tenant, 'GET', pathOf(verification, '/history?limit=100'));
  const later = async (milliseconds: number): Promise<void> => {
    clock.advance(milliseconds);
    await app.work();
  };
  const calls = (): number => vendor.journal().filter(({ kind }) => kind === 'called').length;
  const startsOf = (verification: Shown): number =>
    vendor.started().filter((entry) => JSON.stringify(entry).includes(String(verification['id']))).length;
  const rowOf = async (where: TestApp, { id }: Shown): Promise<Shown> => {
    const [row] = await where.sql('select * from customer_verifications.verifications where id = $1', [id]);
    return row ?? {};
  };

  it.each([
    ['pending_then_verified', 'verified', 'identity_verified'],
    ['pending_then_failed', 'failed', 'provider_rejected'],
  ])('reads %s until it is decided, by the ladder', async (scenario, status, reason) => {
    const first = await create(scenario, { decide_after: 3 });
    const before = calls();
    await later(MINUTE - 1);
    expect(calls()).toBe(before);
    await later(1);
    await later(5 * MINUTE - 1);
    expect(calls()).toBe(before + 1);
    await later(1);
    expect(await read(first)).toMatchObject({ status: 'pending', last_checked_at: clock.now() });
    await later(15 * MINUTE);
    expect(calls()).toBe(before + 3);
    const decided = await read(first);
    expect(decided).toMatchObject({ status, actor_id: 'provider:sandbox' });
    if (status === 'verified') expect(decided['reason']).toBe(reason);
    const history = await historyOf(first);
    expect(membersIn(history, 'version')).toEqual([1, 2, 3, 4, 5]);
    expect(membersIn(history, 'type')).toEqual([
      'verification.created',
      ...['verification.checked', 'verification.checked', 'verification.checked'],
      'verification.status_changed',
    ]);
    expect(shownIn(history)[2]).toMatchObject({ actor_id: 'provider:sandbox', applied: true, to_status: 'pending' });
    expect(shownIn(history).at(-1)?.['data']).toEqual(decided);
    await later(DAY);
    expect(calls()).toBe(before + 3);
    expect(startsOf(first)).toBe(1);
  });

  it.each([
    ...['fault:500', 'fault:reset', 'fault:html', 'fault:throttle', 'fault:unauthorized', 'fault:garbage'],
    ...['fault:truncated', 'fault:lost_answer', 'fault:unknown_status', 'fault:wrong_echo'],
  ])('outlasts one %s, with one billable start', async (scenario) => {
    const first = await create(scenario, { fault_times: 1, then: 'failed:document_expired' });
    expect(first['status']).toBe('pending');
    await later(7 * HOUR);
    expect(await read(first)).toMatchObject({ status: 'failed', reason: 'document_expired' });
    expect(startsOf(first)).toBe(1);
  });

  it('leaves a vendor alone for as long as it asks', async () => {
    const first = await create('fault:throttle', { fault_times: 1 });
    const before = calls();
    await later(30 * SECOND - 1);
    expect(calls()).toBe(before);
    await later(1);
    expect(await read(first)).toMatchObject({ status: 'verified' });
  });

  it('goes on through faults of reading', async () => {
    const first = await create('fault:500', { fault_at: 'fetch', fault_times: 2, then: 'pending_then_verified' });
    for (let hour = 0; hour < 5; hour += 1) await later(HOUR);
    expect(await read(first)).toMatchObject({ status: 'verified' });
    expect(startsOf(first)).toBe(1);
  });

  it('ends with the window', async () => {
    const first = await create('pending_then_verified', { decide_after: 1000 });
    await later(72 * HOUR - 1);
    expect(await read(first)).toMatchObject({ status: 'pending' });
    const before = calls();
    await later(1);
    expect(await read(first)).toMatchObject({
      ...{ status: 'expired', reason: 'pending_window_elapsed', actor_id: 'system:expiry', expires_at: null },
    });
    expect(calls()).toBe(before);
    await later(30 * DAY);
    expect(calls()).toBe(before);
    expect(membersIn(await historyOf(first), 'type').filter((type) => /status/.test(String(type)))).toHaveLength(1);
    expect(await rowOf(app, first)).toMatchObject({ due_at: null, lease_until: null });
  });

  it('lets a review take as long as it takes', async () => {
    const first = await create('review');
    await later(100 * DAY);
    expect(await read(first)).toMatchObject({ status: 'pending', reason: 'provider_review_required' });
    // Asked on, seldom: the callback that ends it may be lost.
    for (let hour = 0; hour < 24; hour += 1) await later(HOUR);
    const before = calls();
    for (let hour = 0; hour < 12; hour += 1) await later(HOUR);
    expect(calls() - before).toBe(2);
    await vendor.decide(String(first['provider_reference']), 'approved');
    for (let hour = 0; hour < 6; hour += 1) await later(HOUR);
    expect(await read(first)).toMatchObject({ status: 'verified' });
  });

  it('ends a pass that is outlived, once', async () => {
    const first = await create('verified', { valid_days: 1 });
    await later(DAY - 1);
    expect(await read(first)).toMatchObject({ status: 'verified' });
    const before = calls();
    await later(1);
    await later(DAY);
    expect(await read(first)).toMatchObject({
      ...{ status: 'expired', reason: 'pass_outlived', actor_id: 'system:expiry', verified_at: first['verified_at'] },
      ...{ expires_at: first['expires_at'] },
    });
    const history = await historyOf(first);
    expect(membersIn(history, 'to_status')).toEqual(['pending', 'verified', 'expired']);
    expect(shownIn(history)[2]).toMatchObject({ type: 'verification.status_changed', from_status: 'verified' });
    expect(calls()).toBe(before);
  });

  it('keeps an answer as evidence only where it is news', async () => {
    const first = await create('pending_then_verified', { decide_after: 4 });
    const kinds = async (): Promise<unknown[]> =>
      membersIn(await app.call(tenant, 'GET', pathOf(first, '/evidence')), 'kind');
    expect(await kinds()).toEqual(['input', 'answer']);
    for (let poll = 0; poll < 3; poll += 1) await later(HOUR);
    expect(await kinds()).toEqual(['input', 'answer']);
    await later(6 * HOUR);
    expect(await read(first)).toMatchObject({ status: 'verified' });
    expect(await kinds()).toEqual(['input', 'answer', 'answer']);
  });

  it('asks nobody about what was decided before the work came to it', async () => {
    const first = await create('verified');
    const before = calls();
    await app.sql(
      `update customer_verifications.verifications set due_at = created_at, attempts = 2, lease_until = now() - interval '1 second'
        where id = $1`,
      [first['id']],
    );
    await app.work();
    expect(calls()).toBe(before);
    const { due_at: dueAt, lease_until: lease } = await rowOf(app, first);
    expect([(dueAt as Date).toISOString(), lease]).toEqual([String(first['expires_at']).replace(/\d{3}Z$/, 'Z'), null]);
  });

  it('finds a check again after a process that died in the middle of its start', async () => {
    const first = await create('verified');
    // What a process leaves that is killed between the vendor's answer and its own commit.
    await app.sql(
      `update customer_verifications.verifications set status = 'pending', reason = null, verified_at = null, expires_at = null,
        provider_reference = null, reference_key = null, word_key = null, last_checked_at = null, due_at = created_at, attempts = 1,
        lease_until = clock_timestamp() - interval '1 second' where id = $1`,
      [first['id']],
    );
    await app.work();
    expect(await read(first)).toMatchObject({ status: 'verified', provider_reference: first['provider_reference'] });
    expect(startsOf(first)).toBe(1);
  });

  it('is asked of nobody while another process holds the claim', async () => {
    const first = await create('pending_then_verified');
    await app.sql(
      `update customer_verifications.verifications set lease_until = clock_timestamp() + interval '1 hour' where id = $1`,
      [first['id']],
    );
    const before = calls();
    await later(HOUR);
    expect(calls()).toBe(before);
  });

  it('shows nothing of itself in a list', async () => {
    const { body } = await app.call(tenant, 'GET', `${VERIFICATIONS}?limit=1`);
    expect(Object.keys(body.data[0])).toHaveLength(16);
  });
});
