import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import { type IdenfyVendor, startIdenfyVendor } from '../../../test/vendors/idenfy/idenfy.vendor.js';
import { addMilliseconds } from '../../platform/clock.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { observationOfFault } from '../fault-observation.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { IdenfyAdapter } from './idenfy.adapter.js';

const clock = new ScriptedClock();
const adapter = new IdenfyAdapter({ clock, http: new FetchHttp() });
const other = '328c6766-934e-11ed-bb9b-025ad99a18e7';
let vendor: IdenfyVendor;
let checks = 0;

beforeEach(async () => {
  vendor = await startIdenfyVendor({ key: 'key', secret: 'secret' });
});
afterEach(() => vendor.close());

function checkOf(change: Partial<Check> = {}): Check {
  checks += 1;
  const verificationId = `01939c5e-7a00-7000-8000-${String(checks).padStart(12, '0')}`;
  const kind = { verificationType: 'identity', checkType: 'document_selfie' };
  return { verificationId, ...kind, input: {}, reference: null, ...change };
}

function callOf(settings: JsonObject = {}): Call {
  const credentials = { api_key: 'key', api_secret: 'secret' };
  const connection = {
    settings: { base_url: vendor.url, ...settings },
    ...{ credentials, callbackSecrets: ['first', 'second'] },
  };
  return { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) };
}

async function started(change: Partial<Check> = {}): Promise<Check & { readonly reference: string }> {
  const check = checkOf(change);
  const { reference = '' } = await adapter.start(check, callOf());
  return { ...check, reference };
}

const refused = (status: number, identifier: string): Script => answering(status, { identifier, message: 'Words' });
const UNKNOWN = { outcome: 'pending', reason: 'provider_response_unrecognised', retry: { class: 'outage' } } as const;
const MISMATCH = { outcome: 'pending', reason: 'provider_response_mismatch' } as const;

