import { randomUUID } from 'node:crypto';
import type { Observation } from '#app/providers/observation.js';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { connect, deliver, DEPLOYMENT, inboxOf } from '../support/peers/scripted-callbacks.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { created, manualRequest, membersIn, pathOf, VERIFICATIONS } from '../support/verification-requests.js';

type Shown = Record<string, unknown>;

describe('a callback of a provider that can not be asked', () => {
  const adapter = new ScriptedAdapter({ callbacks: true, fetch: 'none' });
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    app = await startTestApp({ adapters: [adapter], connections: { scripted: DEPLOYMENT } });
    tenant = await app.tenant();
    adapter.script = ({ check, answer }) => {
      answer(observed({ reference: `ref-${check.verificationId}` }));
    };
  });
  afterAll(() => app.close());
  beforeEach(() => app.sql('delete from customer_verifications.callback_inbox'));

  const observed = (said: Partial<Observation>): Observation => ({
    ...{ outcome: 'pending', reason: 'provider_processing', observedAt: app.clock.now() },
    ...said,
  });
  const start = (): Promise<Shown> => created(app, tenant, manualRequest({ provider: 'scripted' })) as Promise<Shown>;
  const read = async (verification: Shown): Promise<Shown> =>
    (await app.call(tenant, 'GET', pathOf(verification))).body.data as Shown;
  const said = { outcome: 'verified', reason: 'identity_verified', answer: { name: 'Canary Person' } } as const;

  it('counts by its signed body, which is kept sealed until it is heard and as evidence after', async () => {
    const first = await start();
    await deliver(app, [{ reference: `ref-${String(first['id'])}`, observation: observed(said) }]);
    const [waiting] = await inboxOf(app);
    expect(Buffer.isBuffer(waiting?.['sealed'])).toBe(true);
    expect(String(waiting?.['sealed'])).not.toContain('Canary');
    await app.work();
    expect(await read(first)).toMatchObject({ status: 'verified', reason: 'identity_verified' });
    expect(await inboxOf(app)).toMatchObject([{ outcome: 'heard', sealed: null }]);
    const evidence = await app.call(tenant, 'GET', pathOf(first, '/evidence'));
    expect(membersIn(evidence, 'content')).toEqual([{ name: 'Canary Person' }]);
    expect(adapter.kindsOf(first['id'])).toEqual(['start']);
  });

  it('is no news where it says what is known', async () => {
    const first = await start();
    const told = { reference: `ref-${String(first['id'])}`, observation: observed(said) };
    await deliver(app, [{ eventId: 'one', ...told }]);
    await deliver(app, [{ eventId: 'two', ...told }]);
    await app.work();
    const history = await app.call(tenant, 'GET', pathOf(first, '/history'));
    expect(membersIn(history, 'to_status')).toEqual(['pending', 'pending', 'verified']);
  });

  it('with words that can not be stored leaves the check pending', async () => {
    const first = await start();
    app.clock.advance(1_000);
    const observation = { ...observed(said), reason: 'made_up' } as unknown as Observation;
    await deliver(app, [{ reference: `ref-${String(first['id'])}`, observation }]);
    await app.work();
    expect(await read(first)).toMatchObject({ status: 'pending', reason: 'provider_response_unrecognised' });
  });

  it('by a reference that has been replaced since belongs to a round that is over', async () => {
    const first = await start();
    const ours = String(first['id']);
    await deliver(app, [{ reference: randomUUID(), ourReference: ours, observation: observed(said) }]);
    await app.work();
    expect((await read(first))['status']).toBe('pending');
    const history = await app.call(tenant, 'GET', pathOf(first, '/history'));
    expect(membersIn(history, 'applied').at(-1)).toBe(false);
  });

  it('is kept by a process in which the provider is not wired, and heard by another', async () => {
    const first = await start();
    await deliver(app, [{ reference: `ref-${String(first['id'])}`, observation: observed(said) }]);
    const other = new ScriptedAdapter({}, 'other');
    const without = await startTestApp({ clock: app.clock, adapters: [other], database: app.database });
    await without.work();
    await without.close();
    expect(await inboxOf(app)).toMatchObject([{ outcome: null }]);
    app.clock.advance(3_600_000);
    await app.work();
    expect((await read(first))['status']).toBe('verified');
  });

  it('by the deployment’s connection says nothing about an equal reference in an organization’s own account', async () => {
    const theirs = await app.tenant();
    await connect(app, theirs, ['their-secret']);
    const begun = await app.call(theirs, 'POST', VERIFICATIONS, { body: manualRequest({ provider: 'scripted' }) });
    const first = begun.body.data as Shown;
    const standing = async (): Promise<unknown> =>
      (await app.call(theirs, 'GET', pathOf(first))).body.data.status as unknown;
    const told = { reference: `ref-${String(first['id'])}`, observation: observed(said) };
    await deliver(app, [told]);
    await app.work();
    expect(await standing()).toBe('pending');
    await deliver(app, [{ ...told, ourReference: String(first['id']) }]);
    await app.work();
    expect(await standing()).toBe('verified');
  });

  it('without a word of its own changes nothing', async () => {
    const first = await start();
    await deliver(app, [{ reference: `ref-${String(first['id'])}` }]);
    await app.work();
    expect((await read(first))['status']).toBe('pending');
    expect(await inboxOf(app)).toMatchObject([{ outcome: 'heard' }]);
  });
});
