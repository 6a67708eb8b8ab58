import { ConnectionsRepository } from '#app/connections/index.js';
import { ProviderFault } from '#app/providers/fault-observation.js';
import type { Ending, Observation } from '#app/providers/observation.js';
import type { Check } from '#app/providers/provider-adapter.js';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import { created, manualRequest, override, pathOf } from '../support/verification-requests.js';
import { expireLease } from '../support/work/due-rows.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

type Shown = Record<string, unknown>;

/** A vendor whose checks can be ended: what it was told, and how it takes that. */
class EndingAdapter extends ScriptedAdapter {
  readonly ended: Pick<Check, 'verificationId' | 'reference' | 'input'>[] = [];
  end: () => Promise<Ending> = () => Promise.resolve();

  cancel({ verificationId, reference, input }: Check): Promise<Ending> {
    this.ended.push({ verificationId, reference, input });
    return this.end();
  }
}

describe('a check that our side closes while the vendor holds it open', () => {
  const clock = new ScriptedClock();
  let vendor: EndingAdapter;
  let plain: ScriptedAdapter;
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    vendor = new EndingAdapter({ fetch: 'by_reference', callbacks: true });
    plain = new ScriptedAdapter({ fetch: 'by_reference' }, 'plain');
    app = await startTestApp({ clock, adapters: [vendor, plain], options: { waitMs: 1_000 } });
    tenant = await app.tenant();
  });
  afterAll(() => app.close());
  beforeEach(() => {
    vendor.ended.length = 0;
    vendor.end = () => Promise.resolve();
    vendor.script = plain.script = ({ answer }) => {
      answer(open());
    };
  });

  const open = (): Observation => ({
    ...{ outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' },
    ...{ reference: 'vendor-1', observedAt: clock.now() },
  });
  const create = (provider = 'scripted'): Promise<Shown> =>
    created(app, tenant, manualRequest({ provider, input: { note: 'n' } })) as Promise<Shown>;
  const later = async (milliseconds: number): Promise<void> => {
    clock.advance(milliseconds);
    await app.work();
  };
  const rowOf = async ({ id }: Shown): Promise<Shown> => {
    const [row] = await app.sql('select * from customer_verifications.verifications where id = $1', [id]);
    return row ?? {};
  };
  const read = async (one: Shown): Promise<Shown> => (await app.call(tenant, 'GET', pathOf(one))).body.data as Shown;
  const toldOf = ({ id }: Shown): unknown[] => vendor.ended.filter(({ verificationId }) => verificationId === id);
  const close = (one: Shown, status = 'failed'): Promise<unknown> =>
    override(app, tenant, one, { status, reason: 'As the customer asked.' });

  it('is ended there when its window is over, once, and nothing that is shown changes', async () => {
    const one = await create();
    await later(4 * DAY);
    await later(1);
    const shown = await read(one);
    expect(shown['status']).toBe('expired');
    expect(toldOf(one)).toEqual([{ verificationId: one['id'], reference: 'vendor-1', input: {} }]);
    expect(await rowOf(one)).toMatchObject({ left_open: false, due_at: null, lease_until: null });
    await later(30 * DAY);
    expect(toldOf(one)).toHaveLength(1);
    expect(await read(one)).toEqual(shown);
  });

  it.each([
    ['failed', null],
    ['verified', 'a day to come'],
  ])('is ended there when a person says that it has %s', async (status, due) => {
    const one = await create();
    await close(one, status);
    expect(await rowOf(one)).toMatchObject({ left_open: true, status });
    await later(1);
    expect(toldOf(one)).toHaveLength(1);
    const row = await rowOf(one);
    expect(row).toMatchObject({ left_open: false, status, due_at: row['expires_at'] });
    expect(row['due_at'] === null).toBe(due === null || row['expires_at'] === null);
  });

  it('is told again where the vendor was away, and let be in the end', async () => {
    const one = await create();
    await close(one);
    vendor.end = () => Promise.reject(new ProviderFault('provider_unavailable', { class: 'outage' }));
    await later(1);
    const before = toldOf(one).length;
    expect(before).toBe(1);
    for (let hour = 0; hour < 3; hour += 1) await later(2 * HOUR);
    expect(toldOf(one).length).toBeGreaterThan(before);
    expect(await read(one)).toMatchObject({ status: 'failed', reason: 'As the customer asked.' });
    vendor.end = () => Promise.resolve();
    await later(2 * HOUR);
    expect(await rowOf(one)).toMatchObject({ left_open: false, due_at: null });
  });

  it('is ended on time as a pass that a person has given, however long the vendor can’t be told', async () => {
    const one = await create();
    vendor.end = () => Promise.reject(new ProviderFault('provider_auth_failed', { class: 'operator' }));
    const expires = new Date(Date.parse(clock.now()) + HOUR).toISOString();
    await override(app, tenant, one, { status: 'verified', reason: 'Seen.', expires_at: expires });
    await later(1);
    expect(toldOf(one)).toHaveLength(1);
    await later(HOUR);
    expect(await rowOf(one)).toMatchObject({ status: 'expired', left_open: true });
    vendor.end = () => Promise.resolve();
    await later(DAY);
    expect(await rowOf(one)).toMatchObject({ status: 'expired', left_open: false, due_at: null });
  });

  it('leaves its end to a pass that a person gives while the vendor is told', async () => {
    const one = await create();
    await close(one);
    let heard = (): void => undefined;
    const told = new Promise<void>((resolve) => {
      vendor.end = () => {
        resolve();
        return new Promise((end) => (heard = end));
      };
    });
    clock.advance(1);
    const telling = app.work();
    await told;
    await close(one, 'verified');
    heard();
    await telling;
    const row = await rowOf(one);
    expect(row).toMatchObject({ status: 'verified', left_open: false, due_at: row['expires_at'] });
    expect(row['expires_at']).not.toBeNull();
  });

  it('is let be when the vendor has not been able to hear it for long', async () => {
    const one = await create();
    await close(one);
    vendor.end = () => Promise.reject(new ProviderFault('provider_auth_failed', { class: 'operator' }));
    for (let time = 0; time < 20; time += 1) await later(DAY);
    expect(toldOf(one)).toHaveLength(12);
    expect(await rowOf(one)).toMatchObject({ left_open: false, due_at: null });
  });

  it('is let be as well where its connection can’t be opened for long', async () => {
    const { organizationId, livemode } = tenant;
    const own = { credentials: {}, settings: {}, callbackSecrets: [], callbackToken: `token-${tenant.keyId}-cancel` };
    const by = { actorId: 'key:test', at: clock.now() };
    const connections = app.nest.get(ConnectionsRepository, { strict: false });
    await connections.change({ organizationId, livemode }, 'scripted', by, () => own);
    const one = await create();
    await close(one);
    await app.sql(`update customer_verifications.provider_connections set sealed = sealed || '\\x00'::bytea`);
    for (let time = 0; time < 12; time += 1) await later(DAY);
    await app.sql('delete from customer_verifications.provider_connections');
    await later(DAY);
    expect(toldOf(one)).toEqual([]);
    expect(await rowOf(one)).toMatchObject({ left_open: false, due_at: null });
  });

  it('is let be at once where the vendor has no way to end it, and the log says so', async () => {
    const one = await create();
    await close(one);
    vendor.end = () => Promise.resolve('left_open');
    await later(1);
    await later(DAY);
    expect(toldOf(one)).toHaveLength(1);
    expect(await rowOf(one)).toMatchObject({ left_open: false, due_at: null });
    const told = app.logs.filter((line) => line.includes(String(one['id'])) && line.includes('vendor_check_'));
    expect(told.map((line) => (JSON.parse(line) as Shown)['event'])).toEqual(['vendor_check_left_open']);
  });

  it('is ended there, too, where a connection’s policy says no of what stays open, whoever speaks meanwhile', async () => {
    vendor.script = ({ answer }) => {
      const reference = 'vendor-3';
      const observedAt = clock.now();
      answer({ outcome: 'failed', reason: 'document_expired', reference, observedAt, leavesOpen: true });
    };
    vendor.end = () => Promise.reject(new ProviderFault('provider_unavailable', { class: 'outage' }));
    const one = await create();
    expect(one['status']).toBe('failed');
    await later(1);
    await close(one, 'verified');
    vendor.end = () => Promise.resolve();
    await later(DAY);
    expect(toldOf(one)).toHaveLength(2);
    expect(await read(one)).toMatchObject({ status: 'verified', provider_reference: 'vendor-3' });
    await later(30 * DAY);
    expect(toldOf(one)).toHaveLength(2);
  });

  it('is none where the vendor has decided, was never reached, or can end nothing', async () => {
    vendor.script = ({ answer }) => {
      answer({ outcome: 'failed', reason: 'document_fraud', reference: 'vendor-2', observedAt: clock.now() });
    };
    const decided = await create();
    await close(decided, 'verified');
    vendor.script = ({ fail }) => {
      fail(new ProviderFault('provider_unavailable', { class: 'outage' }));
    };
    const unreached = await create();
    await close(unreached);
    const endless = await create('plain');
    await close(endless);
    await later(1);
    expect(vendor.ended).toEqual([]);
    const unended = app.logs.filter((line) => line.includes('vendor_check_left_open'));
    expect(unended.map((line) => (JSON.parse(line) as Shown)['provider'])).toContain('plain');
    for (const one of [decided, unreached, endless]) expect(await rowOf(one)).toMatchObject({ left_open: false });
  });

  it('is not ended when it is asked about again before', async () => {
    const one = await create();
    await close(one);
    await app.call(tenant, 'POST', pathOf(one, '/recheck'));
    await later(1);
    expect(toldOf(one)).toEqual([]);
    expect(await rowOf(one)).toMatchObject({ left_open: false, status: 'pending' });
  });

  it('is told again, by another process, where the one that told it died', async () => {
    const one = await create();
    await close(one);
    const [told, hung] = [Promise.withResolvers<null>(), Promise.withResolvers<Ending>()];
    vendor.end = () => {
      told.resolve(null);
      return hung.promise;
    };
    clock.advance(1);
    const dead = app.work();
    await told.promise;
    await expireLease(app, [String(one['id'])]);
    vendor.end = () => Promise.resolve();
    const after = await startTestApp({ clock, adapters: [vendor, plain], database: app.database });
    await after.work();
    await after.close();
    expect(toldOf(one)).toHaveLength(2);
    expect(await rowOf(one)).toMatchObject({ left_open: false, due_at: null });
    hung.resolve();
    await dead;
  });

  it('is ended there later, where it is not wired for a while', async () => {
    const one = await create();
    await close(one);
    const without = await startTestApp({ clock, adapters: [plain], database: app.database });
    clock.advance(1);
    await without.work();
    await without.close();
    await later(DAY);
    expect(toldOf(one)).toHaveLength(1);
    expect(await rowOf(one)).toMatchObject({ left_open: false, due_at: null });
  });
});
