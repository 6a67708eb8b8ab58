import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import { notificationKey } from '../../../test/vendors/yoti/yoti.signing.js';
import { startYotiVendor, type YotiVendor } from '../../../test/vendors/yoti/yoti.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { YotiAdapter } from './yoti.adapter.js';

const SDK_ID = '5d3add31-3a3a-4d3b-a6b4-347edb35264c';
const NOTIFIED = 'https://verifications.example/v1/provider-callbacks/yoti/canary-token';
const GONE = '14010f56-3f04-4f1f-84e7-a43ff723ef86';
const key = notificationKey();
let clock: ScriptedClock;
let adapter: YotiAdapter;
let vendor: YotiVendor;
let checks = 0;

beforeEach(async () => {
  clock = new ScriptedClock('2026-01-31T08:00:00.000000Z');
  adapter = new YotiAdapter({ clock, http: new FetchHttp() });
  vendor = await startYotiVendor({ sdkId: SDK_ID, apiKey: 'key', clock });
});
afterEach(() => vendor.close());

function checkOf(change: Partial<Check> = {}): Check {
  checks += 1;
  const verificationId = `01939c5e-7a00-7000-8000-${String(checks).padStart(12, '0')}`;
  const kind = { verificationType: 'age', checkType: 'any_method' };
  return { verificationId, ...kind, input: {}, reference: null, ...change };
}

function callOf(settings: JsonObject = {}, credentials: Readonly<Record<string, string>> = {}): Call {
  const connection = {
    settings: { base_url: vendor.url, notification_keys: [key.spki], ...settings },
    credentials: { sdk_id: SDK_ID, api_key: 'key', ...credentials },
  };
  return { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) };
}

async function started(): Promise<Check & { readonly reference: string }> {
  const check = checkOf();
  const { reference = '' } = await adapter.start(check, callOf({}, { notification_url: NOTIFIED }));
  return { ...check, reference };
}

const sent = (): JsonObject => vendor.requests.at(-1)?.json as JsonObject;
const UNKNOWN = { outcome: 'pending', reason: 'provider_response_unrecognised', retry: { class: 'outage' } } as const;

describe('a start', () => {
  it('asks for a yes or no to an age, with our id as the reference, and names nobody', async () => {
    const check = checkOf();
    await adapter.start(check, callOf());
    const tried = { retry_limit: 1, threshold: 18 };
    expect(sent()).toEqual({
      type: 'OVER',
      ttl: 86_400,
      reference_id: check.verificationId,
      age_estimation: { allowed: true, threshold: 25, retry_limit: 1, level: 'PASSIVE' },
      digital_id: { allowed: true, ...tried, level: 'NONE', age_estimation_allowed: false },
      doc_scan: { allowed: true, ...tried, level: 'PASSIVE', authenticity: 'AUTO' },
      credit_card: { allowed: false, ...tried, level: 'NONE' },
      mobile: { allowed: false, level: 'NONE', retry_limit: 1 },
      retry_enabled: true,
      resume_enabled: true,
    });
    expect(vendor.requests.at(-1)?.headers).toMatchObject({ authorization: 'Bearer key', 'yoti-sdk-id': SDK_ID });
  });

  it('goes by the settings of the connection, and by the check before those', async () => {
    const pages = { return_url: 'https://shop.example/back', cancel_url: 'https://shop.example/no' };
    const settings = {
      ...pages,
      methods: ['credit_card'],
      estimation_margin: 2,
      attempts: 3,
      ttl_seconds: 600,
      retry_enabled: false,
    };
    await adapter.start(checkOf({ input: { minimum_age: 21 } }), callOf(settings, { notification_url: NOTIFIED }));
    expect(sent()).toMatchObject({
      ttl: 600,
      age_estimation: { allowed: false, threshold: 23, retry_limit: 3 },
      doc_scan: { allowed: false, threshold: 21 },
      credit_card: { allowed: true, threshold: 21, retry_limit: 3 },
      callback: { auto: true, url: 'https://shop.example/back' },
      cancel_url: 'https://shop.example/no',
      notification_url: NOTIFIED,
      retry_enabled: false,
      resume_enabled: false,
    });
  });

  it.each([
    ['age_estimation', ['age_estimation']],
    ['document', ['doc_scan']],
  ])('of %s opens %j alone, whatever the connection lets be chosen', async (checkType, open) => {
    await adapter.start(checkOf({ checkType }), callOf({ methods: ['digital_id'] }));
    const methods = Object.entries(sent()).filter(([, block]) => (block as JsonObject)['allowed'] === true);
    expect(methods.map(([name]) => name)).toEqual(open);
  });

  it('gives the customer a page that is made of two ids, until the session ends', async () => {
    const { customerAction, reference = '', answer } = await adapter.start(checkOf(), callOf({ ttl_seconds: 600 }));
    expect(customerAction).toEqual({
      ...{ type: 'redirect', expiresAt: '2026-01-31T08:10:00.000000Z' },
      url: `https://age.yoti.com?sessionId=${reference}&sdkId=${SDK_ID}`,
    });
    expect(answer).toMatchObject({ id: reference, status: 'PENDING' });
  });

  it.each<[string, Script, Partial<Observation>]>([
    ['400', answering(400, {}), { retry: { class: 'operator' } }],
    ['401', answering(401, {}), { reason: 'provider_auth_failed', retry: { class: 'operator' } }],
    ['403', answering(403, {}), { reason: 'provider_auth_failed', retry: { class: 'operator' } }],
    [
      '429',
      answering(429, {}, { 'retry-after': '30' }),
      { reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 30_000 } },
    ],
    ['503', answering(503), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
    ['a page', answering(200, '<!doctype html><title>Yoti'), UNKNOWN],
    ['half an answer', answering(200, '{"id":"14010f56-3f04-4f1f-84e7-a43ff723ef86","sta'), UNKNOWN],
    ['an id that is none', answering(200, { id: '1', status: 'PENDING' }), UNKNOWN],
  ])('answered with %s is pending', async (_name, script, expected) => {
    vendor.misbehave(script);
    expect(await adapter.start(checkOf(), callOf())).toMatchObject({ outcome: 'pending', ...expected });
  });

  it('answered in a status of which nobody knows what to do opens nothing', async () => {
    vendor.misbehave(answering(200, { id: GONE, status: 'COMPLETE' }));
    const observation = await adapter.start(checkOf(), callOf());
    expect(observation).toMatchObject({ ...UNKNOWN, reference: GONE });
    expect(observation.customerAction).toBeUndefined();
  });

  it('by an account or a key that is not known needs an operator', async () => {
    for (const credentials of [{ sdk_id: GONE }, { api_key: 'other' }])
      expect(await adapter.start(checkOf(), callOf({}, credentials))).toMatchObject({
        ...{ outcome: 'pending', reason: 'provider_auth_failed', retry: { class: 'operator' } },
      });
  });

  it('whose answer was lost can neither be found nor repeated, and is learned of by its notification', async () => {
    const { find, idempotentStart } = adapter.capabilities;
    expect([find, idempotentStart, 'findByOurReference' in adapter]).toEqual([false, false, false]);
    const { reference, ...check } = await started();
    vendor.change(reference, { status: 'COMPLETE', method: 'DOC_SCAN' });
    const delivery = vendor.notification(reference, key);
    const hints = await adapter.readCallback(delivery, callOf().connection);
    expect(hints).toMatchObject([{ reference, ourReference: check.verificationId }]);
    expect(await adapter.fetch({ ...check, reference }, callOf())).toMatchObject({ outcome: 'verified', reference });
  });
});

