import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, HOSTILE_ANSWERS, type Script } from '../../../test/support/scripted-vendor.js';
import { startTruliooVendor, type TruliooVendor } from '../../../test/vendors/trulioo/trulioo.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { observationOfFault } from '../fault-observation.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { TruliooAdapter } from './trulioo.adapter.js';

const verificationId = '01939c5e-7a00-7000-8000-000000000001';
const reference = '812b5a59-7bad-4f15-96eb-50e20bc86cb9';
const person = { country: 'CA', given_name: 'Ada', family_name: 'Examplesson' };
let clock: ScriptedClock;
let adapter: TruliooAdapter;
let vendor: TruliooVendor;

beforeEach(async () => {
  clock = new ScriptedClock('2026-01-31T08:00:00.000000Z');
  adapter = new TruliooAdapter({ clock, http: new FetchHttp() });
  vendor = await startTruliooVendor(clock);
});
afterEach(() => vendor.close());

function checkOf(change: Partial<Check> = {}): Check {
  const kind = { verificationType: 'identity', checkType: 'database' };
  return { verificationId, ...kind, input: person, reference: null, ...change };
}

function callOf(settings: JsonObject = {}, change: Partial<Call> & { readonly secret?: string } = {}): Call {
  const { secret = vendor.credentials.client_secret, ...rest } = change;
  const connection = {
    settings: { base_url: vendor.url, terms_accepted: true, ...settings },
    credentials: { ...vendor.credentials, client_secret: secret },
  };
  return { connection, idempotencyKey: verificationId, signal: AbortSignal.timeout(5_000), ...rest };
}

const known = (asked: Promise<Observation>): Promise<Observation> =>
  asked.catch((error: unknown) => observationOfFault(error, clock.now()));
const start = (call = callOf(), by = adapter): Promise<Observation> => known(by.start(checkOf(), call));
const asked = (): string[] => vendor.requests.map(({ method, path }) => `${method} ${path}`);

const VERIFIED = { outcome: 'verified', reason: 'identity_verified' } as const;

