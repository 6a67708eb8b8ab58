import { pause } from '#app/platform/deadline.js';
import type { Observation } from '#app/providers/observation.js';
import { Leases } from '#app/work/index.js';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import { created, manualRequest, override, pathOf, shownIn } from '../support/verification-requests.js';

const DAY = 86_400_000;

type Shown = Record<string, unknown>;

describe('when a recheck', () => {
  const clock = new ScriptedClock();
  const readable = new ScriptedAdapter({ fetch: 'by_reference', idempotentStart: false }, 'readable');
  const again = new ScriptedAdapter({ fetch: 'rerun' }, 'again');
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    app = await startTestApp({ clock, adapters: [readable, again], options: { callDeadlineMs: 20_000 } });
    tenant = await app.tenant();
  });
  afterAll(() => app.close());

  const says = (outcome: Observation['outcome'], reason: Observation['reason']): Observation => ({
    ...{ outcome, reason, observedAt: clock.now(), reference: 'vendor-1' },
  });
  const saying = (adapter: ScriptedAdapter, ...word: Parameters<typeof says>): void => {
    adapter.script = ({ answer }) => {
      answer(says(...word));
    };
  };
  const create = (adapter: ScriptedAdapter): Promise<Shown> =>
    created(app, tenant, manualRequest({ provider: adapter.provider })) as Promise<Shown>;
  const recheck = (one: Shown, headers: Record<string, string> = {}): Promise<TestAnswer> =>
    app.call(tenant, 'POST', pathOf(one, '/recheck'), { headers });

  it.each<[string, ScriptedAdapter, boolean]>([
    ['reads the old answer, of which the vendor tells no time, it begins no new pass', readable, false],
    ['runs the check afresh, it begins a new pass', again, true],
  ])('%s', async (_what, adapter, isNew) => {
    saying(adapter, 'verified', 'identity_verified');
    const first = await create(adapter);
    clock.advance(10 * DAY);
    const { status, body } = await recheck(first);
    const { status: standsAs, verified_at: at, expires_at: end, last_checked_at: asked } = body.data as Shown;
    expect([status, standsAs, asked]).toEqual([200, 'verified', clock.now()]);
    expect([at === clock.now(), at === first['verified_at'], end === first['expires_at']]).toEqual([
      ...[isNew, !isNew, !isNew],
    ]);
  });

  it('reads the old answer, a person’s word in between makes no new pass of it', async () => {
    saying(readable, 'verified', 'identity_verified');
    const first = await create(readable);
    for (const words of [['failed'], ['failed', 'verified']]) {
      for (const status of words) {
        clock.advance(DAY);
        expect((await override(app, tenant, first, { status, reason: 'Seen.' })).status).toBe(200);
      }
      clock.advance(DAY);
      const { verified_at: at, expires_at: end } = (await recheck(first)).body.data as Shown;
      expect([at, end]).toEqual([first['verified_at'], first['expires_at']]);
    }
  });

  it('ends with its window, the clock ended it: also where an answer that comes late is the first to see it', async () => {
    saying(readable, 'failed', 'document_fraud');
    const first = await create(readable);
    readable.script = () => undefined;
    const asking = readable.nextQuestion();
    await recheck(first, { prefer: 'respond-async' });
    const held = await asking;
    clock.advance(3 * DAY);
    held.answer(says('pending', 'provider_processing'));
    const leases = app.nest.get(Leases, { strict: false });
    while (leases.size > 0) await pause(20);
    const shown = (await app.call(tenant, 'GET', pathOf(first))).body.data as Shown;
    expect(shown).toMatchObject({ status: 'failed', actor_id: 'provider:readable' });
    const history = await app.call(tenant, 'GET', pathOf(first, '/history?limit=100'));
    const moved = { from_status: 'pending', to_status: 'failed', reason: 'document_fraud' };
    expect(shownIn(history).at(-1)).toMatchObject({ ...moved, actor_id: 'system:expiry' });
  });
});
