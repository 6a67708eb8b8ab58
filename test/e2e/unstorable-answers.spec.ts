import { instant } from '#app/platform/clock.js';
import type { Observation } from '#app/providers/observation.js';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { manualRequest, override, pathOf, VERIFICATIONS } from '../support/verification-requests.js';

describe('a provider answer', () => {
  const vendor = new ScriptedAdapter();
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    app = await startTestApp({ adapters: [vendor], options: { waitMs: 5_000 } });
    tenant = await app.tenant();
  });
  afterAll(() => app.close());

  const verified = (change: object = {}): Observation => ({
    outcome: 'verified',
    reason: 'identity_verified',
    observedAt: instant(app.clock.now()),
    answer: { said: 'yes' },
    ...change,
  });
  const begin = async (): Promise<{
    id: string;
    say: (given: Observation) => void;
    answering: Promise<TestAnswer>;
  }> => {
    const starting = vendor.nextStart();
    const body = manualRequest({ provider: 'scripted', input: { note: 'x' } });
    const answering = app.call(tenant, 'POST', VERIFICATIONS, { body });
    const { check, answer } = await starting;
    return { id: check.verificationId, say: answer, answering };
  };

  it('that no database takes leaves the check pending, names the fault, is logged and kept as evidence', async () => {
    const { id, say, answering } = await begin();
    say(verified({ reference: 'a\0b' }));
    const { status, body } = await answering;
    expect([status, body.data.status, body.data.reason]).toEqual([201, 'pending', 'provider_response_unrecognised']);
    expect(body.data.provider_reference).toBeNull();
    expect(app.logs.map((line) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({ event: 'provider_fault', reason: 'provider_response_unrecognised', level: 40 }),
    );
    const evidence = await app.call(tenant, 'GET', pathOf({ id }, '/evidence'));
    expect((evidence.body.data as { kind: string }[]).map(({ kind }) => kind)).toEqual(['input', 'answer']);
  });

  it('counts although its evidence cannot be locked away, and reading the evidence says why it cannot', async () => {
    const { id, say, answering } = await begin();
    // Somebody is faster, so that the answer is decided on with the row's stored key, whose wrapping key is no longer in the ring.
    expect((await override(app, tenant, { id }, { status: 'failed', reason: 'first' })).status).toBe(200);
    await app.sql(`update customer_verifications.data_keys set ring_key_id = 'gone' where verification_id = $1`, [id]);
    say(verified({ reference: 'vendor-7' }));
    const { body } = await answering;
    expect([body.data.status, body.data.provider_reference]).toEqual(['failed', 'vendor-7']);
    const events = app.logs.map((line) => (JSON.parse(line) as { event?: string }).event);
    expect(events).toContain('evidence_not_kept');
    const evidence = await app.call(tenant, 'GET', pathOf({ id }, '/evidence'));
    expect([evidence.status, evidence.body.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
  });
});
