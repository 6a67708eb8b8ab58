import { randomUUID } from 'node:crypto';
import type { Observation } from '#app/providers/observation.js';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { deliver, DEPLOYMENT, inboxOf } from '../support/peers/scripted-callbacks.js';
import { type HeldStart, ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { created, manualRequest, membersIn, override, pathOf, shownIn } from '../support/verification-requests.js';
import { dueRowIn } from '../support/work/due-rows.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

type Shown = Record<string, unknown>;

describe('a callback', () => {
  const adapter = new ScriptedAdapter({ callbacks: true, fetch: 'by_reference', find: true });
  let app: TestApp;
  let tenant: TestTenant;
  /** What the vendor says of each reference when it is asked. */
  const truth = new Map<string, Partial<Observation> | Error>();

  const observed = (said: Partial<Observation>): Observation => ({
    ...{ outcome: 'pending', reason: 'provider_processing', observedAt: app.clock.now() },
    ...said,
  });
  const answer = (question: HeldStart): void => {
    const reference = question.check.reference ?? `ref-${question.check.verificationId}`;
    const said = truth.get(reference) ?? {};
    if (said instanceof Error) question.fail(said);
    else question.answer(observed({ ...said, reference }));
  };

  beforeAll(async () => {
    app = await startTestApp({ adapters: [adapter], connections: { scripted: DEPLOYMENT } });
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    adapter.script = answer;
    truth.clear();
    await app.sql('delete from customer_verifications.callback_inbox');
    tenant = await app.tenant();
  });

  const start = (): Promise<Shown> => created(app, tenant, manualRequest({ provider: 'scripted' })) as Promise<Shown>;
  const read = async (verification: Shown): Promise<Shown> =>
    (await app.call(tenant, 'GET', pathOf(verification))).body.data as Shown;
  const referenceOf = ({ id }: Shown): string => `ref-${String(id)}`;
  const decide = (verification: Shown, said: Partial<Observation>): void => {
    truth.set(referenceOf(verification), said);
  };
  const VERIFIED = { outcome: 'verified', reason: 'identity_verified' } as const;
  const FAILED = { outcome: 'failed', reason: 'document_fraud' } as const;

  it('is stored before it is answered, and then the provider is asked', async () => {
    const first = await start();
    decide(first, VERIFIED);
    const told = await deliver(app, [{ eventId: randomUUID(), reference: referenceOf(first) }]);
    expect([told.status, told.body]).toEqual([200, { received: true }]);
    expect(await inboxOf(app)).toMatchObject([{ reference: referenceOf(first), outcome: null, deliveries: 1 }]);
    expect((await read(first))['status']).toBe('pending');
    await app.work();
    expect(await read(first)).toMatchObject({ status: 'verified', actor_id: 'provider:scripted' });
    expect(await inboxOf(app)).toMatchObject([{ outcome: 'heard', due_at: null }]);
    expect(adapter.kindsOf(first['id'])).toEqual(['start', 'fetch']);
  });

  it.each(['reference', 'ourReference'] as const)('names its check by %s', async (member) => {
    const first = await start();
    decide(first, FAILED);
    await deliver(app, [{ [member]: member === 'reference' ? referenceOf(first) : String(first['id']) }]);
    await app.work();
    expect((await read(first))['status']).toBe('failed');
  });

  it('decides nothing itself: what the provider answers counts', async () => {
    const first = await start();
    await deliver(app, [{ reference: referenceOf(first), observation: observed(VERIFIED) }]);
    await app.work();
    expect((await read(first))['status']).toBe('pending');
    expect(await inboxOf(app)).toMatchObject([{ outcome: 'heard', sealed: null }]);
  });

  it('turns an approval that the provider has taken back', async () => {
    const first = await start();
    decide(first, VERIFIED);
    await deliver(app, [{ reference: referenceOf(first) }]);
    await app.work();
    app.clock.advance(HOUR);
    decide(first, FAILED);
    await deliver(app, [{ reference: referenceOf(first) }]);
    await app.work();
    expect(await read(first)).toMatchObject({ status: 'failed', reason: 'document_fraud' });
  });

  it('about what is known is a check like any other, with nothing set aside', async () => {
    const first = await start();
    decide(first, { ...VERIFIED, providerTime: app.clock.now() });
    for (let time = 0; time < 2; time += 1) {
      app.clock.advance(HOUR);
      await deliver(app, [{ eventId: randomUUID(), reference: referenceOf(first) }]);
      await app.work();
    }
    const history = await app.call(tenant, 'GET', `${pathOf(first)}/history`);
    expect(shownIn(history).at(-1)).toMatchObject({
      ...{ type: 'verification.checked', applied: true, from_status: 'verified', to_status: 'verified' },
      actor_id: 'provider:scripted',
    });
    expect(await read(first)).toMatchObject({ status: 'verified', last_checked_at: app.clock.now() });
  });

  it('is heard once, however often and whenever the event comes', async () => {
    const first = await start();
    const event = [{ eventId: randomUUID(), reference: referenceOf(first) }];
    const answers = await Promise.all([deliver(app, event), deliver(app, event), deliver(app, event)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await app.work();
    await deliver(app, event);
    await app.work();
    expect(await inboxOf(app)).toHaveLength(1);
    expect(adapter.kindsOf(first['id'])).toEqual(['start', 'fetch']);
  });

  it('without a number is one with its like while nobody has looked, and another one afterwards', async () => {
    const first = await start();
    const news = [{ reference: referenceOf(first) }];
    await deliver(app, news);
    await deliver(app, news);
    expect(await inboxOf(app)).toMatchObject([{ deliveries: 2 }]);
    await app.work();
    await deliver(app, news);
    await app.work();
    expect(membersOf(await inboxOf(app), 'outcome')).toEqual(['heard', 'heard']);
    expect(adapter.kindsOf(first['id'])).toEqual(['start', 'fetch', 'fetch']);
  });

  it('without a number that comes while its like is asked about is asked about after that', async () => {
    const first = await start();
    const news = [{ reference: referenceOf(first) }];
    await deliver(app, news);
    const asked = adapter.nextQuestion();
    adapter.script = () => undefined;
    const working = app.work();
    const held = await asked;
    await deliver(app, news);
    decide(first, VERIFIED);
    adapter.script = answer;
    held.answer(observed({ reference: referenceOf(first) }));
    await working;
    expect((await read(first))['status']).toBe('verified');
    expect(await inboxOf(app)).toMatchObject([{ deliveries: 2, outcome: 'heard' }]);
  });

  it('for a check that is being asked about waits until that is over', async () => {
    const asked = adapter.nextStart();
    adapter.script = () => undefined;
    const creating = app.call(tenant, 'POST', '/v1/verifications', {
      body: manualRequest({ provider: 'scripted' }),
    });
    const held = await asked;
    const id = held.check.verificationId;
    await deliver(app, [{ reference: `ref-${id}`, ourReference: id }]);
    await app.work();
    expect(await inboxOf(app)).toMatchObject([{ outcome: null, attempts: 1 }]);
    held.answer(observed({ reference: `ref-${id}` }));
    expect((await creating).body.data.status).toBe('pending');
    truth.set(`ref-${id}`, VERIFIED);
    adapter.script = answer;
    app.clock.advance(2 * SECOND);
    await app.work();
    expect((await read({ id }))['status']).toBe('verified');
  });

  it('brings the reference of a start whose answer was lost', async () => {
    adapter.script = (question) => {
      question.fail(new Error('the answer was lost'));
    };
    const first = await start();
    adapter.script = answer;
    decide(first, VERIFIED);
    await deliver(app, [{ reference: referenceOf(first), ourReference: String(first['id']) }]);
    await app.work();
    expect(await read(first)).toMatchObject({ status: 'verified', provider_reference: referenceOf(first) });
    expect(adapter.kindsOf(first['id'])).toEqual(['start', 'fetch']);
  });

  it('for a check that nobody knows yet is heard when its row appears', async () => {
    const reference = `late-${randomUUID()}`;
    await deliver(app, [{ eventId: randomUUID(), reference }]);
    await app.work();
    expect(await inboxOf(app)).toMatchObject([{ outcome: null, attempts: 1 }]);
    const first = await start();
    await app.sql('update customer_verifications.verifications set provider_reference = $2 where id = $1', [
      first['id'],
      reference,
    ]);
    truth.set(reference, VERIFIED);
    app.clock.advance(10 * MINUTE);
    await app.work();
    expect((await read(first))['status']).toBe('verified');
  });

  it('for a check that nobody knows for a day is given up', async () => {
    await deliver(app, [{ reference: `never-${randomUUID()}` }]);
    for (let hour = 0; hour < 25; hour += 1) {
      await app.work();
      app.clock.advance(HOUR);
    }
    const [item] = await inboxOf(app);
    expect(item).toMatchObject({ outcome: 'unknown_check', due_at: null });
    expect(Number(item?.['attempts'])).toBeLessThan(200);
  });

  it('begins the ladder of questions anew, and never ends it', async () => {
    const first = await start();
    for (const wait of [MINUTE, 5 * MINUTE, 15 * MINUTE]) {
      app.clock.advance(wait);
      await app.work();
    }
    await deliver(app, [{ reference: referenceOf(first) }]);
    await app.work();
    const { due_at: dueAt } = await dueRowIn(app, first['id']);
    expect((dueAt as Date).getTime() - Date.parse(app.clock.now())).toBe(MINUTE);
  });

  it('about a decided check is told again until the provider answers', async () => {
    const first = await start();
    decide(first, VERIFIED);
    await deliver(app, [{ reference: referenceOf(first) }]);
    await app.work();
    truth.set(referenceOf(first), new Error('the vendor is away'));
    await deliver(app, [{ reference: referenceOf(first) }]);
    await app.work();
    expect(await read(first)).toMatchObject({ status: 'verified', reason: 'identity_verified' });
    decide(first, FAILED);
    app.clock.advance(2 * HOUR);
    await app.work();
    expect((await read(first))['status']).toBe('failed');
  });

  it('ends a review that the provider held', async () => {
    adapter.script = (question) => {
      question.answer(
        observed({ reason: 'manual_review', awaiting: 'review', reference: `ref-${question.check.verificationId}` }),
      );
    };
    const first = await start();
    adapter.script = answer;
    app.clock.advance(100 * HOUR);
    decide(first, VERIFIED);
    await deliver(app, [{ reference: referenceOf(first) }]);
    await app.work();
    expect((await read(first))['status']).toBe('verified');
  });

  it('does not displace an override; what the provider says is in the history', async () => {
    const first = await start();
    await override(app, tenant, first, { status: 'failed', reason: 'seen' });
    decide(first, VERIFIED);
    await deliver(app, [{ reference: referenceOf(first) }]);
    await app.work();
    expect(await read(first)).toMatchObject({ status: 'failed', reason: 'seen' });
    const history = await app.call(tenant, 'GET', pathOf(first, '/history'));
    expect(membersIn(history, 'applied')).toEqual([true, true, true, false]);
  });
});

function membersOf(rows: readonly Shown[], name: string): unknown[] {
  return rows.map((row) => row[name]);
}
