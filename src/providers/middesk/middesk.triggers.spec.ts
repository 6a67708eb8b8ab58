import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { type MiddeskVendor, startMiddeskVendor } from '../../../test/vendors/middesk/middesk.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { MiddeskAdapter } from './middesk.adapter.js';

const key = 'mk_test_key';
const clock = new ScriptedClock('2026-11-22T09:30:00.000000Z');
const adapter = new MiddeskAdapter({ clock, http: new FetchHttp() });
let vendor: MiddeskVendor;
let checks = 0;

beforeAll(async () => {
  vendor = await startMiddeskVendor({ key, clock });
});
afterAll(() => vendor.close());

function checkOf(input: JsonObject): Check {
  checks += 1;
  return {
    verificationId: `01939c5e-7a00-7000-8000-${String(checks).padStart(12, '0')}`,
    verificationType: 'business_entity',
    checkType: 'kyb',
    input: { name: 'Northwind LLC', address: '1 Harbor St, San Francisco, CA 94105', tin: '12-3456780', ...input },
    reference: null,
  };
}

function callOf(required?: readonly string[]): Call {
  const rule = required ? { rule: { required: [...required] } } : {};
  const connection = {
    settings: { base_url: vendor.url, environment: 'sandbox', ...rule },
    credentials: { api_key: key },
  };
  return { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) };
}

const VERIFIED = { outcome: 'verified', reason: 'register_active' } as const;
const WORKING = { outcome: 'pending', reason: 'provider_processing', awaiting: 'provider' } as const;
const REVIEW = { outcome: 'pending', reason: 'provider_review_required', awaiting: 'review' } as const;
const HIT = { outcome: 'pending', reason: 'screening_possible_match', awaiting: 'review' } as const;
const failed = (reason: Observation['reason']) => ({ outcome: 'failed', reason });
const at = (street: string) => ({ address: `${street}, New York, NY 10013` });

describe('what the sandbox answers to its own words', () => {
  it.each<[JsonObject, object]>([
    [{ name: 'Unregistered Business' }, failed('company_not_found')],
    [{ name: 'Domestic Inactive' }, failed('company_dissolved')],
    [{ name: 'Similar Name Business' }, REVIEW],
    [{ name: 'Unverified Name Business' }, REVIEW],
    [{ name: 'LLC' }, VERIFIED],
    [{ name: 'Trust' }, VERIFIED],
    [{ name: 'A watchlist hit Inc' }, HIT],
    [at('123 Grand St.'), REVIEW],
    [at('223 Grand St.'), REVIEW],
    [at('423 Grand St.'), REVIEW],
    [{ tin: '110000099' }, failed('provider_rejected')],
    ...['123456789', '111222333', '444555666', '222333444', '333444555'].map((tin): [JsonObject, object] => [
      { tin },
      REVIEW,
    ]),
    [{ name: 'Similar Name Business', ...at('223 Grand St.'), tin: '110000099' }, failed('provider_rejected')],
  ])('%j', async (input, expected) => {
    expect(await adapter.start(checkOf(input), callOf())).toMatchObject(expected);
  });

  it.each<[string, JsonObject]>([
    ['formation', { name: 'Young Business' }],
    ['people', { people: [{ name: 'J Doe' }] }],
    ['bankruptcies', { name: 'A bankruptcy Inc' }],
    ['liens', { name: 'A liens found Inc' }],
    ['industry', { name: 'A highrisk Inc' }],
  ])('counts in the category %s, where the rule asks for that', async (category, input) => {
    const payload = { tasks: { [category]: expect.any(Object) as unknown } };
    expect(await adapter.start(checkOf(input), callOf())).toMatchObject({ ...VERIFIED, payload });
    expect(await adapter.start(checkOf(input), callOf(['name', category]))).toMatchObject(REVIEW);
  });

  it.each([
    ['short', 120_000],
    ['long', 600_000],
  ])('is waited for while a %s analyst review goes on', async (length, lasts) => {
    const check = checkOf({ name: `A ${length} analyst review` });
    const { reference = '', ...said } = await adapter.start(check, callOf());
    expect(said).toMatchObject(WORKING);
    const ask = (): Promise<Observation> => adapter.fetch({ ...check, reference }, callOf());
    clock.advance(lasts - 1);
    expect(await ask()).toMatchObject(WORKING);
    clock.advance(1);
    expect(await ask()).toMatchObject({ ...VERIFIED, providerTime: clock.now() });
  });
});