describe('a customer', () => {
  it('finds the same page again while there is something to do', async () => {
    const check = await started();
    const again = await adapter.customerAction({ ...check, input: {} }, callOf());
    expect(again?.url).toBe(`https://age.yoti.com?sessionId=${check.reference}&sdkId=${SDK_ID}`);
  });

  it.each(['IN_PROGRESS', 'COMPLETE', 'FAIL', 'ERROR', 'CANCELLED', 'EXPIRED'])(
    'has nothing to do once a session is %s',
    async (status) => {
      const check = await started();
      vendor.change(check.reference, { status, method: 'DOC_SCAN' });
      expect(await adapter.customerAction(check, callOf())).toBeNull();
    },
  );

  it('is sent to no page that is closed, or that nobody knows of', async () => {
    const check = await started();
    expect(await adapter.customerAction({ ...check, reference: null }, callOf())).toBeNull();
    clock.advance(86_400_000);
    expect(await adapter.customerAction(check, callOf())).toBeNull();
  });

  it('is not told that there is nothing to do where Yoti can not say, or says what nobody knows', async () => {
    const paused = await started();
    vendor.change(paused.reference, { status: 'PAUSED' });
    for (const check of [checkOf({ reference: GONE }), paused])
      await expect(adapter.customerAction(check, callOf())).rejects.toMatchObject({
        reason: 'provider_response_unrecognised',
      });
  });
});

describe('a reading', () => {
  it('of a session that Yoti has forgotten says nothing about the person', async () => {
    expect(await adapter.fetch(checkOf({ reference: GONE }), callOf())).toMatchObject(UNKNOWN);
  });

  it('by the reference of another check is none of ours', async () => {
    const [one, other] = [await started(), await started()];
    vendor.change(one.reference, { status: 'COMPLETE', method: 'DOC_SCAN' });
    const observation = await adapter.fetch({ ...other, reference: one.reference }, callOf());
    expect(observation).toMatchObject({ outcome: 'pending', reason: 'provider_response_mismatch' });
  });

  it.each<[string, Script, Partial<Observation>]>([
    ['429', answering(429, {}, { 'retry-after': '7' }), { retry: { class: 'throttle', afterMs: 7_000 } }],
    ['503', answering(503), { reason: 'provider_unavailable' }],
    ['a page', answering(200, '<!doctype html><title>COMPLETE'), UNKNOWN],
    ['half an answer', answering(200, '{"status":"COMPLETE","method":"DOC_'), UNKNOWN],
    ['a decision alone', answering(200, { status: 'COMPLETE' }), UNKNOWN],
  ])('answered with %s is pending', async (_name, script, expected) => {
    const check = await started();
    vendor.misbehave(script);
    expect(await adapter.fetch(check, callOf())).toMatchObject({ outcome: 'pending', ...expected });
  });
});
