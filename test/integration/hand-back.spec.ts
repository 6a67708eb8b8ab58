import { within } from '#app/platform/deadline.js';
import type { Observation } from '#app/providers/observation.js';
import { CURRENT_SCHEMA, startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import { manualRequest, membersIn, pathOf, VERIFICATIONS } from '../support/verification-requests.js';
import { dueRowIn } from '../support/work/due-rows.js';

/** Shorter than any lease, deadline or back-off: what happens within it was not waited for. */
const SOON_MS = 5_000;

describe('an application that is told to stop', () => {
  const clock = new ScriptedClock();
  let database: TestDatabase;
  let near: ScriptedAdapter;
  let far: ScriptedAdapter;
  let one: TestApp;
  let other: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    database = await createTestDatabase(CURRENT_SCHEMA);
  });
  afterAll(() => database.drop());
  afterEach(async () => {
    for (const { fail } of [...near.asked, ...far.asked]) fail(new Error('the test is over'));
    await other.close();
    await one.close();
  });

  const startTwo = async (
    capabilities: ConstructorParameters<typeof ScriptedAdapter>[0],
    work: 'on' | 'off' = 'off',
  ) => {
    [near, far] = [new ScriptedAdapter(capabilities), new ScriptedAdapter(capabilities)];
    one = await startTestApp({ adapters: [near], database, clock, work });
    other = await startTestApp({ adapters: [far], database, clock });
    tenant = await one.tenant();
  };
  const observed = (reason: 'identity_verified' | 'provider_processing'): Observation => ({
    ...{ outcome: reason === 'identity_verified' ? 'verified' : 'pending', reason, reference: 'vendor-1' },
    observedAt: clock.now(),
  });
  const create = async (
    headers: Record<string, string> = { prefer: 'respond-async' },
  ): Promise<Record<string, unknown>> => {
    const body = manualRequest({ provider: 'scripted' });
    const answer = await one.call(tenant, 'POST', VERIFICATIONS, { body, headers });
    return answer.body.data as Record<string, unknown>;
  };
  const typesOf = async (verification: Record<string, unknown>): Promise<unknown[]> =>
    membersIn(await other.call(tenant, 'GET', pathOf(verification, '/history')), 'type');

  it.each([
    ['repeated', { idempotentStart: true }, ['start']],
    ['found', { idempotentStart: false, find: true }, ['find', 'start']],
    ['run again', { idempotentStart: false, fetch: 'rerun' }, ['fetch']],
  ] as const)('hands back a start that can be %s, and does not wait for it', async (_, capabilities, kinds) => {
    await startTwo(capabilities);
    const starting = near.nextStart();
    const shown = await create();
    const held = await starting;
    expect(
      await within(
        SOON_MS,
        one.nest.close().then(() => 'closed'),
      ),
    ).toBe('closed');
    expect(held.call.signal.aborted).toBe(true);
    expect(await dueRowIn(other, shown['id'])).toMatchObject({ lease_until: null, attempts: 1, status: 'pending' });

    far.script = ({ kind, answer, answerNothing }) => {
      if (kind === 'find') answerNothing();
      else answer(observed('identity_verified'));
    };
    // By now a vendor that can't find it never got it.
    clock.advance(90_000);
    await other.work();
    clock.advance(2_000);
    await other.work();
    // Too late: nobody listens any more.
    held.answer({ ...observed('identity_verified'), outcome: 'failed', reason: 'document_expired' });
    expect(far.kindsOf(shown['id'])).toEqual(kinds);
    expect(far.asked.map(({ call }) => call.idempotencyKey)).toEqual(kinds.map(() => held.call.idempotencyKey));
    // That nothing had arrived is put down before it is started again.
    const put = kinds.length > 1 ? ['verification.checked'] : [];
    expect(await dueRowIn(other, shown['id'])).toMatchObject({ status: 'verified', version: 2 + put.length });
    expect(await typesOf(shown)).toEqual(['verification.created', ...put, 'verification.status_changed']);
  });

  it('waits for a start that can be neither found nor repeated, and stores what it brings', async () => {
    await startTwo({ idempotentStart: false, find: false });
    const starting = near.nextStart();
    const shown = await create();
    const held = await starting;
    const closed = one.nest.close().then(() => 'closed');
    expect(await within(2_000, closed)).toBeNull();
    expect(await dueRowIn(other, shown['id'])).toMatchObject({ leased: true });
    held.answer(observed('identity_verified'));
    expect(await within(SOON_MS, closed)).toBe('closed');
    expect(await dueRowIn(other, shown['id'])).toMatchObject({ status: 'verified', version: 2, lease_until: null });
  });

  it('hands back the rows in hand of its loop, and takes no others', async () => {
    await startTwo({ fetch: 'by_reference' }, 'on');
    near.script = ({ answer }) => {
      answer(observed('provider_processing'));
    };
    const shown = await create({});
    near.script = () => undefined;
    const asking = near.nextQuestion();
    clock.advance(60_000);
    expect((await asking).kind).toBe('fetch');
    expect(
      await within(
        SOON_MS,
        one.nest.close().then(() => 'closed'),
      ),
    ).toBe('closed');
    expect(await dueRowIn(other, shown['id'])).toMatchObject({ lease_until: null, reason: 'provider_processing' });
    far.script = ({ answer }) => {
      answer(observed('identity_verified'));
    };
    await other.work();
    expect(await dueRowIn(other, shown['id'])).toMatchObject({ status: 'verified' });
    expect(
      one.logs.filter((line) => /work_failed|provider_fault|adapter_fault|answer_not_recorded/.test(line)),
    ).toEqual([]);
  });

  it('still hears what is answered in a moment', async () => {
    await startTwo({ idempotentStart: true });
    const starting = near.nextStart();
    const shown = await create();
    const held = await starting;
    const closed = one.nest.close();
    held.answer(observed('identity_verified'));
    await closed;
    expect(await dueRowIn(other, shown['id'])).toMatchObject({ status: 'verified', version: 2 });
  });
});
