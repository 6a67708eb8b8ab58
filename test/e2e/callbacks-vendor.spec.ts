import { randomBytes } from 'node:crypto';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { inboxOf } from '../support/peers/scripted-callbacks.js';
import { SandboxVendorDriver } from '../support/sandbox-vendor-driver.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import { created, membersIn, pathOf, sandboxRequest } from '../support/verification-requests.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

type Shown = Record<string, unknown>;

describe('a vendor that calls back', () => {
  const clock = new ScriptedClock();
  const vendor = new SandboxVendorDriver(clock);
  const callbackToken = randomBytes(32).toString('base64url');
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    await vendor.run();
    const connection = { settings: { base_url: vendor.url }, credentials: { api_key: vendor.apiKey } };
    const sandbox = { ...connection, callbackToken, callbackSecrets: ['new', 'old'] };
    app = await startTestApp({ clock, connections: { sandbox } });
    tenant = await app.tenant();
    await vendor.callBack(`${app.url}/v1/provider-callbacks/sandbox/${callbackToken}`, ['old']);
  });
  afterAll(async () => {
    await vendor.close();
    await app.close();
  });
  beforeEach(() => app.sql('delete from customer_verifications.callback_inbox'));

  const create = (scenario: string, more: Shown = {}): Promise<Shown> =>
    created(app, tenant, sandboxRequest(scenario, more)) as Promise<Shown>;
  const read = async (verification: Shown): Promise<Shown> =>
    (await app.call(tenant, 'GET', pathOf(verification))).body.data as Shown;
  /** Whatever is on its way arrives, and is heard. */
  const heard = async (): Promise<void> => {
    await vendor.callbacksSettled();
    await app.work();
  };
  const decide = async (verification: Shown, status: string, code: string | null = null): Promise<void> => {
    await vendor.decide(String(verification['provider_reference']), status, code);
    await vendor.callbacksSettled();
  };
  const answersOf = (verification: Shown): (number | null)[] =>
    vendor
      .delivered()
      .filter(({ check_id }) => check_id === verification['provider_reference'])
      .map(({ answer }) => answer);
  const statuses = async (verification: Shown): Promise<unknown[]> => {
    const history = await app.call(tenant, 'GET', pathOf(verification, '/history?limit=100'));
    const all = membersIn(history, 'to_status');
    return all.filter((status, index) => status !== all[index - 1]);
  };

  it('is heard: a hosted check from create to callback to verified, taken back later', async () => {
    const first = await create('hosted');
    expect(first).toMatchObject({ status: 'pending', reason: 'awaiting_customer' });
    await decide(first, 'approved');
    await heard();
    expect(await read(first)).toMatchObject({ status: 'verified', reason: 'identity_verified' });
    clock.advance(24 * HOUR);
    await decide(first, 'declined', 'DOCUMENT_FRAUD');
    await heard();
    expect(await read(first)).toMatchObject({ status: 'failed', reason: 'document_fraud' });
    expect(await statuses(first)).toEqual(['pending', 'verified', 'failed']);
    expect(answersOf(first)).toEqual([200, 200]);
  });

  it('is missed where its callback is lost, and asked all the same', async () => {
    const first = await create('hosted', { callbacks: 'none' });
    await decide(first, 'approved');
    await heard();
    expect((await read(first))['status']).toBe('pending');
    clock.advance(MINUTE);
    await app.work();
    expect((await read(first))['status']).toBe('verified');
    expect(answersOf(first)).toEqual([]);
  });

  it('late says nothing that is believed', async () => {
    const first = await create('hosted', { callbacks: 'late' });
    await decide(first, 'approved');
    clock.advance(HOUR);
    await app.work();
    await decide(first, 'declined', 'DOCUMENT_EXPIRED');
    clock.advance(4 * MINUTE);
    await vendor.flush();
    await heard();
    expect(await read(first)).toMatchObject({ status: 'failed', reason: 'document_expired' });
    expect(await statuses(first)).toEqual(['pending', 'verified', 'failed']);
  });

  it('twice is heard once', async () => {
    const first = await create('hosted', { callbacks: 'doubled' });
    await decide(first, 'approved');
    await heard();
    expect(answersOf(first)).toEqual([200, 200, 200]);
    expect(await inboxOf(app)).toMatchObject([{ outcome: 'heard' }]);
    expect(await statuses(first)).toEqual(['pending', 'verified']);
  });

  it('in any order ends as the vendor does', async () => {
    const first = await create('hosted', { callbacks: 'shuffled' });
    for (const [status, code] of [['processing'], ['approved'], ['declined', 'SELFIE_FRAUD']] as const) {
      await decide(first, status, code ?? null);
    }
    await vendor.flush();
    await heard();
    expect(await read(first)).toMatchObject({ status: 'failed', reason: 'selfie_fraud' });
    expect(await statuses(first)).toEqual(['pending', 'failed']);
    expect(await inboxOf(app)).toHaveLength(3);
  });

  it('forged is refused', async () => {
    const first = await create('hosted', { callbacks: 'forged' });
    await decide(first, 'approved');
    await heard();
    expect(answersOf(first).sort()).toEqual([200, 401]);
    expect(await inboxOf(app)).toHaveLength(1);
    expect(await statuses(first)).toEqual(['pending', 'verified']);
  });

  it.each(['overtaking', 'early'])('before it has answered the start (%s) is heard after it', async (callbacks) => {
    const first = await create('verified', { callbacks });
    expect(first['status']).toBe('verified');
    await heard();
    clock.advance(MINUTE);
    await app.work();
    expect(await inboxOf(app)).toMatchObject([{ outcome: 'heard' }]);
    expect(await statuses(first)).toEqual(['pending', 'verified']);
  });

  it('before it has answered a start whose answer is lost brings the check to its end', async () => {
    const more = { callbacks: 'overtaking', then: 'failed:document_fraud' };
    const first = await create('fault:lost_answer', more);
    expect(first).toMatchObject({ status: 'pending', provider_reference: null });
    clock.advance(2 * SECOND);
    await heard();
    expect(await read(first)).toMatchObject({ status: 'failed', reason: 'document_fraud' });
    const starts = vendor.started().filter((entry) => JSON.stringify(entry).includes(String(first['id'])));
    expect(starts).toHaveLength(1);
  });

  it('without numbers is heard again for each that comes after the last was heard', async () => {
    const first = await create('hosted', { callbacks: 'without_id' });
    await decide(first, 'approved');
    await heard();
    await decide(first, 'processing');
    await decide(first, 'approved');
    await heard();
    // Two at once about one check: the second asks when the first has been answered.
    clock.advance(2 * SECOND);
    await app.work();
    expect(await statuses(first)).toEqual(['pending', 'verified']);
    expect((await inboxOf(app)).every(({ outcome }) => outcome === 'heard')).toBe(true);
  });

  it('about a check that nobody knows is kept for a day', async () => {
    const first = await create('hosted', { callbacks: 'unknown' });
    await decide(first, 'approved');
    await heard();
    expect(await inboxOf(app)).toMatchObject([{ outcome: null }]);
    clock.advance(24 * HOUR);
    await app.work();
    expect(await inboxOf(app)).toMatchObject([{ outcome: 'unknown_check' }]);
    // By its own questions, as ever.
    expect((await read(first))['status']).toBe('verified');
  });

  it('is told 503 while the database is away, and calls again', async () => {
    const first = await create('hosted');
    // What a database says that is taken away in the middle.
    await app.sql(`create function customer_verifications.away() returns trigger language plpgsql as
      $$ begin raise exception 'going away' using errcode = '57P01'; end $$`);
    await app.sql(`create trigger away before insert on customer_verifications.callback_inbox
      for each row execute function customer_verifications.away()`);
    await decide(first, 'approved');
    expect(answersOf(first)).toEqual([503]);
    await app.sql('drop trigger away on customer_verifications.callback_inbox');
    await app.sql('drop function customer_verifications.away()');
    await vendor.flush();
    await heard();
    expect((await read(first))['status']).toBe('verified');
  });
});
