import { HttpFault } from '#app/platform/http.js';
import { ProviderFault } from '#app/providers/fault-observation.js';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import { created, manualRequest, pathOf } from '../support/verification-requests.js';
import { expireLease } from '../support/work/due-rows.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('a process that dies amid a start, long after the last word', () => {
  const clock = new ScriptedClock();
  const slow = new ScriptedAdapter(
    { fetch: 'by_reference', find: true, idempotentStart: false, findLagMs: 10 * MINUTE },
    'slow',
  );
  let app: TestApp;
  let tenant: TestTenant;
  let arrivedAt: number;
  /** How the vendor answers once it has the start. */
  let listing: typeof slow.script;

  beforeAll(async () => {
    app = await startTestApp({ clock, adapters: [slow], options: { waitMs: 4_000, callDeadlineMs: 3_000 } });
    tenant = await app.tenant();
  });
  afterAll(() => app.close());

  const present = (): number => Date.parse(clock.now());
  const workLater = async (milliseconds: number): Promise<void> => {
    clock.advance(milliseconds);
    await app.work();
  };

  /** The vendor was out of reach at first; an hour later it gets a start, and the process that made it dies. It lists the check ten minutes later. */
  async function killed(): Promise<string> {
    slow.script = ({ fail }) => {
      fail(new HttpFault('refused'));
    };
    const { id } = (await created(app, tenant, manualRequest({ provider: 'slow' }))) as { id: string };
    slow.script = (question) => {
      if (question.kind !== 'find') return;
      if (present() < arrivedAt + 10 * MINUTE) question.answerNothing();
      else question.answer({ ...PROCESSING, observedAt: clock.now() });
    };
    listing = slow.script;
    const asked = slow.nextStart();
    clock.advance(HOUR);
    const dead = app.work();
    await asked;
    void dead;
    arrivedAt = present();
    await expireLease(app, [id]);
    return id;
  }

  const PROCESSING = { outcome: 'pending', reason: 'provider_processing', reference: 'vendor-1' } as const;
  const startsOf = (id: string): number => slow.kindsOf(id).filter((kind) => kind === 'start').length;

  it('leaves one that is not made again before the vendor would list it', async () => {
    const id = await killed();
    for (let minute = 0; minute < 20; minute += 1) await workLater(MINUTE);
    expect([startsOf(id), slow.kindsOf(id).at(-1)]).toEqual([2, 'find']);
  });

  it('leaves one that is not made again for somebody who asks about it at once, either', async () => {
    const id = await killed();
    for (let time = 0; time < 5; time += 1) {
      clock.advance(20 * SECOND);
      await app.call(tenant, 'POST', pathOf({ id }, '/recheck'));
    }
    for (let minute = 0; minute < 40; minute += 1) await workLater(MINUTE);
    expect([startsOf(id), slow.kindsOf(id).at(-1)]).toEqual([2, 'find']);
  });

  it('leaves one that is not made again where a gate has put off who asks about it meanwhile', async () => {
    const id = await killed();
    clock.advance(20 * SECOND);
    slow.script = ({ fail }) => {
      fail(new ProviderFault('provider_throttled', { class: 'throttle', afterMs: 10 * SECOND }));
    };
    await created(app, tenant, manualRequest({ provider: 'slow' }));
    slow.script = listing;
    const { status } = await app.call(tenant, 'POST', pathOf({ id }, '/recheck'));
    expect([status, startsOf(id)]).toEqual([202, 2]);
    for (let time = 0; time < 8; time += 1) await workLater(15 * SECOND);
    expect(startsOf(id)).toBe(2);
    for (let minute = 0; minute < 40; minute += 1) await workLater(MINUTE);
    expect([startsOf(id), slow.kindsOf(id).at(-1)]).toEqual([2, 'find']);
  });

  it('leaves one that is not made again where the process of who asks about it dies, too', async () => {
    const id = await killed();
    clock.advance(20 * SECOND);
    slow.script = () => undefined;
    const asked = slow.nextQuestion();
    await app.call(tenant, 'POST', pathOf({ id }, '/recheck'), { headers: { prefer: 'respond-async' } });
    await asked;
    await expireLease(app, [id]);
    slow.script = listing;
    for (let time = 0; time < 20; time += 1) await workLater(5 * SECOND);
    expect(startsOf(id)).toBe(2);
    for (let minute = 0; minute < 40; minute += 1) await workLater(MINUTE);
    expect([startsOf(id), slow.kindsOf(id).at(-1)]).toEqual([2, 'find']);
  });
});
