import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { addMilliseconds, instant } from '#app/platform/clock.js';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { EXPERIMENTAL_CASES } from '../support/played/experimental-cases.js';
import {
  closePlayedProviders,
  connectionsTo,
  playedAdapters,
  type PlayedProviders,
  renewLists,
  startPlayedProviders,
  VENDOR_SECRETS,
} from '../support/played/played-providers.js';
import type { ProviderCase, Turn } from '../support/played/provider-case.js';
import { REGISTER_CASES } from '../support/played/register-cases.js';
import { SCREENING_CASES } from '../support/played/screening-cases.js';
import { VAT_CASES } from '../support/played/vat-cases.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import { answering } from '../support/scripted-vendor.js';
import { created, override, pathOf, shownIn } from '../support/verification-requests.js';

const CASES = [...VAT_CASES, ...REGISTER_CASES, ...SCREENING_CASES, ...EXPERIMENTAL_CASES];
const ROWS = CASES.map((one) => [one.provider, one] as const);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

type Shown = Record<string, unknown>;

describe('checks of the wired providers', () => {
  const clock = new ScriptedClock('2026-02-01T09:30:00.123456Z');
  const callbackToken = randomBytes(32).toString('base64url');
  let vendors: PlayedProviders;
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    vendors = await startPlayedProviders(clock);
    const connections = connectionsTo(vendors, callbackToken);
    app = await startTestApp({ clock, adapters: playedAdapters(clock, vendors), connections, testConnections: {} });
    tenant = await app.tenant({ livemode: true });
  });
  afterAll(async () => {
    // The vendors in any case: what is left of them keeps the run from ending.
    await closePlayedProviders(vendors).finally(() => app.close());
  });
  /** Past every limit, and with nothing left over from the test before. */
  beforeEach(async () => {
    await app.sql(`update customer_verifications.verifications set due_at = null`);
    pass(2 * HOUR);
  });

  const pass = (milliseconds: number): void => {
    clock.advance(milliseconds);
    renewLists(vendors, clock);
  };
  const create = ({ provider, verificationType, checkType }: ProviderCase, turn: Turn): Promise<Shown> => {
    turn.arrange?.(vendors);
    const about = { provider, verification_type: verificationType, check_type: checkType };
    return created(app, tenant, { customer_id: randomUUID(), ...about, input: turn.input }) as Promise<Shown>;
  };
  const read = async (verification: Shown): Promise<Shown> =>
    (await app.call(tenant, 'GET', pathOf(verification))).body.data as Shown;
  const historyOf = async (verification: Shown): Promise<readonly Shown[]> =>
    shownIn(await app.call(tenant, 'GET', pathOf(verification, '/history?limit=100')));
  const endOf = (until: number | string, since: string): string =>
    typeof until === 'string' ? until : addMilliseconds(instant(since), until * DAY);
  /** When the pass was given: by our clock, or by the vendor's. */
  const givenAt = ({ passes: { since } }: ProviderCase, { verified_at: at }: Shown): string =>
    since === 'vendor' ? String(at) : clock.now();

  it.each(ROWS)('%s passes as documented, and says so in its own name', async (provider, one) => {
    const { passes } = one;
    const first = await create(one, passes);
    const reference: unknown = passes.reference && expect.stringMatching(passes.reference);
    expect(first).toMatchObject({
      ...{ status: 'verified', reason: passes.reason, provider_reference: reference },
      ...{ verified_at: givenAt(one, first), last_checked_at: clock.now() },
      expires_at: endOf(passes.until, givenAt(one, first)),
    });
    expect(first['result_payload']).toEqual(passes.payload);
    expect((await historyOf(first)).map(({ actor_id: actor, to_status: to }) => [actor, to])).toEqual([
      [`key:${tenant.keyId}`, 'pending'],
      [`provider:${provider}`, 'verified'],
    ]);
  });

  it.each(ROWS)('%s fails as documented', async (provider, one) => {
    const first = await create(one, one.fails);
    expect(first).toMatchObject({ status: 'failed', reason: one.fails.reason, verified_at: null, expires_at: null });
    expect((await historyOf(first)).at(-1)).toMatchObject({ actor_id: `provider:${provider}`, to_status: 'failed' });
  });

  it.each(ROWS)('%s that is away keeps a check waiting, and answers it after', async (provider, one) => {
    vendors[provider].misbehave(answering(503, 'Service Unavailable'), 1);
    const first = await create(one, one.passes);
    expect(first).toMatchObject({ status: 'pending', reason: one.away, verified_at: null, result_payload: null });
    await app.work();
    expect((await read(first))['status']).toBe('pending');
    pass(HOUR);
    await app.work();
    // Where a start is looked for first, that it never arrived is put down before it is made again.
    if ((await read(first))['status'] === 'pending') {
      pass(2_000);
      await app.work();
    }
    const now = await read(first);
    expect(now).toMatchObject({ status: 'verified', reason: one.passes.reason, last_checked_at: clock.now() });
    expect(now['verified_at']).toBe(givenAt(one, now));
  });

  it.each(ROWS)('%s is asked again by a recheck, and may take its word back', async (provider, one) => {
    const first = await create(one, one.passes);
    pass(HOUR);
    const same = await app.call(tenant, 'POST', pathOf(first, '/recheck'));
    expect([same.status, same.body.data.status, same.body.data.last_checked_at]).toEqual([
      200,
      'verified',
      clock.now(),
    ]);
    one.later.arrange(vendors, String(first['provider_reference']));
    pass((one.later.hours ?? 1) * HOUR);
    const { body } = await app.call(tenant, 'POST', pathOf(first, '/recheck'));
    expect([body.data.status, body.data.reason]).toEqual(one.later.said);
    const told = (await historyOf(first)).filter(({ type }) => type === 'verification.recheck_started');
    expect(told.map(({ actor_id: actor }) => actor)).toEqual([`key:${tenant.keyId}`, `key:${tenant.keyId}`]);
    expect((await historyOf(first)).at(-1)).toMatchObject({ actor_id: `provider:${provider}` });
  });

  it.each(ROWS.filter(([name]) => name === 'opensanctions' || name === 'watchman'))(
    '%s takes a standing pass back for a possible hit, which then waits for a person',
    async (_provider, one) => {
      const first = await create(one, one.passes);
      one.later.arrange(vendors, String(first['provider_reference']));
      pass(HOUR);
      const said: unknown[] = [];
      for (let round = 0; round < 2; round += 1) {
        const { body } = await app.call(tenant, 'POST', pathOf(first, '/recheck'));
        said.push([body.data.status, body.data.reason]);
      }
      expect(said).toEqual([
        ['expired', 'screening_possible_match'],
        ['pending', 'screening_possible_match'],
      ]);
    },
  );

  const reviewed = ROWS.flatMap(([name, one]) => (one.review ? [[name, one, one.review] as const] : []));
  it.each(reviewed)('%s puts before a person what only a person can decide', async (provider, one, review) => {
    const first = await create(one, review);
    expect(first).toMatchObject({ status: 'pending', reason: review.reason, expires_at: null });
    expect((await historyOf(first)).at(-1)).toMatchObject({ actor_id: `provider:${provider}`, to_status: 'pending' });
    const { status, body } = await override(app, tenant, first, { status: 'verified', reason: 'Seen.' });
    expect([status, body.data.status, body.data.reason]).toEqual([200, 'verified', 'Seen.']);
    const asked = vendors[provider].requests.length;
    pass(12 * HOUR);
    await app.work();
    expect(await read(first)).toEqual(body.data);
    expect(vendors[provider].requests).toHaveLength(asked);
    expect((await historyOf(first)).at(-1)).toMatchObject({ actor_id: `key:${tenant.keyId}`, to_status: 'verified' });
  });

  describe('of Middesk', () => {
    const [middesk] = SCREENING_CASES.filter(({ provider }) => provider === 'middesk');
    const start = async (name: string, status: string): Promise<Shown> => {
      vendors.middesk.put(name, { status });
      if (!middesk) throw new Error('there is no case of Middesk');
      return create(middesk, { ...middesk.passes, input: { ...middesk.passes.input, name } });
    };
    const callBack = async ({ id, provider_reference: reference }: Shown, secret: string): Promise<number> => {
      const object = { id: reference ?? randomUUID(), external_id: id, object: 'business', status: 'approved' };
      const event = { object: 'event', id: randomUUID(), type: 'business.updated', data: { object } };
      const body = JSON.stringify(event);
      const signature = createHmac('sha256', secret).update(body).digest('hex');
      const headers = { 'x-middesk-signature-256': signature, 'content-type': 'application/json' };
      const path = `/v1/provider-callbacks/middesk/${callbackToken}`;
      return (await app.call(null, 'POST', path, { body, headers })).status;
    };

    it('are fetched when it calls, and are never decided by the call itself', async () => {
      const first = await start('Open Business', 'open');
      expect(first).toMatchObject({ status: 'pending', reason: 'provider_processing' });
      expect(await callBack(first, 'another-secret')).toBe(401);
      expect(await callBack(first, VENDOR_SECRETS.callback)).toBe(200);
      await app.work();
      expect(await read(first)).toMatchObject({ status: 'pending', reason: 'provider_processing' });
      vendors.middesk.change(String(first['provider_reference']), {});
      clock.advance(1_500);
      expect(await callBack(first, VENDOR_SECRETS.callback)).toBe(200);
      await app.work();
      expect(await read(first)).toMatchObject({ status: 'verified', reason: 'register_active' });
      expect((await historyOf(first)).at(-1)).toMatchObject({ actor_id: 'provider:middesk' });
    });

    it('are found again after an answer that was lost, and are made once', async () => {
      const { middesk: vendor } = vendors;
      vendor.misbehave((response) => {
        const { headers, json } = vendor.requests.at(-1) ?? {};
        const authorization = headers?.['authorization'] ?? '';
        const sent = { method: 'POST', headers: { authorization }, body: JSON.stringify(json) };
        void fetch(`${vendor.url}/businesses`, sent).then(() => response.socket?.resetAndDestroy());
      });
      const first = await start('Lost Business', 'in_review');
      expect(first).toMatchObject({ status: 'pending', reason: 'network_error', provider_reference: null });
      pass(HOUR);
      await app.work();
      const now = await read(first);
      expect(now).toMatchObject({ status: 'verified', reason: 'register_active' });
      expect(now['provider_reference']).toEqual(expect.stringMatching(/^[0-9a-f-]{36}$/));
      expect(vendor.billed(String(first['id']))).toBe(1);
    });
  });
});
