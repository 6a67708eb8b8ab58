import type { Observation } from '#app/providers/observation.js';
import { InboxRepository } from '#app/callbacks/index.js';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { connect, deliver, DEPLOYMENT, inboxOf } from '../support/peers/scripted-callbacks.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { created, manualRequest, pathOf, refusalOf } from '../support/verification-requests.js';

type Shown = Record<string, unknown>;

describe('a callback that is genuine', () => {
  const adapter = new ScriptedAdapter({ callbacks: true, fetch: 'by_reference' });
  let app: TestApp;
  let tenant: TestTenant;
  /** What the vendor says of each reference when it is asked. */
  const truth = new Map<string, Partial<Observation>>();

  beforeAll(async () => {
    app = await startTestApp({ adapters: [adapter], connections: { scripted: DEPLOYMENT } });
    adapter.script = ({ check, answer }) => {
      const reference = check.reference ?? `ref-${check.verificationId}`;
      const pending = { outcome: 'pending', reason: 'provider_processing', observedAt: app.clock.now() } as const;
      answer({ ...pending, ...truth.get(reference), reference });
    };
  });
  afterAll(() => app.close());
  beforeEach(async () => {
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
  const FAILED = { outcome: 'failed', reason: 'document_fraud' } as const;

  it('by an organization’s own connection reaches nobody else’s check', async () => {
    const foreign = await start();
    const other = await app.tenant();
    const token = await connect(app, other, ['their-secret']);
    decide(foreign, FAILED);
    const told = await deliver(app, [{ reference: referenceOf(foreign), ourReference: String(foreign['id']) }], {
      token,
      secret: 'their-secret',
    });
    expect(told.status).toBe(200);
    await app.work();
    expect((await read(foreign))['status']).toBe('pending');
    expect(await inboxOf(app)).toMatchObject([{ organization_id: other.organizationId, outcome: null }]);
  });

  it('by an organization’s own connection reaches its check', async () => {
    const token = await connect(app, tenant, ['old', 'new']);
    const first = await start();
    decide(first, FAILED);
    await deliver(app, [{ reference: referenceOf(first) }], { token, secret: 'new' });
    await app.work();
    expect((await read(first))['status']).toBe('failed');
  });

  it('may point at several checks', async () => {
    const both = [await start(), await start()];
    for (const each of both) decide(each, FAILED);
    await deliver(
      app,
      both.map((each) => ({ eventId: 'one', reference: referenceOf(each) })),
    );
    await app.work();
    expect(await Promise.all(both.map(async (each) => (await read(each))['status']))).toEqual(['failed', 'failed']);
  });

  it('that points at several checks is told no more to those that have heard it', async () => {
    const [held, free] = [await start(), await start()];
    const lease = `update customer_verifications.verifications set lease_until = clock_timestamp() + $2::interval where id = $1`;
    await app.sql(lease, [held['id'], '1 hour']);
    await deliver(
      app,
      [held, free].map((each) => ({ eventId: 'both', reference: referenceOf(each) })),
    );
    await deliver(app, [{ eventId: 'all', ourReference: String(held['id']), reference: referenceOf(free) }]);
    for (let look = 0; look < 5; look += 1) {
      await app.work();
      app.clock.advance(2_000);
    }
    expect([adapter.kindsOf(held['id']), adapter.kindsOf(free['id'])]).toEqual([
      ['start'],
      ['start', 'fetch', 'fetch'],
    ]);
    await app.sql(lease, [held['id'], '-1 second']);
    // Of two that tell the same check one waits for the other.
    for (let look = 0; look < 2; look += 1) {
      app.clock.advance(2_000);
      await app.work();
    }
    expect(adapter.kindsOf(free['id'])).toHaveLength(3);
    expect((await inboxOf(app)).map(({ outcome }) => outcome)).toEqual(['heard', 'heard', 'heard']);
  });

  it('that points at nothing of ours is answered, and kept nowhere', async () => {
    expect((await deliver(app, [])).status).toBe(200);
    expect((await deliver(app, [{ eventId: 'only' }])).status).toBe(200);
    expect(await inboxOf(app)).toEqual([]);
  });

  it.each([
    ['that can not be read', 'no list'],
    ['with a name that is none', JSON.stringify([{ reference: 'nul \0' }])],
    ['with an empty name', JSON.stringify([{ reference: '' }])],
    ['with more checks than a vendor tells', JSON.stringify(Array(501).fill({ reference: 'x' }))],
  ])('%s is the sender’s fault', async (_, body) => {
    expect(refusalOf(await deliver(app, body))).toEqual([400, 'MALFORMED_REQUEST']);
    expect(await inboxOf(app)).toEqual([]);
  });

  it('larger than any vendor’s is refused', async () => {
    expect(refusalOf(await deliver(app, 'x'.repeat(512 * 1024 + 1)))).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });

  it('is forgotten 30 days after it was heard', async () => {
    const first = await start();
    await deliver(app, [{ eventId: 'kept', reference: referenceOf(first) }]);
    await app.work();
    const inbox = app.nest.get(InboxRepository, { strict: false });
    const aged = `update customer_verifications.callback_inbox set settled_at = now() - $1::interval`;
    const now = async (): Promise<string> =>
      (
        await app.sql<{ now: string }>(
          `select to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`,
        )
      )[0]?.now ?? '';
    await app.sql(aged, ['29 days 23 hours']);
    await inbox.purge((await now()) as never);
    expect(await inboxOf(app)).toHaveLength(1);
    await app.sql(aged, ['30 days 1 minute']);
    await inbox.purge((await now()) as never);
    expect(await inboxOf(app)).toEqual([]);
  });
});
