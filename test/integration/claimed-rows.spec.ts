import { addMilliseconds } from '#app/platform/clock.js';
import type { Observation } from '#app/providers/observation.js';
import { ClaimedRows } from '#app/verifications/start/claimed-rows.js';
import { VerificationsRepository } from '#app/verifications/store/verifications.repository.js';
import { VerificationDoor } from '#app/verifications/verification-door.js';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { manualRequest, VERIFICATIONS } from '../support/verification-requests.js';
import { dueRowIn, expireLease } from '../support/work/due-rows.js';

const LEASE_MS = 20_000;

describe('a claimed row whose question is put off', () => {
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    app = await startTestApp({ adapters: [new ScriptedAdapter()] });
    tenant = await app.tenant();
  });
  afterAll(() => app.close());

  it('is free until then, also where an older claim has told its reason in the meantime', async () => {
    const body = manualRequest({ provider: 'scripted' });
    const { data } = (await app.call(tenant, 'POST', VERIFICATIONS, { body, headers: { prefer: 'respond-async' } }))
      .body;
    const [repository, door, givenBack] = [VerificationsRepository, VerificationDoor, ClaimedRows].map((type) =>
      app.nest.get<unknown>(type, { strict: false }),
    ) as [VerificationsRepository, VerificationDoor, ClaimedRows];
    await expireLease(app, [data.id]);
    const claimed = await repository.transaction(tenant, async (tx) => {
      const locked = await repository.lock(tx, tenant, data.id);
      if (!locked) throw new Error('no row');
      return repository.claim(tx, locked, { now: app.clock.now(), leaseMs: LEASE_MS, newLadder: false });
    });
    const observation: Observation = {
      ...{ outcome: 'pending', reason: 'provider_timeout', observedAt: app.clock.now() },
      retry: { class: 'timeout' },
    };
    const late = { kind: 'observation', round: 1, provider: 'scripted', observation, validityDays: null } as const;
    await door.pass(tenant, data.id, late, { fence: claimed.attempts - 1 });
    expect(await dueRowIn(app, data.id)).toMatchObject({ reason: 'provider_timeout', attempts: claimed.attempts });

    const until = addMilliseconds(app.clock.now(), 90_000);
    await givenBack.untilOpen(claimed, { outcome: 'not_asked', reason: 'provider_throttled', until }, false);
    const row = await dueRowIn(app, data.id);
    expect(row).toMatchObject({ reason: 'provider_timeout', lease_until: null, due_at: new Date(until) });
  });
});