describe('a question', () => {
  it('sends what is known, under our id, and nothing else', async () => {
    const input = {
      ...person,
      middle_name: 'Mary',
      second_family_name: 'Ek',
      birth_date: '1970-01-09',
      building_number: '12',
      unit_number: '3',
      street_name: 'Main',
      street_type: 'St',
      city: 'Vancouver',
      region: 'BC',
      postal_code: 'V6B 1A1',
      phone_number: '+16045550123',
      email_address: 'ada@example.com',
      national_ids: [{ number: '046454286', type: 'SocialInsurance' }],
      consents: ['An invented bureau'],
    };
    expect(await adapter.start(checkOf({ input }), callOf({ cleansed_address: true }))).toMatchObject(VERIFIED);
    expect(vendor.requests.at(-1)?.json).toEqual({
      AcceptTruliooTermsAndConditions: true,
      CleansedAddress: true,
      ConfigurationName: 'Identity Verification',
      CountryCode: 'CA',
      CustomerReferenceID: verificationId,
      ConsentForDataSources: ['An invented bureau'],
      DataFields: {
        PersonInfo: {
          FirstGivenName: 'Ada',
          MiddleName: 'Mary',
          FirstSurName: 'Examplesson',
          SecondSurname: 'Ek',
          DayOfBirth: 9,
          MonthOfBirth: 1,
          YearOfBirth: 1970,
        },
        Location: {
          BuildingNumber: '12',
          UnitNumber: '3',
          StreetName: 'Main',
          StreetType: 'St',
          City: 'Vancouver',
          StateProvinceCode: 'BC',
          PostalCode: 'V6B 1A1',
        },
        Communication: { MobileNumber: '+16045550123', EmailAddress: 'ada@example.com' },
        NationalIds: [{ Number: '046454286', Type: 'SocialInsurance' }],
      },
    });
  });

  it('of a name alone sends a name alone', async () => {
    await start();
    const { DataFields } = vendor.requests.at(-1)?.json as JsonObject;
    expect(DataFields).toEqual({ PersonInfo: { FirstGivenName: 'Ada', FirstSurName: 'Examplesson' } });
  });

  it.each<[string, JsonObject, string]>([
    ['by v3', {}, '/v3/verifications/verify'],
    ['by v3 of the trial, which its credentials are of', { environment: 'sandbox' }, '/v3/verifications/verify'],
    ['by v1', { api: 'v1' }, '/live/verifications/v1/verify'],
    ['by v1 of the trial', { api: 'v1', environment: 'sandbox' }, '/trial/verifications/v1/verify'],
  ])('is asked %s', async (_name, settings, path) => {
    const first = await start(callOf(settings));
    expect(first).toMatchObject(VERIFIED);
    expect(vendor.requests.at(-1)?.path).toBe(path);
    const check = checkOf({ reference: first.reference ?? null });
    expect(await adapter.fetch(check, callOf(settings))).toMatchObject({ ...VERIFIED, reference: first.reference });
  });

  it('with a key needs no token, and with a token no key', async () => {
    await start(callOf({ api: 'v1' }));
    expect(asked()).toEqual(['POST /live/verifications/v1/verify']);
    await start();
    expect(vendor.requests.at(-1)?.headers).not.toHaveProperty('x-trulioo-api-key');
  });

  it.each<[string, Script, Partial<Observation>]>([
    ['400', answering(400, {}), { reason: 'provider_response_unrecognised', retry: { class: 'operator' } }],
    ['403', answering(403, {}), { reason: 'provider_auth_failed', retry: { class: 'operator' } }],
    ['404', answering(404, {}), { reason: 'provider_endpoint_gone', retry: { class: 'operator' } }],
    ['409', answering(409, {}), { reason: 'provider_quota_exhausted', retry: { class: 'quota' } }],
    [
      '429',
      answering(429, {}, { 'retry-after': '8' }),
      { reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 8_000 } },
    ],
    ['503', answering(503), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
    ['half a body', answering(200, '{"Record":{"RecordStatus":"ma'), { reason: 'provider_response_unrecognised' }],
  ])('answered with %s is pending', async (_name, script, expected) => {
    await start();
    vendor.misbehave(script);
    expect(await start()).toMatchObject({ outcome: 'pending', ...expected });
  });

  // The one 401 has a new token got, with which all is well.
  it.each(HOSTILE_ANSWERS.filter(([name]) => name !== '401'))(
    'behind a token, takes %s for a fault',
    async (_name, script) => {
      await start();
      for (const ask of [() => start(), () => known(adapter.fetch(checkOf({ reference }), callOf()))]) {
        vendor.misbehave(script);
        const { outcome, retry } = await ask();
        expect([outcome, retry !== undefined]).toEqual(['pending', true]);
      }
    },
  );
});

