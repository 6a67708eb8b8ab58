import type { Observation } from '#app/providers/observation.js';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { manualRequest, pathOf, VERIFICATIONS } from '../support/verification-requests.js';
import { dueRowIn, expireLease } from '../support/work/due-rows.js';

const HOUR_MS = 3_600_000;

describe('an answer that comes when the window has ended without it', () => {
  const scripted = new ScriptedAdapter();
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    app = await startTestApp({ adapters: [scripted] });
    tenant = await app.tenant();
  });
  afterAll(() => app.close());

  it('makes a pass that falls due at its end, although the claim of the question is lost', async () => {
    const asked = scripted.nextStart();
    const body = manualRequest({ provider: 'scripted' });
    const { data } = (await app.call(tenant, 'POST', VERIFICATIONS, { body, headers: { prefer: 'respond-async' } }))
      .body;
    const held = await asked;
    await expireLease(app, [data.id]);
    app.clock.advance(73 * HOUR_MS);
    await app.work();
    expect(await dueRowIn(app, data.id)).toMatchObject({ status: 'expired', due_at: null });
    const said: Observation = { outcome: 'verified', reason: 'identity_verified', observedAt: app.clock.now() };
    held.answer(said);
    const row = await verified(data.id);
    const { expires_at: end } = (await app.call(tenant, 'GET', pathOf(data))).body.data;
    expect(row['due_at']).toEqual(new Date(end));
    app.clock.advance(31 * 24 * HOUR_MS);
    await app.work();
    expect(await dueRowIn(app, data.id)).toMatchObject({ status: 'expired', reason: 'pass_outlived' });
  });

  async function verified(id: unknown): Promise<Record<string, unknown>> {
    for (;;) {
      const row = await dueRowIn(app, id);
      if (row['status'] === 'verified') return row;
    }
  }
});
