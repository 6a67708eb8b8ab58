import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import { startVeriffVendor, type VeriffVendor } from '../../../test/vendors/veriff/veriff.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Call, CallbackHint, Check } from '../provider-adapter.js';
import { VeriffAdapter } from './veriff.adapter.js';

const adapter = new VeriffAdapter({ clock: new ScriptedClock(), http: new FetchHttp() });
let vendor: VeriffVendor;
let checks = 0;

beforeAll(async () => {
  vendor = await startVeriffVendor({ integrations: { key: 'secret', 'age-key': 'age-secret' } });
});
afterAll(() => vendor.close());

function checkOf(change: Partial<Check> = {}): Check {
  checks += 1;
  const verificationId = `01939c5e-7a00-7000-8000-${String(checks).padStart(12, '0')}`;
  const kind = { verificationType: 'identity', checkType: 'document_selfie' };
  return { verificationId, ...kind, input: {}, reference: null, ...change };
}

function callOf(settings: JsonObject = {}): Call {
  const credentials = {
    ...{ api_key: 'key', shared_secret: 'secret' },
    ...{ age_api_key: 'age-key', age_shared_secret: 'age-secret' },
  };
  const connection = { settings: { base_url: vendor.url, ...settings }, credentials, callbackSecrets: ['secret'] };
  return { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) };
}

async function started(change: Partial<Check> = {}): Promise<Check & { readonly reference: string }> {
  const check = checkOf(change);
  const { reference = '' } = await adapter.start(check, callOf());
  return { ...check, reference };
}

const UNKNOWN = {
  outcome: 'pending',
  reason: 'provider_response_unrecognised',
  retry: { class: 'outage' },
} as const;
const MISMATCH = { outcome: 'pending', reason: 'provider_response_mismatch' } as const;

describe('a start', () => {
  it('gives our id, and what is known of the person', async () => {
    const input = { given_name: 'Erika', family_name: 'Mustermann', birth_date: '1964-08-12', language: 'de' };
    const check = checkOf({ input });
    await adapter.start(check, callOf({ return_url: 'https://shop.example/back' }));
    expect(vendor.requests.at(-1)?.json).toEqual({
      verification: {
        ...{ vendorData: check.verificationId, callback: 'https://shop.example/back', lang: 'de' },
        person: { firstName: 'Erika', lastName: 'Mustermann', dateOfBirth: '1964-08-12' },
      },
    });
  });

  it('gives the customer an address that is kept nowhere else', async () => {
    const { customerAction, answer, payload } = await adapter.start(checkOf(), callOf());
    expect(customerAction).toMatchObject({ type: 'redirect', expiresAt: null });
    const token = customerAction?.url.split('/').at(-1) ?? '';
    expect(token).not.toBe('');
    expect(JSON.stringify([answer, payload])).not.toContain(token);
    expect(JSON.stringify(answer)).not.toMatch(/"(url|sessionToken|host)"/);
  });

  it.each<[string, Script, Partial<Observation>]>([
    ['400', answering(400, { status: 'fail', code: '1203' }), { retry: { class: 'operator' } }],
    ['401', answering(401, { status: 'fail' }), { reason: 'provider_auth_failed', retry: { class: 'operator' } }],
    [
      '429',
      answering(429, {}, { 'retry-after': '30' }),
      { reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 30_000 } },
    ],
    ['500', answering(500), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
    ['a failure with 200', answering(200, { status: 'fail', verification: {} }), UNKNOWN],
    ['half an answer', answering(201, '{"status":"success","verifica'), UNKNOWN],
  ])('answered with %s', async (_name, script, expected) => {
    vendor.misbehave(script);
    expect(await adapter.start(checkOf(), callOf())).toMatchObject({ outcome: 'pending', ...expected });
  });

  it('answered for another reference is none of ours, in an unknown status one of which nobody knows what to do', async () => {
    const verification = { id: '8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10', url: 'https://magic.veriff.me/v/1' };
    const answer = (more: JsonObject): Script =>
      answering(201, { status: 'success', verification: { ...verification, ...more } });
    vendor.misbehave(answer({ status: 'created', vendorData: 'somebody' }));
    expect(await adapter.start(checkOf(), callOf())).toMatchObject(MISMATCH);
    vendor.misbehave(answer({ status: 'approved', vendorData: null }));
    expect(await adapter.start(checkOf(), callOf())).toMatchObject({ ...UNKNOWN, reference: verification.id });
  });

  it('whose answer was lost can neither be found nor repeated, and is learned of by its callback', async () => {
    const { find, idempotentStart } = adapter.capabilities;
    expect([find, idempotentStart]).toEqual([false, false]);
    expect('findByOurReference' in adapter).toBe(false);
    const check = await started();
    const read = (kind: 'started' | 'decision'): Promise<CallbackHint[]> =>
      adapter.readCallback(vendor.callback(check.reference, kind, 'secret'), callOf().connection);
    const hints = [{ reference: check.reference, ourReference: check.verificationId }];
    expect(await read('started')).toEqual(hints);
    vendor.change(check.reference, { status: 'approved' });
    expect(await read('decision')).toEqual(hints);
  });
});

