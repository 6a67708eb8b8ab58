import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import { type HmrcVatVendor, startHmrcVatVendor } from '../../../test/vendors/hmrc-vat/hmrc-vat.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import { observationOfFault } from '../fault-observation.js';
import type { Observation } from '../observation.js';
import { HmrcVatAdapter } from './hmrc-vat.adapter.js';

const HOUR = 3_600_000;
const VRN = '553557881';
const VERIFIED = { outcome: 'verified', reason: 'vat_registered' };

describe('a token', () => {
  let clock: ScriptedClock;
  let vendor: HmrcVatVendor;
  let adapter: HmrcVatAdapter;
  beforeEach(async () => {
    clock = new ScriptedClock();
    adapter = new HmrcVatAdapter({ clock, http: new FetchHttp() });
    vendor = await startHmrcVatVendor();
    vendor.put(VRN);
  });
  afterEach(() => vendor.close());

  const ask = async (by = adapter, signal = AbortSignal.timeout(5_000), secret?: string): Promise<Observation> => {
    const check = { verificationType: 'business_entity', checkType: 'vat_number', reference: null };
    const credentials = { ...vendor.credentials, ...(secret !== undefined && { client_secret: secret }) };
    const connection = { settings: { base_url: vendor.url }, credentials };
    const question = { ...check, verificationId: 'v', input: { vat_number: VRN } };
    return by
      .start(question, { connection, idempotencyKey: 'key', signal })
      .catch((error: unknown) => observationOfFault(error, clock.now()));
  };

  it('is used again until nine tenths of its life are over', async () => {
    await ask();
    clock.advance(14_400 * 900 - 1);
    expect(await ask()).toMatchObject(VERIFIED);
    expect(vendor.counts()).toEqual({ tokens: 1, lookUps: 2 });
    clock.advance(2);
    expect(await ask()).toMatchObject(VERIFIED);
    expect(vendor.counts()).toEqual({ tokens: 2, lookUps: 3 });
  });

  it('is asked for once by all who need it first', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => ask()));
    expect(all.map(({ outcome }) => outcome)).toEqual(all.map(() => 'verified'));
    expect(vendor.counts()).toEqual({ tokens: 1, lookUps: 20 });
  });

  it('that was ended is got anew once by all who learn of it', async () => {
    await ask();
    vendor.revoke();
    const all = await Promise.all(Array.from({ length: 5 }, () => ask()));
    expect(all.map(({ outcome }) => outcome)).toEqual(all.map(() => 'verified'));
    expect(vendor.counts()).toEqual({ tokens: 2, lookUps: 11 });
  });

  it('that is refused twice is a matter of the operator', async () => {
    await ask();
    vendor.misbehave(answering(401, { code: 'INVALID_CREDENTIALS' }));
    vendor.misbehave((response) => {
      vendor.misbehave(answering(401, { code: 'INVALID_CREDENTIALS' }));
      answering(200, { access_token: 'another', expires_in: 14_400 })(response, null as never);
    });
    expect(await ask()).toMatchObject({
      reason: 'provider_auth_failed',
      retry: { class: 'operator' },
      providerCode: 'INVALID_CREDENTIALS',
    });
    expect(vendor.counts()).toEqual({ tokens: 2, lookUps: 3 });
  });

  it('belongs to one instance, and another one gives the same answer', async () => {
    expect(await ask()).toEqual(await ask(new HmrcVatAdapter({ clock, http: new FetchHttp() })));
    expect(vendor.counts()).toEqual({ tokens: 2, lookUps: 2 });
  });

  it('is not lent to whoever has the client but not the secret', async () => {
    await ask();
    expect(await ask(adapter, undefined, 'wrong')).toMatchObject({ outcome: 'pending' });
    expect(vendor.counts()).toEqual({ tokens: 2, lookUps: 1 });
  });

  it('is not lost to others by one who waits no longer', async () => {
    let answer: (() => void) | undefined;
    const arrived = new Promise<void>((resolve) => {
      vendor.misbehave((response) => {
        answer = () => {
          vendor.revoke();
          answering(200, { access_token: 'late', expires_in: 14_400 })(response, null as never);
        };
        resolve();
      });
    });
    const impatient = new AbortController();
    const first = ask(adapter, impatient.signal);
    await arrived;
    const second = ask();
    impatient.abort();
    expect(await first).toMatchObject({ reason: 'provider_timeout', retry: { class: 'timeout' } });
    answer?.();
    expect(await second).toMatchObject(VERIFIED);
    // The late one is none of the vendor's, so it is refused and got anew.
    expect(vendor.counts()).toEqual({ tokens: 2, lookUps: 2 });
  });

  describe.each([400, 401, 403])('refused with %i', (status) => {
    const refuse: Script = answering(status, { error: 'invalid_client' });

    it('means an outage for an hour, and then wrong credentials', async () => {
      const seen: unknown[] = [];
      for (const wait of [0, HOUR - 1, 1]) {
        clock.advance(wait);
        vendor.misbehave(refuse);
        const { reason, retry } = await ask();
        seen.push([reason, retry]);
      }
      const outage = ['provider_unavailable', { class: 'outage', unsent: true }];
      expect(seen).toEqual([outage, outage, ['provider_auth_failed', { class: 'operator', unsent: true }]]);
    });

    it('means an outage again after one was given', async () => {
      vendor.misbehave(refuse);
      await ask();
      clock.advance(HOUR);
      expect(await ask()).toMatchObject(VERIFIED);
      clock.advance(4 * HOUR);
      vendor.misbehave(refuse);
      expect(await ask()).toMatchObject({ reason: 'provider_unavailable' });
    });
  });

  it.each<[string, Script, Partial<Observation>]>([
    ['an outage', answering(503), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
    [
      'a throttle',
      answering(429, '', { 'retry-after': '3' }),
      { reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 3_000 } },
    ],
    ['another address', answering(404), { reason: 'provider_endpoint_gone', retry: { class: 'operator' } }],
    ['a page', answering(200, '<html>'), { reason: 'provider_response_unrecognised' }],
    ['no life', answering(200, { access_token: 'a', expires_in: 0 }), { reason: 'provider_response_unrecognised' }],
    [
      'two lines',
      answering(200, { access_token: 'a\r\nX-Evil: 1', expires_in: 60 }),
      { reason: 'provider_response_unrecognised' },
    ],
  ])('that comes as %s is none, however long', async (_name, script, expected) => {
    for (const wait of [0, 2 * HOUR]) {
      clock.advance(wait);
      vendor.misbehave(script);
      expect(await ask()).toMatchObject({ outcome: 'pending', ...expected });
    }
    expect(vendor.counts()).toEqual({ tokens: 2, lookUps: 0 });
  });
});