/** What iDenfy and what stands before it say on bad days, to a start as to a reading. */
const FAULTS: readonly (readonly [string, Script, Partial<Observation>])[] = [
  [
    '400 for a value',
    refused(400, 'BAD_VALUE'),
    { reason: 'provider_response_unrecognised', retry: { class: 'operator' } },
  ],
  ['400 for the key', refused(400, 'UNAUTHORIZED'), { reason: 'provider_auth_failed', retry: { class: 'operator' } }],
  ['400 for a contract', refused(400, 'PARTNER_CONTRACT_ERROR'), { reason: 'provider_not_entitled' }],
  ['403 for a permission', refused(403, 'PERMISSIONS_ERROR'), { reason: 'provider_not_entitled' }],
  [
    '400 for too much',
    refused(400, 'TOO_MANY_REQUESTS'),
    { reason: 'provider_throttled', retry: { class: 'throttle' } },
  ],
  ['400 for itself', refused(400, 'INTERNAL_ERROR'), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
  ['401', answering(401), { reason: 'provider_auth_failed', retry: { class: 'operator' } }],
  [
    '429',
    answering(429, { identifier: 'TOO_MANY_REQUESTS' }, { 'retry-after': '30' }),
    { reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 30_000 } },
  ],
  ['500', refused(500, 'INTERNAL_ERROR'), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
  ['503', answering(503), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
  ['a page', answering(200, '<html>'), UNKNOWN],
  ['half an answer', answering(200, '{"scanRef":"328c6766'), UNKNOWN],
  ['a reset', (response) => response.socket?.resetAndDestroy(), { reason: 'network_error' }],
];

describe('a start', () => {
  it('gives our id, what is known of the person, and how the page is wanted', async () => {
    const input = {
      ...{ given_name: 'Zoë-Anne', family_name: "d'Arc", birth_date: '1964-08-12' },
      ...{ document_country: 'FR', language: 'fr' },
    };
    const page = 'https://shop.example/back';
    const check = checkOf({ input, checkType: 'document' });
    const settings = { success_url: page, error_url: page, unverified_url: page };
    await adapter.start(check, callOf({ ...settings, expiry_seconds: 3_600, session_seconds: 600 }));
    expect(vendor.requests[0]?.json).toEqual({
      ...{ clientId: check.verificationId, tokenType: 'DOCUMENT', expiryTime: 3_600, sessionLength: 600 },
      ...{ firstName: 'Zoë-Anne', lastName: "d'Arc", dateOfBirth: '1964-08-12', country: 'FR', locale: 'fr' },
      ...{ successUrl: page, errorUrl: page, unverifiedUrl: page },
    });
    const token = `Basic ${Buffer.from('key:secret').toString('base64')}`;
    expect(vendor.requests[0]?.headers['authorization']).toBe(token);
  });

  it('of document and face asks for both, and for a day', async () => {
    const check = checkOf();
    const { customerAction } = await adapter.start(check, callOf());
    expect(vendor.requests[0]?.json).toEqual({
      ...{ clientId: check.verificationId, tokenType: 'IDENTIFICATION', expiryTime: 86_400 },
    });
    expect(customerAction?.expiresAt).toBe(addMilliseconds(clock.now(), 86_400_000));
  });

  it('gives the customer an address that is kept nowhere else', async () => {
    const { customerAction, answer, payload } = await adapter.start(checkOf(), callOf());
    const token = customerAction?.url.split('=')[1] ?? '';
    expect(customerAction?.url).toBe(`https://ivs.idenfy.com/api/v2/redirect?authToken=${token}`);
    expect(JSON.stringify([answer, payload])).not.toContain(token);
    expect(JSON.stringify(answer)).not.toMatch(/"(authToken|redirectUrl|digitString)"/);
  });

  it.each([null, 'javascript:alert(1)', 'http://evil.example/'])(
    'whose address is %j makes it of the token',
    async (redirectUrl) => {
      const check = checkOf();
      const made = { authToken: 'pgYQX0z2T8', redirectUrl, scanRef: other, clientId: check.verificationId };
      vendor.misbehave(answering(201, made));
      const { customerAction } = await adapter.start(check, callOf());
      expect(customerAction?.url).toBe(`${vendor.url}/api/v2/redirect?authToken=pgYQX0z2T8`);
    },
  );

  it.each(FAULTS)('answered with %s', async (_name, script, expected) => {
    vendor.misbehave(script);
    const asked = adapter.start(checkOf(), callOf());
    const observation = await asked.catch((error: unknown) => observationOfFault(error, clock.now()));
    expect(observation).toMatchObject({ outcome: 'pending', ...expected });
    expect(vendor.requests.length).toBe(1);
  });

  it('answered for another reference is none of ours', async () => {
    vendor.misbehave(answering(201, { authToken: 'pgYQX0z2T8', scanRef: other, clientId: 'customer-7' }));
    expect(await adapter.start(checkOf(), callOf())).toMatchObject(MISMATCH);
  });

  it('is not taken with a name that iDenfy refuses', () => {
    const [capability] = adapter.checks;
    for (const given_name of ['Erika!', 'Erika 2', 'a,b', 'a/b', ''])
      expect(capability?.input.safeParse({ given_name }).success).toBe(false);
  });
});

describe('a start of which nobody knows whether it arrived', () => {
  it('is found by our id, without a page: the address came once', async () => {
    const check = await started();
    const found = await adapter.findByOurReference({ ...check, reference: null }, callOf());
    expect(found).toMatchObject({ reference: check.reference, reason: 'awaiting_customer' });
    expect(found?.customerAction).toBeUndefined();
    expect('customerAction' in adapter).toBe(false);
    expect(vendor.requests[1]?.target).toBe(`/kyc/identifications/?clientId=${check.verificationId}&perPage=5`);
  });

  it('makes no second session where it is repeated while the first is open', async () => {
    const check = await started();
    const again = await adapter.start({ ...check, reference: null }, callOf());
    expect(again).toMatchObject({ outcome: 'pending', reason: 'awaiting_customer', reference: check.reference });
    expect(vendor.billed(check.verificationId)).toBe(1);
  });

  it('would make one where the first is over: so it is no repetition that may be tried', async () => {
    const check = await started();
    vendor.change(check.reference, { status: 'DENIED' });
    await adapter.start({ ...check, reference: null }, callOf());
    expect(vendor.billed(check.verificationId)).toBe(2);
    expect(adapter.capabilities.idempotentStart).toBe(false);
  });

  it('is found with what came of it meanwhile', async () => {
    const check = await started();
    vendor.change(check.reference, { status: 'APPROVED' });
    expect(await adapter.findByOurReference({ ...check, reference: null }, callOf())).toMatchObject({
      ...{ outcome: 'verified', reference: check.reference },
    });
  });

  it('is not found where it never came', async () => {
    expect(await adapter.findByOurReference(checkOf(), callOf())).toBeNull();
  });

  it('is told from the sessions of others, whose approvals count for nothing', async () => {
    const [one, check] = [await started(), await started()];
    vendor.change(one.reference, { status: 'APPROVED' });
    const both = [{ scanRef: one.reference }, { scanRef: check.reference }];
    vendor.misbehave(answering(200, { count: 2, results: both }));
    expect(await adapter.findByOurReference({ ...check, reference: null }, callOf())).toMatchObject({
      ...{ outcome: 'pending', reference: check.reference },
    });
    vendor.misbehave(answering(200, { count: 1, results: [{ scanRef: one.reference }] }));
    await expect(adapter.findByOurReference({ ...check, reference: null }, callOf())).rejects.toMatchObject({
      reason: 'provider_response_mismatch',
    });
  });

  it.each<[string, Script, Observation['reason']]>([
    ['a page that is left out', answering(200, { count: 3, results: [] }), 'provider_response_unrecognised'],
    ['no list', answering(200, {}), 'provider_response_unrecognised'],
    ['an outage', answering(503), 'provider_unavailable'],
  ])('is not taken for one that never came where %s is answered', async (_name, script, reason) => {
    vendor.misbehave(script);
    await expect(adapter.findByOurReference(checkOf(), callOf())).rejects.toMatchObject({ reason });
  });

  it('that is refused as the second of none says nothing', async () => {
    vendor.misbehave(answering(409, { identifier: 'VALIDATION_ERROR' }));
    expect(await adapter.start(checkOf(), callOf())).toMatchObject(UNKNOWN);
  });
});

describe('a reading', () => {
  it.each(FAULTS)('answered with %s decides nothing', async (_name, script, expected) => {
    const check = await started();
    vendor.change(check.reference, { status: 'APPROVED' });
    vendor.misbehave(script);
    const asked = adapter.fetch(check, callOf());
    const observation = await asked.catch((error: unknown) => observationOfFault(error, clock.now()));
    expect(observation).toMatchObject({ outcome: 'pending', ...expected });
  });

  it('of another check’s session is none of ours, approved or not', async () => {
    const [one, check] = [await started(), await started()];
    vendor.change(one.reference, { status: 'APPROVED' });
    expect(await adapter.fetch({ ...check, reference: one.reference }, callOf())).toMatchObject(MISMATCH);
  });

  it.each<[string, Script | null, Partial<Observation>]>([
    ['has forgotten', null, UNKNOWN],
    ['has not', refused(404, 'BAD_VALUE'), UNKNOWN],
    ['was never asked for', answering(404), { reason: 'provider_endpoint_gone', retry: { class: 'operator' } }],
  ])('of a session that iDenfy %s says nothing about the person', async (_name, script, expected) => {
    if (script) vendor.misbehave(script);
    expect(await adapter.fetch(checkOf({ reference: other }), callOf())).toMatchObject({
      ...{ outcome: 'pending', ...expected },
    });
  });
});

describe('an erasure', () => {
  it('is done once the session is over, and once more does nothing', async () => {
    const check = await started();
    vendor.change(check.reference, { status: 'APPROVED' });
    expect(await adapter.redact(check, callOf())).toBe('done');
    const before = vendor.requests.length;
    expect(await adapter.redact(check, callOf())).toBe('done');
    expect(vendor.requests.slice(before).map(({ path }) => path)).toEqual(['/api/v2/status']);
  });

  it('waits while the page can still be begun', async () => {
    const check = await started();
    await expect(adapter.redact(check, callOf())).rejects.toMatchObject({ reason: 'provider_busy' });
  });

  it('of somebody else’s session is refused', async () => {
    const check = await started();
    const asked = adapter.redact(checkOf({ reference: check.reference }), callOf());
    await expect(asked).rejects.toMatchObject({ reason: 'provider_response_mismatch' });
  });

  it('that is answered with a page is not believed', async () => {
    const check = await started();
    vendor.misbehave(answering(200, { status: 'DENIED', scanRef: check.reference, clientId: check.verificationId }));
    vendor.misbehave(answering(200, '<html>'));
    await expect(adapter.redact(check, callOf())).rejects.toMatchObject({ reason: 'provider_response_unrecognised' });
  });
});

describe('a callback of iDenfy’s', () => {
  it('points at the session, whatever it says of it', async () => {
    const check = await started();
    vendor.change(check.reference, { status: 'SUSPECTED', final: false });
    const { connection } = callOf();
    expect(await adapter.readCallback(vendor.callback(check.reference, 'second'), connection)).toEqual([
      { reference: check.reference, ourReference: check.verificationId },
    ]);
  });
});

describe('a limit', () => {
  it('leaves room for three requests of what is not known yet', () => {
    const limit = (reference: string | null): number => adapter.limitOf(checkOf({ reference })).calls;
    expect([limit(null) * 3, limit(other)].every((requests) => requests < 10_000)).toBe(true);
  });
});
