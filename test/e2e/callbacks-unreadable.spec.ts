import type { Observation } from '#app/providers/observation.js';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { deliver, DEPLOYMENT, inboxOf } from '../support/peers/scripted-callbacks.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { created, manualRequest, pathOf } from '../support/verification-requests.js';

type Shown = Record<string, unknown>;

describe('a callback whose sealed body can not be opened', () => {
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
  const said = { outcome: 'verified', reason: 'identity_verified', answer: { name: 'Canary Person' } } as const;
  const start = (): Promise<Shown> => created(app, tenant, manualRequest({ provider: 'scripted' })) as Promise<Shown>;
  const read = async (verification: Shown): Promise<Shown> =>
    (await app.call(tenant, 'GET', pathOf(verification))).body.data as Shown;
  const DAY = 24 * 3_600_000;
  const WRAPPED_BY = 'update customer_verifications.callback_inbox set ring_key_id = $1';
  const complaints = (id: unknown): Shown[] =>
    app.logs
      .map((line) => JSON.parse(line) as Shown)
      .filter((line) => line['event'] === 'callback_not_opened' && line['inbox_id'] === id);
  const itemId = async (): Promise<unknown> =>
    (await app.sql<{ id: string }>('select id from customer_verifications.callback_inbox'))[0]?.id;
  const tell = async (): Promise<Shown> => {
    const first = await start();
    await deliver(app, [{ reference: `ref-${String(first['id'])}`, observation: observed(said) }]);
    return first;
  };

  it('waits for its key to come back, and each try is told', async () => {
    const first = await tell();
    await app.sql(WRAPPED_BY, ['taken-away']);
    for (const wait of [0, 1_000, 2 * DAY]) {
      app.clock.advance(wait);
      await app.work();
    }
    expect(await inboxOf(app)).toMatchObject([{ outcome: null, attempts: 3 }]);
    const told = { level: 50, fault: 'key_missing', ring_key_id: 'taken-away', provider: 'scripted' };
    expect(complaints(await itemId())).toMatchObject([1, 2, 3].map((attempt) => ({ ...told, attempt })));
    expect(app.logs.join()).not.toMatch(/work_failed|Canary/);
    await app.sql(WRAPPED_BY, ['test']);
    app.clock.advance(3_600_000);
    await app.work();
    expect(await read(first)).toMatchObject({ status: 'verified' });
    expect(await inboxOf(app)).toMatchObject([{ outcome: 'heard', sealed: null }]);
  });

  it('is given up after seven days, and nothing of it is left', async () => {
    const first = await tell();
    await app.sql(WRAPPED_BY, ['taken-away']);
    app.clock.advance(7 * DAY - 60_000);
    await app.work();
    expect(await inboxOf(app)).toMatchObject([{ outcome: null }]);
    app.clock.advance(60_000);
    await app.work();
    expect(await inboxOf(app)).toMatchObject([{ outcome: 'unreadable', due_at: null, sealed: null }]);
    // Its window is over by then.
    expect((await read(first))['status']).toBe('expired');
  });

  it('is told apart where the key of that name is another than it was', async () => {
    await tell();
    await app.sql(
      'update customer_verifications.callback_inbox set wrapped_key = set_byte(wrapped_key, 40, get_byte(wrapped_key, 40) # 1)',
    );
    await app.work();
    expect(complaints(await itemId())).toMatchObject([{ fault: 'not_openable', ring_key_id: 'test' }]);
    expect(await inboxOf(app)).toMatchObject([{ outcome: null }]);
  });
});
