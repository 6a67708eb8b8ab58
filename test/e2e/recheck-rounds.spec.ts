import { randomUUID } from 'node:crypto';
import type { Observation } from '#app/providers/observation.js';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import {
  created,
  manualRequest,
  membersIn,
  override,
  pathOf,
  refusalOf,
  shownIn,
} from '../support/verification-requests.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WINDOW = 72 * HOUR;

type Shown = Record<string, unknown>;

describe('the round of a recheck', () => {
  const clock = new ScriptedClock();
  const readable = new ScriptedAdapter({ fetch: 'by_reference', idempotentStart: false }, 'readable');
  const again = new ScriptedAdapter({ fetch: 'rerun' }, 'again');
  const mute = new ScriptedAdapter({ idempotentStart: false }, 'mute');
  let scripted: TestApp;
  let other: TestTenant;

  beforeAll(async () => {
    const options = { waitMs: 1_000, callDeadlineMs: 20_000 };
    scripted = await startTestApp({ clock, adapters: [readable, again, mute], options });
    other = await scripted.tenant();
  });
  afterAll(async () => {
    for (const { fail } of [...readable.asked, ...again.asked, ...mute.asked]) fail(new Error('the test is over'));
    await scripted.close();
  });
  beforeEach(() => {
    for (const adapter of [readable, again, mute]) adapter.script = () => undefined;
  });

  const recheckScripted = (verification: Shown, headers: Record<string, string> = {}): Promise<TestAnswer> =>
    scripted.call(other, 'POST', pathOf(verification, '/recheck'), { headers });
  const historyOfScripted = (verification: Shown): Promise<TestAnswer> =>
    scripted.call(other, 'GET', pathOf(verification, '/history?limit=100'));
  const standing = async (verification: Shown): Promise<Shown> =>
    (await scripted.call(other, 'GET', pathOf(verification))).body.data as Shown;
  const rowOf = async (where: TestApp, { id }: Shown): Promise<Shown> => {
    const [row] = await where.sql(
      'select *, lease_until > clock_timestamp() as leased from customer_verifications.verifications where id = $1',
      [id],
    );
    return row ?? {};
  };
  const says = (outcome: Observation['outcome'], reason: Observation['reason']): Observation => ({
    ...{ outcome, reason, observedAt: clock.now(), reference: 'vendor-1' },
  });
  /** A verification of a scripted provider that stands as told. */
  const decided = async (
    provider: ScriptedAdapter,
    [outcome, reason]: [Observation['outcome'], Observation['reason']],
  ): Promise<Shown> => {
    provider.script = ({ answer }) => {
      answer(says(outcome, reason));
    };
    const made = (await created(scripted, other, manualRequest({ provider: provider.provider }))) as Shown;
    provider.script = () => undefined;
    return made;
  };

  it('leaves a pass as it is until the answer comes', async () => {
    const first = await decided(readable, ['verified', 'identity_verified']);
    const asking = readable.nextQuestion();
    const waited = await recheckScripted(first);
    expect([waited.status, waited.body.data.status]).toEqual([202, 'verified']);
    const held = await asking;
    expect([held.kind, held.check.reference]).toEqual(['fetch', 'vendor-1']);
    held.answer({ ...says('failed', 'document_fraud'), observedAt: clock.now() });
    // The calls under way are waited for by whoever looks at the row again: the answer arrives by the row.
    const settled = await until(
      () => standing(first),
      ({ status }) => status !== 'verified',
    );
    expect(settled).toMatchObject({ status: 'failed', reason: 'document_fraud' });
  });

  it.each<[ScriptedAdapter, Observation['outcome'], Observation['reason']]>([
    [readable, 'failed', 'document_fraud'],
    [again, 'expired', 'session_expired'],
  ])('of %p gives back what it began with where nobody answers: %s', async (provider, outcome, reason) => {
    const first = await decided(provider, [outcome, reason]);
    provider.script = ({ fail }) => {
      fail(new Error('away'));
    };
    const begun = await recheckScripted(first);
    expect([begun.status, begun.body.data.status, begun.body.data.reason]).toEqual([200, 'pending', 'adapter_fault']);
    const asked = provider.kindsOf(first['id']).length;
    for (let hour = 0; hour < 71; hour += 1) {
      clock.advance(HOUR);
      await scripted.work();
    }
    expect(provider.kindsOf(first['id']).length).toBeGreaterThan(asked + 3);
    expect(await standing(first)).toMatchObject({ status: 'pending' });
    clock.advance(HOUR);
    await scripted.work();
    const { status, reason: why, actor_id: actor, verified_at: at } = first;
    expect(await standing(first)).toMatchObject({ status, reason: why, actor_id: actor, verified_at: at });
    const last = shownIn(await historyOfScripted(first)).at(-1);
    expect(last).toMatchObject({ actor_id: 'system:expiry', from_status: 'pending', to_status: outcome });
    expect(await rowOf(scripted, first)).toMatchObject({ due_at: null, lease_until: null });
    // Its word may still come, and counts.
    provider.script = ({ answer }) => {
      answer(says('verified', 'identity_verified'));
    };
    expect((await recheckScripted(first)).body.data.status).toBe('verified');
  });

  it('of a pass asks on until the round’s window ends, keeps the pass, and then asks no more', async () => {
    const first = await decided(readable, ['verified', 'identity_verified']);
    readable.script = ({ answer }) => {
      answer({ outcome: 'pending', reason: 'provider_processing', observedAt: clock.now(), answer: { not: 'yet' } });
    };
    expect((await recheckScripted(first)).body.data.status).toBe('verified');
    for (const wait of [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR]) {
      clock.advance(wait);
      await scripted.work();
    }
    expect(readable.kindsOf(first['id'])).toEqual(['start', ...Array.from({ length: 5 }, () => 'fetch')]);
    const evidence = await scripted.call(other, 'GET', pathOf(first, '/evidence'));
    expect(membersIn(evidence, 'content')).toEqual([{ not: 'yet' }]);
    clock.advance(WINDOW);
    await scripted.work();
    const asked = readable.kindsOf(first['id']).length;
    expect(await standing(first)).toMatchObject({ status: 'verified', expires_at: first['expires_at'] });
    const { due_at: dueAt, lease_until: lease } = await rowOf(scripted, first);
    expect([(dueAt as Date).toISOString(), lease]).toEqual([String(first['expires_at']).replace(/\d{3}Z$/, 'Z'), null]);
    clock.advance(DAY);
    await scripted.work();
    expect(readable.kindsOf(first['id'])).toHaveLength(asked);
  });

  it('is one with another at the same time', async () => {
    const first = await decided(readable, ['verified', 'identity_verified']);
    const asking = readable.nextQuestion();
    const answers = await Promise.all(Array.from({ length: 10 }, () => recheckScripted(first)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 202));
    expect(readable.kindsOf(first['id'])).toEqual(['start', 'fetch']);
    expect(await rowOf(scripted, first)).toMatchObject({ round: 2, attempts: 2, leased: true });
    const types = membersIn(await historyOfScripted(first), 'type');
    expect(types.filter((type) => type === 'verification.recheck_started')).toHaveLength(1);
    (await asking).answer(says('verified', 'identity_verified'));
    await until(
      () => rowOf(scripted, first),
      ({ leased }) => leased !== true,
    );
  });

  it('ends the standing of an override', async () => {
    const first = await decided(readable, ['verified', 'identity_verified']);
    expect((await override(scripted, other, first, { status: 'failed', reason: 'a mistake' })).status).toBe(200);
    readable.script = ({ answer }) => {
      answer(says('verified', 'identity_verified'));
    };
    const { status, body } = await recheckScripted(first);
    expect([status, body.data.status, body.data.actor_id]).toEqual([200, 'verified', 'provider:readable']);
  });

  it('is overtaken by an override', async () => {
    const first = await decided(readable, ['failed', 'document_fraud']);
    const asking = readable.nextQuestion();
    expect((await recheckScripted(first)).body.data.status).toBe('pending');
    expect((await override(scripted, other, first, { status: 'verified' })).status).toBe(200);
    (await asking).answer(says('failed', 'document_fraud'));
    const history = await until(
      () => historyOfScripted(first),
      (answer) => shownIn(answer).length === 5,
    );
    expect(shownIn(history).at(-1)).toMatchObject({ type: 'verification.observation_ignored', applied: false });
    expect(await standing(first)).toMatchObject({ status: 'verified', actor_id: `key:${other.keyId}` });
  });

  it('keeps its claim when the answer of the round before comes late', async () => {
    const starting = again.nextQuestion();
    const headers = { prefer: 'respond-async' };
    const body = manualRequest({ provider: 'again' });
    const first = (await scripted.call(other, 'POST', '/v1/verifications', { body, headers })).body.data as Shown;
    const started = await starting;
    await override(scripted, other, first, { status: 'failed', reason: 'seen' });
    const asking = again.nextQuestion();
    await recheckScripted(first);
    const held = await asking;
    started.answer(says('verified', 'identity_verified'));
    await until(
      () => historyOfScripted(first),
      (answer) => shownIn(answer).length === 4,
    );
    expect(await rowOf(scripted, first)).toMatchObject({ round: 2, status: 'pending', attempts: 2, leased: true });
    held.answer(says('verified', 'identity_verified'));
    expect(
      await until(
        () => standing(first),
        ({ status }) => status !== 'pending',
      ),
    ).toMatchObject({ status: 'verified' });
  });

  it('is refused where it can’t be asked again', async () => {
    const failed = await decided(mute, ['failed', 'document_fraud']);
    const waiting = await decided(mute, ['pending', 'provider_processing']);
    for (const row of [failed, waiting]) {
      expect(refusalOf(await recheckScripted(row, { 'idempotency-key': randomUUID() }))).toEqual([
        422,
        'CHECK_NOT_SUPPORTED',
      ]);
      expect(await standing(row)).toEqual(row);
    }
    expect(await scripted.sql('select from customer_verifications.idempotency_records')).toEqual([]);
  });

  it('with an Idempotency-Key says 202 again even when the answer has come since', async () => {
    const first = await decided(readable, ['failed', 'document_fraud']);
    const asking = readable.nextQuestion();
    const key = { 'idempotency-key': randomUUID() };
    const one = await recheckScripted(first, key);
    expect([one.status, one.body.data.status]).toEqual([202, 'pending']);
    (await asking).answer(says('verified', 'identity_verified'));
    await until(
      () => standing(first),
      ({ status }) => status === 'verified',
    );
    const two = await recheckScripted(first, key);
    expect([two.status, two.text]).toEqual([202, one.text]);
  });

  it('does not wait where the caller prefers not to', async () => {
    const first = await decided(readable, ['failed', 'document_fraud']);
    const asking = readable.nextQuestion();
    const answer = await recheckScripted(first, { prefer: 'respond-async' });
    expect([answer.status, answer.body.data.status, answer.body.data.reason]).toEqual([202, 'pending', null]);
    (await asking).answer(says('verified', 'identity_verified'));
    expect(
      await until(
        () => standing(first),
        ({ status }) => status !== 'pending',
      ),
    ).toMatchObject({ status: 'verified' });
  });

  it('is taken over by a worker where its process died', async () => {
    const first = await decided(readable, ['verified', 'identity_verified']);
    await recheckScripted(first, { prefer: 'respond-async' });
    await scripted.sql(
      `update customer_verifications.verifications set lease_until = clock_timestamp() - interval '1 second' where id = $1`,
      [first['id']],
    );
    readable.script = ({ answer }) => {
      answer(says('failed', 'document_fraud'));
    };
    await scripted.work();
    expect(await standing(first)).toMatchObject({ status: 'failed' });
  });
});

/** Asks again until the answer is as wanted. */
async function until<Value>(ask: () => Promise<Value>, wanted: (value: Value) => boolean): Promise<Value> {
  for (let look = 0; look < 1_000; look += 1) {
    const value = await ask();
    if (wanted(value)) return value;
  }
  throw new Error('it did not come to that');
}
