import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { CallbackLoop } from '#app/callbacks/index.js';
import { INBOX_DUE } from '#app/callbacks/inbox.statements.js';
import { Database } from '#app/database/index.js';
import { DueRows } from '#app/work/index.js';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { connect, deliver, DEPLOYMENT, inboxOf } from '../support/peers/scripted-callbacks.js';
import { created, manualRequest } from '../support/verification-requests.js';
import { plantDueRows } from '../support/work/due-rows.js';

const HOUR = 3_600_000;
const BURST = 300;

type Shown = Readonly<Record<string, unknown>>;

describe("the inbox of the deployment's connection", () => {
  const adapter = new ScriptedAdapter({ callbacks: true, fetch: 'by_reference' });
  let app: TestApp;
  let one: TestTenant;
  let other: TestTenant;

  beforeAll(async () => {
    app = await startTestApp({ adapters: [adapter], connections: { scripted: DEPLOYMENT } });
    adapter.script = ({ check, answer }) => {
      const reference = check.reference ?? `ref-${check.verificationId}`;
      answer({ outcome: 'pending', reason: 'provider_processing', observedAt: app.clock.now(), reference });
    };
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    await app.sql('delete from customer_verifications.callback_inbox');
    [one, other] = [await app.tenant(), await app.tenant()];
  });

  const start = (tenant: TestTenant): Promise<Shown> =>
    created(app, tenant, manualRequest({ provider: 'scripted' })) as Promise<Shown>;

  /** Callbacks about as many checks of one organization's test world, in one delivery. */
  const burstAbout = async ({ organizationId }: TestTenant): Promise<void> => {
    const planted = await plantDueRows(app, { count: BURST, organizationId, provider: 'scripted', dueInMs: HOUR });
    await deliver(
      app,
      planted.ids.map((id) => ({ eventId: randomUUID(), ourReference: id })),
    );
  };

  /** How many looks it takes until the provider has been asked about the check again. */
  const looksUntilHeard = async ({ id }: Shown): Promise<number> => {
    const loop = app.nest.get(CallbackLoop, { strict: false });
    for (let looks = 1; (await loop.look()) > 0; looks += 1) {
      await loop.settled();
      if (adapter.kindsOf(id).includes('fetch')) return looks;
    }
    throw new Error('it is never heard');
  };

  it.each([
    ['the vendor’s', ({ id }: Shown) => ({ reference: `ref-${String(id)}` })],
    ['our', ({ id }: Shown) => ({ ourReference: String(id) })],
  ])('hears what is about one organization, by %s id, beside the burst of another', async (_, named) => {
    const waiting = await start(other);
    await burstAbout(one);
    app.clock.advance(1_000);
    await deliver(app, [named(waiting)]);
    expect(await looksUntilHeard(waiting)).toBeLessThanOrEqual(2);
    expect((await inboxOf(app)).filter(({ outcome }) => outcome === null).length).toBeGreaterThan(BURST / 2);
  });

  it('hears what is about live checks beside a burst about test checks of the same organization', async () => {
    const { organizationId } = one;
    const waiting = await start(await app.tenant({ organizationId, livemode: true }));
    await burstAbout(one);
    app.clock.advance(1_000);
    const token = `${DEPLOYMENT.callbackToken}-live`;
    await deliver(app, [{ ourReference: String(waiting['id']) }], { token });
    expect(await looksUntilHeard(waiting)).toBeLessThanOrEqual(2);
  });

  it('hears what is about a check of somebody’s beside a burst about nobody’s', async () => {
    const waiting = await start(other);
    const strangers = Array.from({ length: BURST }, () => ({ eventId: randomUUID(), reference: randomUUID() }));
    await deliver(app, strangers);
    app.clock.advance(1_000);
    await deliver(app, [{ ourReference: String(waiting['id']) }]);
    expect(await looksUntilHeard(waiting)).toBeLessThanOrEqual(2);
  });

  it('has a lane for each organization, below the provider’s', async () => {
    const [first, second] = [await start(one), await start(other)];
    await deliver(app, [
      { eventId: 'b', reference: `ref-${String(second['id'])}` },
      { eventId: 'nobody', ourReference: 'of another form', reference: 'unknown' },
      { eventId: 'a', ourReference: String(first['id']) },
      { eventId: 'a again', ourReference: String(first['id']), reference: `ref-${String(second['id'])}` },
    ]);
    const found = await new DueRows(app.nest.get(Database, { strict: false }), INBOX_DUE).find(app.clock.now());
    const laneOf = ({ organizationId }: TestTenant): string => `scripted ${organizationId} false`;
    expect(found.map(({ lane }) => lane).sort()).toEqual(['scripted', laneOf(one), laneOf(one), laneOf(other)].sort());
  });

  it('moves what nobody knew to its lane when equal news comes for which somebody is known', async () => {
    const first = await start(one);
    const move = 'update customer_verifications.verifications set provider_reference = $2 where id = $1';
    const told = [{ reference: randomUUID() }];
    await deliver(app, told);
    await app.sql(move, [first['id'], told[0]?.reference]);
    await deliver(app, told);
    expect(await aboutIn(app)).toEqual([{ organization: one.organizationId, livemode: false, deliveries: 2 }]);
    await app.sql(move, [first['id'], null]);
    await deliver(app, told);
    expect(await aboutIn(app)).toEqual([{ organization: one.organizationId, livemode: false, deliveries: 3 }]);
  });

  it('leaves it unsaid where an organization’s own connection was called', async () => {
    const first = await start(one);
    const token = await connect(app, one, ['own']);
    // That it had none is remembered for a second.
    app.clock.advance(1_001);
    await deliver(app, [{ ourReference: String(first['id']) }], { token, secret: 'own' });
    expect(await aboutIn(app)).toEqual([{ organization: null, livemode: null, deliveries: 1 }]);
  });

  it('takes in what it is told while nobody can say whom it is about', async () => {
    const first = await start(one);
    const locker = new pg.Client({ connectionString: app.database.adminUrl });
    await locker.connect();
    await locker.query('begin; lock table customer_verifications.verifications in access exclusive mode');
    const told = await deliver(app, [{ ourReference: String(first['id']) }]);
    await locker.query('rollback');
    await locker.end();
    expect(told.status).toBe(200);
    expect(await aboutIn(app)).toEqual([{ organization: null, livemode: null, deliveries: 1 }]);
    expect(await looksUntilHeard(first)).toBe(1);
  });
});

function aboutIn(app: TestApp): Promise<Shown[]> {
  return app.sql(
    'select about_organization_id as organization, about_livemode as livemode, deliveries from customer_verifications.callback_inbox',
  );
}
