import { epochMilliseconds } from '#app/platform/clock.js';
import type { Observation } from '#app/providers/observation.js';
import type { CallLimit, Check } from '#app/providers/provider-adapter.js';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { type HeldStart, ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import {
  created,
  manualRequest,
  membersIn,
  pathOf,
  refusalOf,
  VERIFICATIONS,
} from '../support/verification-requests.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A vendor of several parts; the note of a check says which one it is about. */
class PartedAdapter extends ScriptedAdapter {
  limit: CallLimit | null = null;

  partitionOf({ input }: Check): string {
    return typeof input['note'] === 'string' ? input['note'] : 'default';
  }

  limitOf(): CallLimit | null {
    return this.limit;
  }
}

type Shown = Record<string, unknown>;

describe('the gate of a provider', () => {
  let clock: ScriptedClock;
  let vendor: PartedAdapter;
  let blind: PartedAdapter;
  let one: TestApp;
  let other: TestApp;
  let tenant: TestTenant;
  let stranger: TestTenant;

  beforeEach(async () => {
    clock = new ScriptedClock();
    vendor = new PartedAdapter({ fetch: 'rerun' }, 'vendor');
    blind = new PartedAdapter({ idempotentStart: false }, 'blind');
    const settings = { clock, adapters: [vendor, blind, new ScriptedAdapter()], options: { waitMs: 1_000 } };
    one = await startTestApp(settings);
    other = await startTestApp({ ...settings, database: one.database });
    [tenant, stranger] = [await one.tenant(), await one.tenant()];
    vendor.script = blind.script = outage;
  });
  afterEach(async () => {
    await other.close();
    await one.close();
  });

  const say =
    (observation: Omit<Observation, 'observedAt'>) =>
    ({ answer }: HeldStart): void => {
      answer({ ...observation, observedAt: clock.now() });
    };
  const outage = say({ outcome: 'pending', reason: 'member_state_unavailable', retry: { class: 'outage' } });
  const verified = say({ outcome: 'verified', reason: 'identity_verified' });
  const request = (note = 'default', provider = 'vendor'): Shown => manualRequest({ provider, input: { note } });
  const create = (app = one, by = tenant, body = request()): Promise<Shown> => created(app, by, body) as Promise<Shown>;
  const many = async (count: number, app = one): Promise<Shown[]> => {
    const made: Shown[] = [];
    while (made.length < count) made.push(await create(app));
    return made;
  };
  const read = async (verification: Shown, by = tenant): Promise<Shown> =>
    (await one.call(by, 'GET', pathOf(verification))).body.data as Shown;
  const history = (verification: Shown, by = tenant): Promise<TestAnswer> =>
    one.call(by, 'GET', pathOf(verification, '/history?limit=100'));
  const later = async (milliseconds: number): Promise<void> => {
    clock.advance(milliseconds);
    await Promise.all([one.work(), other.work()]);
  };
  const lines = (event: string): Shown[] =>
    [...one.logs, ...other.logs].map((line) => JSON.parse(line) as Shown).filter((line) => line['event'] === event);

  it('closes after five faults in a row: nobody is asked, no status is lost, and all are answered when the vendor is back', async () => {
    const failed = await many(5);
    expect(vendor.asked).toHaveLength(5);
    clock.advance(SECOND);
    const waiting = [...(await many(10)), ...(await many(10, other)), await create(other, stranger)];
    expect(vendor.asked).toHaveLength(5);
    for (const each of waiting) {
      expect(each).toMatchObject({ status: 'pending', reason: 'member_state_unavailable', last_checked_at: null });
    }
    // Reading goes on, and so does every other part of the vendor, and every other vendor.
    expect(await read(waiting[0]!)).toEqual(waiting[0]);
    vendor.script = verified;
    expect(await create(one, tenant, request('another'))).toMatchObject({ status: 'verified' });
    vendor.script = outage;
    for (let minute = 0; minute < 12; minute += 1) await later(MINUTE);
    // One question each time that it is tried, not one for each that waits.
    expect(vendor.asked.length).toBeLessThan(6 + 8);
    // One event for its wait, and one for each question that was its own: which of those that wait is tried is chance.
    for (const each of waiting.slice(0, -1)) {
      const own = vendor.asked.filter(({ check }) => check.verificationId === each['id']).length;
      const events = membersIn(await history(each), 'type').slice(1);
      expect(events).toEqual(Array.from({ length: 1 + own }, () => 'verification.checked'));
    }
    vendor.script = verified;
    for (let minute = 0; minute < 75; minute += 1) await later(MINUTE);
    const all = [...failed, ...waiting.slice(0, -1)];
    for (const each of all) expect(await read(each)).toMatchObject({ status: 'verified' });
    expect(await read(waiting.at(-1)!, stranger)).toMatchObject({ status: 'verified' });
    expect(await one.sql(`select 1 from customer_verifications.verifications where status = 'failed'`)).toEqual([]);
    expect([lines('circuit_opened'), lines('circuit_closed')].map(({ length }) => length)).toEqual([1, 1]);
    expect(lines('circuit_opened')[0]).toMatchObject({ provider: 'vendor', partition: 'default' });
  });

  it('puts a question off without a trace but the reason, however often', async () => {
    await many(5);
    clock.advance(SECOND);
    const waits = await create(other);
    const before = await history(waits);
    expect(membersIn(before, 'actor_id').at(-1)).toBe('system:gates');
    expect(membersIn(before, 'version')).toEqual([1, 2]);
    const row = async (): Promise<Shown> => {
      const [found] = await one.sql('select * from customer_verifications.verifications where id = $1', [waits['id']]);
      return found as Shown;
    };
    // Somebody else tries the vendor, and hears nothing.
    vendor.script = () => undefined;
    clock.advance(30 * SECOND);
    const trying = vendor.nextQuestion();
    const trial = create(one, stranger);
    const held = await trying;
    expect(vendor.asked).toHaveLength(6);
    const dueAt: unknown[] = [];
    for (let count = 0; count < 8; count += 1) {
      dueAt.push((await row())['due_at']);
      await later(15 * SECOND);
    }
    expect(new Set(dueAt).size).toBeGreaterThan(3);
    expect(await history(waits)).toMatchObject({ text: before.text });
    expect(await row()).toMatchObject({ lease_until: null, version: 2, last_checked_at: null });
    const { attempts, ladder_from: from } = await row();
    expect(Number(attempts) - Number(from)).toBe(0);
    expect(vendor.asked).toHaveLength(6);
    vendor.script = verified;
    held.answer({ outcome: 'verified', reason: 'identity_verified', observedAt: clock.now() });
    await trial;
    await later(15 * SECOND);
    expect(await read(waits)).toMatchObject({ status: 'verified', last_checked_at: clock.now() });
  });

  it('never takes what it put off for a start that the vendor may have got', async () => {
    for (let count = 0; count < 5; count += 1) await create(one, tenant, request('x', 'blind'));
    const asked = blind.asked.length;
    clock.advance(SECOND);
    const waits = await create(other, tenant, request('x', 'blind'));
    expect(waits).toMatchObject({ status: 'pending', reason: 'member_state_unavailable' });
    blind.script = verified;
    for (let minute = 0; minute < 3; minute += 1) await later(MINUTE);
    expect(await read(waits)).toMatchObject({ status: 'verified' });
    expect(blind.kindsOf(waits['id'])).toEqual(['start']);
    // Of the five that were asked nobody knows what came of it: they are not asked twice.
    expect(blind.asked).toHaveLength(asked + 1);
  });

  it('heeds a vendor that wants to be left alone, for another tenant in another process', async () => {
    vendor.script = say({
      ...{ outcome: 'pending', reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 90 * SECOND } },
    });
    await create();
    clock.advance(SECOND);
    vendor.script = verified;
    const waits = await create(other, stranger);
    expect(waits).toMatchObject({ status: 'pending', reason: 'provider_throttled', last_checked_at: null });
    await later(88 * SECOND);
    expect(vendor.asked).toHaveLength(1);
    await later(30 * SECOND);
    expect(await read(waits, stranger)).toMatchObject({ status: 'verified' });
  });

  it('keeps a limit over two processes in every window, and answers everybody', async () => {
    vendor.limit = { calls: 10, perMs: 10 * SECOND };
    const calls: number[] = [];
    vendor.script = (question) => {
      calls.push(epochMilliseconds(clock.now()));
      verified(question);
    };
    const made = (await Promise.all([many(15), many(15, other)])).flat();
    expect(made.filter(({ reason }) => reason === 'provider_throttled').length).toBeGreaterThan(20);
    for (let second = 0; second < 60; second += 1) await later(SECOND);
    for (const each of made) expect(await read(each)).toMatchObject({ status: 'verified' });
    expect(calls).toHaveLength(30);
    for (const [index, first] of calls.entries()) {
      const beyond = calls[index + 10];
      if (beyond !== undefined) expect(beyond - first).toBeGreaterThanOrEqual(10 * SECOND);
    }
  });

  it('lets a recheck wait: 202, the same when repeated, the pass untouched', async () => {
    vendor.script = verified;
    const pass = await create();
    vendor.script = outage;
    await many(5);
    clock.advance(SECOND);
    const headers = { 'idempotency-key': 'again' };
    const answer = await other.call(tenant, 'POST', pathOf(pass, '/recheck'), { headers });
    expect([answer.status, answer.body.data]).toEqual([202, { ...pass, updated_at: clock.now() }]);
    const replay = await one.call(tenant, 'POST', pathOf(pass, '/recheck'), { headers });
    expect([replay.status, replay.body.data]).toEqual([202, answer.body.data]);
    vendor.script = verified;
    const { verified_at: before } = pass;
    for (let second = 0; second < 60; second += 10) await later(10 * SECOND);
    expect((await read(pass))['verified_at']).not.toBe(before);
  });

  it('answers a create with a key like any other, and its repetition the same', async () => {
    await many(5);
    clock.advance(SECOND);
    const sent = { body: request(), headers: { 'idempotency-key': 'once' } };
    const answer = await other.call(tenant, 'POST', VERIFICATIONS, sent);
    const replay = await one.call(tenant, 'POST', VERIFICATIONS, sent);
    expect([answer.status, replay.status]).toEqual([201, 201]);
    expect(answer.body.data).toMatchObject({ status: 'pending', reason: 'member_state_unavailable' });
    expect(replay.body.data).toEqual(answer.body.data);
    const async = await other.call(tenant, 'POST', VERIFICATIONS, {
      ...{ body: request(), headers: { prefer: 'respond-async' } },
    });
    expect(async.status).toBe(202);
  });

  it('says when to come back for a URL', async () => {
    vendor.script = say({ outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' });
    const waits = await create();
    vendor.script = outage;
    await many(5);
    clock.advance(SECOND);
    vendor.action = { type: 'redirect', url: 'https://vendor.example/go', expiresAt: null };
    const refused = await other.call(tenant, 'POST', pathOf(waits, '/customer-action'));
    expect(refusalOf(refused)).toEqual([503, 'PROVIDER_UNAVAILABLE']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(20);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(40);
    clock.advance(40 * SECOND);
    expect((await other.call(tenant, 'POST', pathOf(waits, '/customer-action'))).status).toBe(200);
  });

  it('is no obstacle where its own table can not be read, unless a limit is to be kept', async () => {
    await one.sql('alter table customer_verifications.provider_gates rename to provider_gates_away');
    vendor.script = verified;
    vendor.limit = { calls: 1, perMs: MINUTE };
    expect(await create()).toMatchObject({ status: 'pending', reason: 'provider_throttled' });
    vendor.limit = null;
    for (const made of await many(3)) expect(made).toMatchObject({ status: 'verified' });
    vendor.script = outage;
    await many(5);
    const asked = vendor.asked.length;
    expect(await create()).toMatchObject({ status: 'pending', reason: 'member_state_unavailable' });
    expect(vendor.asked).toHaveLength(asked);
    vendor.script = verified;
    clock.advance(40 * SECOND);
    expect(await create()).toMatchObject({ status: 'verified' });
  });
});