describe('a token', () => {
  it('is used again until nine tenths of its life are over', async () => {
    await start();
    clock.advance(3_600 * 900 - 1);
    expect(await start()).toMatchObject(VERIFIED);
    expect(vendor.counts()).toEqual({ tokens: 1, others: 2 });
    clock.advance(2);
    expect(await start()).toMatchObject(VERIFIED);
    expect(vendor.counts()).toEqual({ tokens: 2, others: 3 });
  });

  it('is asked for once by all who need it first', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => start()));
    expect(new Set(all.map(({ outcome }) => outcome))).toEqual(new Set(['verified']));
    expect(vendor.counts()).toEqual({ tokens: 1, others: 10 });
  });

  it('that was ended is got anew, and the sources are asked once', async () => {
    await start();
    vendor.revoke();
    expect(await start()).toMatchObject(VERIFIED);
    expect(vendor.counts()).toEqual({ tokens: 2, others: 3 });
    expect(vendor.billed(verificationId)).toBe(2);
  });

  it('that is refused twice is a matter of the operator', async () => {
    await start();
    vendor.misbehave(answering(401, {}));
    vendor.misbehave((response) => {
      vendor.misbehave(answering(401, {}));
      answering(200, { access_token: 'another', expires_in: 3_600 })(response, null as never);
    });
    expect(await start()).toMatchObject({ reason: 'provider_auth_failed', retry: { class: 'operator' } });
    expect(vendor.billed(verificationId)).toBe(1);
  });

  it('is not lent to whoever has the client but not the secret, nor to another scope', async () => {
    await start();
    for (const call of [callOf({}, { secret: 'wrong' }), callOf({ token_scope: 'other' })])
      expect(await start(call)).toMatchObject({ reason: 'provider_auth_failed', retry: { class: 'operator' } });
    expect(vendor.counts()).toEqual({ tokens: 3, others: 1 });
  });

  it('belongs to one instance, and another one gives the same answer', async () => {
    await start();
    expect(await start(callOf(), new TruliooAdapter({ clock, http: new FetchHttp() }))).toMatchObject(VERIFIED);
    expect(vendor.counts()).toEqual({ tokens: 2, others: 2 });
  });

  it('is not lost to others by one who waits no longer', async () => {
    let answer: (() => void) | undefined;
    const arrived = new Promise<void>((resolve) => {
      vendor.misbehave((response) => {
        answer = () => answering(200, { access_token: 'late', expires_in: 3_600 })(response, null as never);
        resolve();
      });
    });
    const impatient = new AbortController();
    const first = start(callOf({}, { signal: impatient.signal }));
    await arrived;
    const second = start();
    impatient.abort();
    expect(await first).toMatchObject({ reason: 'provider_timeout', retry: { class: 'timeout' } });
    answer?.();
    // The late one is none of the vendor's, so it is refused and got anew.
    expect(await second).toMatchObject(VERIFIED);
    expect(vendor.counts()).toEqual({ tokens: 2, others: 2 });
  });
});

describe('a connection', () => {
  const tried = (settings: JsonObject = {}): Promise<unknown> =>
    adapter.probe(callOf(settings)).then(
      () => null,
      (error: unknown) => observationOfFault(error, clock.now()).reason,
    );

  it('is tried by a token and by what it opens, afresh each time', async () => {
    expect([await tried(), await tried()]).toEqual([null, null]);
    const once = ['POST /connect/token', 'GET /v3/connection/testauthentication'];
    expect(asked()).toEqual([...once, ...once]);
  });

  it('with a key is tried by that', async () => {
    expect(await tried({ api: 'v1' })).toBeNull();
    expect(asked()).toEqual(['GET /live/connection/v1/testauthentication']);
  });

  it.each<[string, Script, Observation['reason'] | null]>([
    ['a greeting in plain text', answering(200, 'Hello Ada Napi User'), null],
    ['a page', answering(200, '<html>'), 'provider_response_unrecognised'],
    ['nothing', answering(200), 'provider_response_unrecognised'],
    ['an object', answering(200, {}), 'provider_response_unrecognised'],
    ['a number', answering(200, '1'), 'provider_response_unrecognised'],
    ['403', answering(403), 'provider_auth_failed'],
    ['503', answering(503), 'provider_unavailable'],
  ])('that is answered with %s', async (_name, script, reason) => {
    vendor.misbehave(script);
    expect(await tried({ api: 'v1' })).toBe(reason);
  });

  it.each<[string, JsonObject, string[]]>([
    [
      'v3',
      {},
      ['https://auth-api.trulioo.com/connect/token', 'https://api.trulioo.com/v3/connection/testauthentication'],
    ],
    ['v1', { api: 'v1' }, ['https://gateway.trulioo.com/live/connection/v1/testauthentication']],
    [
      'v3 with tokens from elsewhere',
      { auth_url: 'https://tokens.example/a/' },
      ['https://tokens.example/a/connect/token', 'https://api.trulioo.com/v3/connection/testauthentication'],
    ],
  ])('of %s is tried at its own hosts', async (_name, settings, expected) => {
    const urls: string[] = [];
    const send = ({ url }: { readonly url: string }) => {
      urls.push(url);
      const body = Buffer.from(url.endsWith('/token') ? '{"access_token":"a","expires_in":3600}' : '"Hello"');
      return Promise.resolve({ status: 200, headers: {}, body });
    };
    const connection = { settings: { terms_accepted: true, ...settings }, credentials: vendor.credentials };
    await new TruliooAdapter({ clock, http: { send } }).probe(callOf({}, { connection }));
    expect(urls).toEqual(expected);
  });
});
