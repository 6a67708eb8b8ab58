import { pause } from '#app/platform/deadline.js';
import type { Observation } from '#app/providers/observation.js';
import { NewVerifications } from '#app/verifications/start/new-verifications.js';
import { VerificationsRepository } from '#app/verifications/store/verifications.repository.js';
import { Leases } from '#app/work/index.js';
import { CURRENT_SCHEMA, startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { startTcpProxy, type TcpProxy } from '../support/peers/tcp-proxy.js';
import { manualRequest, membersIn, pathOf, VERIFICATIONS } from '../support/verification-requests.js';
import { expireLease } from '../support/work/due-rows.js';

const HOUR = 3_600_000;
/** Longer than a connection is remembered. */
const FORGOTTEN_MS = 2_000;
/** Longer than a process may trust that what it has stored is still in its hands. */
const LONG_MS = 15_000;

describe('a start between its commit and its call, at a vendor who can neither find nor repeat it', () => {
  const adapter = new ScriptedAdapter({ idempotentStart: false });
  let database: TestDatabase;
  let proxy: TcpProxy;
  let app: TestApp;
  let tenant: TestTenant;
  let repository: VerificationsRepository;
  let opensBefore: VerificationsRepository['openStart'];
  /** What happens when the row is committed; answers how long ago the process has begun to store it. */
  let committed: () => number;

  beforeAll(async () => {
    database = await createTestDatabase(CURRENT_SCHEMA);
    proxy = await startTcpProxy(database.appUrl);
    app = await startTestApp({
      database: { ...database, appUrl: proxy.url },
      adapters: [adapter],
      options: { waitMs: 1_500 },
    });
    tenant = await app.tenant();
    repository = app.nest.get(VerificationsRepository, { strict: false });
    opensBefore = repository.openStart.bind(repository);
    const beginnings = app.nest.get(NewVerifications, { strict: false });
    const store = beginnings.store.bind(beginnings);
    beginnings.store = async (...given) => {
      const stored = await store(...given);
      const agoMs = committed();
      return stored && { ...stored, begun: stored.begun - agoMs };
    };
  });
  beforeEach(() => {
    committed = () => 0;
    repository.openStart = opensBefore;
    adapter.script = ({ answer }) => {
      const said: Observation = { outcome: 'verified', reason: 'identity_verified', observedAt: app.clock.now() };
      answer(said);
    };
  });
  afterEach(() => {
    proxy.mend();
  });
  afterAll(async () => {
    await app.close();
    await proxy.close();
    await database.drop();
  });

  const create = () => app.call(tenant, 'POST', VERIFICATIONS, { body: manualRequest({ provider: 'scripted' }) });
  const newest = async (): Promise<string> => {
    const [row] = await app.sql<{ id: string }>(
      'select id from customer_verifications.verifications order by created_at desc, id desc limit 1',
    );
    return row?.id ?? 'none';
  };
  /** The database is back, and the process holds no row any more: what it could not give back until now is given back. */
  const settled = async (): Promise<void> => {
    proxy.mend();
    const leases = app.nest.get(Leases, { strict: false });
    while (leases.size > 0) await pause(20);
  };
  /** The process is gone, or has let go; somebody looks a while later. */
  const later = async (id: string): Promise<void> => {
    proxy.mend();
    await expireLease(app, [id]);
    app.clock.advance(HOUR);
    await app.work();
  };
  const standing = async (id: string): Promise<unknown[]> => {
    const { status, reason } = (await app.call(tenant, 'GET', pathOf({ id }))).body.data as Record<string, unknown>;
    return [status, reason, adapter.kindsOf(id)];
  };
  const startedOnce = ['verified', 'identity_verified', ['start']];

  it.each<[string, () => number]>([
    ['goes away', () => 0],
    ['goes away, and the connection is no longer remembered', () => (app.clock.advance(FORGOTTEN_MS), 0)],
    ['goes away after it was so slow that the lease may be over', () => LONG_MS],
  ])('is made later, once, where the database %s', async (_, agoMs) => {
    committed = () => {
      proxy.cut();
      return agoMs();
    };
    const { status, body } = await create();
    const { id } = body.data as { id: string };
    expect([status, adapter.kindsOf(id)]).toEqual([201, []]);
    await settled();
    await later(id);
    expect(await standing(id)).toEqual(startedOnce);
  });

  it('is made later, once, where the process was killed', async () => {
    committed = () => {
      throw new Error('killed');
    };
    await create();
    const id = await newest();
    expect(adapter.kindsOf(id)).toEqual([]);
    await later(id);
    expect(await standing(id)).toEqual(startedOnce);
  });

  it.each(['first', 'second'] as const)(
    'is made later, once, where the database does not say whether it heard of the %s try',
    async (which) => {
      repository.openStart = async (...given) => {
        await opensBefore(...given);
        throw new Error('Connection terminated unexpectedly');
      };
      if (which === 'second') committed = () => (proxy.cut(), 0);
      const { body } = await create();
      const { id } = body.data as { id: string };
      await settled();
      if (which === 'second') await later(id);
      expect((await standing(id)).slice(0, 1)).toEqual(['pending']);
      repository.openStart = opensBefore;
      await later(id);
      expect(await standing(id)).toEqual(startedOnce);
    },
  );

  it('is left alone by a process that has lost it to another one', async () => {
    let working = Promise.resolve();
    repository.openStart = async (claimed, dueAt) => {
      repository.openStart = opensBefore;
      await expireLease(app, [claimed.id]);
      app.clock.advance(HOUR);
      working = app.work();
      await working;
      return opensBefore(claimed, dueAt);
    };
    const { body } = await create();
    await settled();
    expect(await standing((body.data as { id: string }).id)).toEqual(startedOnce);
  });

  it('is not made again by others once it may have been sent', async () => {
    adapter.script = () => undefined;
    const asked = adapter.nextStart();
    const answering = create();
    const { check, answer } = await asked;
    await later(check.verificationId);
    expect(await standing(check.verificationId)).toEqual(['pending', 'start_outcome_unknown', ['start']]);
    // That nobody can be asked is no word of the provider's.
    const told = await app.call(tenant, 'GET', pathOf({ id: check.verificationId }, '/history'));
    expect(membersIn(told, 'actor_id')).toEqual([expect.stringMatching(/^key:/), 'system:work']);
    answer({ outcome: 'verified', reason: 'identity_verified', observedAt: app.clock.now() });
    expect((await answering).status).toBe(201);
    await settled();
    expect(await standing(check.verificationId)).toEqual(startedOnce);
  });
});
