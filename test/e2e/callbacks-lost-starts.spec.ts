import type { Observation } from '#app/providers/observation.js';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { deliver, DEPLOYMENT, inboxOf } from '../support/peers/scripted-callbacks.js';
import { type HeldStart, ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { created, manualRequest, pathOf } from '../support/verification-requests.js';

const HOUR = 3_600_000;

type Shown = Record<string, unknown>;

describe('a callback about a start whose answer was lost, at a vendor who can neither find nor repeat it', () => {
  const adapter = new ScriptedAdapter({ callbacks: true, fetch: 'by_reference', idempotentStart: false });
  let app: TestApp;
  let tenant: TestTenant;
  let first: Shown;

  const lose = ({ fail }: HeldStart): void => {
    fail(new Error('lost'));
  };
  const pass = ({ check, answer }: HeldStart): void => {
    const reference = check.reference ?? 'none';
    answer({ outcome: 'verified', reason: 'identity_verified', observedAt: app.clock.now(), reference });
  };
  const laterBy = async (milliseconds: number): Promise<void> => {
    app.clock.advance(milliseconds);
    await app.work();
  };
  const read = async (): Promise<Shown> => (await app.call(tenant, 'GET', pathOf(first))).body.data as Shown;

  beforeAll(async () => {
    app = await startTestApp({ adapters: [adapter], connections: { scripted: DEPLOYMENT } });
    tenant = await app.tenant();
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    await app.sql('delete from customer_verifications.callback_inbox');
    adapter.script = lose;
    first = (await created(app, tenant, manualRequest({ provider: 'scripted' }))) as Shown;
  });

  it('is told again until the vendor has answered: nothing else knows its reference', async () => {
    await deliver(app, [{ reference: `ref-${String(first['id'])}`, ourReference: String(first['id']) }]);
    await app.work();
    expect(adapter.kindsOf(first['id'])).toEqual(['start', 'fetch']);
    expect(await read()).toMatchObject({ status: 'pending', provider_reference: null });
    expect(await inboxOf(app)).toMatchObject([{ outcome: null }]);
    adapter.script = pass;
    await laterBy(2 * HOUR);
    expect(await read()).toMatchObject({ status: 'verified', provider_reference: `ref-${String(first['id'])}` });
    expect(await inboxOf(app)).toMatchObject([{ outcome: 'heard' }]);
  });

  it('is heard where it brings no reference, since nobody can be asked', async () => {
    await deliver(app, [{ ourReference: String(first['id']) }]);
    await app.work();
    expect(adapter.kindsOf(first['id'])).toEqual(['start']);
    expect(await inboxOf(app)).toMatchObject([{ outcome: 'heard' }]);
  });

  it('is heard with the answer that names the check, whatever else the answer says', async () => {
    adapter.script = ({ check, answer }) => {
      const said: Observation = { outcome: 'pending', reason: 'provider_processing', observedAt: app.clock.now() };
      answer({ ...said, reference: check.reference ?? 'none' });
    };
    await deliver(app, [{ reference: `ref-${String(first['id'])}`, ourReference: String(first['id']) }]);
    await app.work();
    expect(await inboxOf(app)).toMatchObject([{ outcome: 'heard' }]);
    adapter.script = pass;
    await laterBy(2 * HOUR);
    expect((await read())['status']).toBe('verified');
  });
});
