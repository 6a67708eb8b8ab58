import type { Observation } from '#app/providers/observation.js';
import { NewVerifications } from '#app/verifications/start/new-verifications.js';
import { CURRENT_SCHEMA, startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import { manualRequest, pathOf, VERIFICATIONS } from '../support/verification-requests.js';
import { expireLease } from '../support/work/due-rows.js';

/** Longer than a process may trust that what it has stored is still in its hands. */
const LONG_MS = 15_000;

describe('a start whose storing took so long that its lease may be over', () => {
  const clock = new ScriptedClock();
  const capabilities = { find: true, idempotentStart: false } as const;
  const [near, far] = [new ScriptedAdapter(capabilities), new ScriptedAdapter(capabilities)];
  let database: TestDatabase;
  let one: TestApp;
  let other: TestApp;
  let tenant: TestTenant;
  let meanwhile: (id: string) => Promise<void>;

  beforeAll(async () => {
    database = await createTestDatabase(CURRENT_SCHEMA);
    one = await startTestApp({ adapters: [near], database, clock });
    other = await startTestApp({ adapters: [far], database, clock });
    tenant = await one.tenant();
    for (const adapter of [near, far]) {
      adapter.script = ({ kind, answer, answerNothing }) => {
        const said: Observation = { outcome: 'verified', reason: 'identity_verified', observedAt: clock.now() };
        if (kind === 'find') answerNothing();
        else answer(said);
      };
    }
    const beginnings = one.nest.get(NewVerifications, { strict: false });
    const store = beginnings.store.bind(beginnings);
    beginnings.store = async (...given) => {
      const stored = await store(...given);
      if (stored) await meanwhile(stored.verification.id);
      return stored && { ...stored, begun: stored.begun - LONG_MS };
    };
  });
  afterAll(async () => {
    await other.close();
    await one.close();
    await database.drop();
  });

  const create = async (): Promise<Record<string, unknown>> =>
    (await one.call(tenant, 'POST', VERIFICATIONS, { body: manualRequest({ provider: 'scripted' }) })).body
      .data as Record<string, unknown>;

  it('is left to whoever has taken it over', async () => {
    meanwhile = async (id) => {
      await expireLease(one, [id]);
      // By now a vendor that can't find it never got it.
      one.clock.advance(90_000);
      await other.work();
      one.clock.advance(2_000);
      await other.work();
    };
    const shown = await create();
    expect([far.kindsOf(shown['id']), near.kindsOf(shown['id'])]).toEqual([['find', 'start'], []]);
    expect((await one.call(tenant, 'GET', pathOf(shown))).body.data.status).toBe('verified');
  });

  it('is made where nobody has', async () => {
    meanwhile = (id) => expireLease(one, [id]);
    const shown = await create();
    expect([shown['status'], near.kindsOf(shown['id'])]).toEqual(['verified', ['start']]);
  });
});