describe('a reading', () => {
  it('by the id of another check, or of another session, is none of ours', async () => {
    const [one, other] = [await started(), await started()];
    vendor.change(one.reference, { status: 'approved' });
    expect(await adapter.fetch({ ...other, reference: one.reference }, callOf())).toMatchObject(MISMATCH);
    const id = '8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10';
    const verification = { id, status: 'approved', vendorData: one.verificationId };
    vendor.misbehave(answering(200, { status: 'success', verification }));
    expect(await adapter.fetch(one, callOf())).toMatchObject(MISMATCH);
  });

  it('of a session that Veriff has forgotten says nothing about the person', async () => {
    const check = checkOf({ reference: '8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10' });
    expect(await adapter.fetch(check, callOf())).toMatchObject(UNKNOWN);
  });

  it('whose second question fails is a fault', async () => {
    const check = await started();
    vendor.misbehave(answering(200, { status: 'success', verification: null }));
    vendor.misbehave(answering(503));
    expect(await adapter.fetch(check, callOf())).toMatchObject({ outcome: 'pending', reason: 'provider_unavailable' });
  });
});

describe('an erasure', () => {
  it('needs somebody to switch it on where Veriff says so', async () => {
    const check = await started();
    await expect(adapter.redact(check, callOf())).rejects.toMatchObject({
      ...{ reason: 'provider_not_entitled', retry: { class: 'operator' } },
    });
  });

  it('of a session that is not there is no erasure', async () => {
    const check = checkOf({ reference: '8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10' });
    await expect(adapter.redact(check, callOf())).rejects.toMatchObject({ reason: 'provider_response_unrecognised' });
  });
});

describe('a connection', () => {
  it('is tried by a question about a session that nobody has, once for each integration', async () => {
    const before = vendor.requests.length;
    await adapter.probe(callOf());
    const asked = vendor.requests.slice(before).map(({ target, headers }) => [target, headers['x-auth-client']]);
    const target = '/v1/sessions/00000000-0000-4000-8000-000000000000/decision';
    expect(asked).toEqual([
      [target, 'key'],
      [target, 'age-key'],
    ]);
  });

  it.each([
    [{ api_key: 'other', shared_secret: 'secret' }],
    [{ api_key: 'key', shared_secret: 'other' }],
    [{ api_key: 'key', shared_secret: 'secret', age_api_key: 'age-key', age_shared_secret: 'secret' }],
  ])('with credentials that are not known (%j) does not work', async (credentials) => {
    const connection = { settings: { base_url: vendor.url }, credentials: credentials as Record<string, string> };
    await expect(adapter.probe({ ...callOf(), connection })).rejects.toMatchObject({ reason: 'provider_auth_failed' });
  });

  it('to somebody who says 404 to everything does not work', async () => {
    vendor.misbehave(answering(404, '<html>'));
    await expect(adapter.probe(callOf())).rejects.toMatchObject({ reason: 'provider_endpoint_gone' });
  });
});
