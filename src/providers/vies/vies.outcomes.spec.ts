import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import { startViesVendor, type ViesEntry, type ViesVendor } from '../../../test/vendors/vies/vies.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation, Retry } from '../observation.js';
import type { Check } from '../provider-adapter.js';
import { ViesAdapter } from './vies.adapter.js';

const clock = new ScriptedClock('2026-01-31T00:00:00.000000Z');
const adapter = new ViesAdapter({ clock, http: new FetchHttp() });
const number = 'DE143454214';
let vendor: ViesVendor;

beforeAll(async () => {
  vendor = await startViesVendor();
});
afterAll(() => vendor.close());

interface Asked {
  readonly input?: JsonObject;
  readonly settings?: JsonObject;
}

function checkOf(input: JsonObject): Check {
  return {
    verificationId: '01939c5e-7a00-7000-8000-000000000001',
    verificationType: 'business_entity',
    checkType: 'vat_number',
    input,
    reference: null,
  };
}

function ask({ input = { vat_number: number }, settings = {} }: Asked = {}): Promise<Observation> {
  const connection = { settings: { base_url: vendor.url, ...settings }, credentials: {} };
  return adapter.start(checkOf(input), { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) });
}

const pending = (reason: Observation['reason'], retry: Retry['class']) => ({
  outcome: 'pending',
  reason,
  retry: { class: retry },
});
const noNumber = { outcome: 'failed', reason: 'identifier_format_invalid' };
const throttled = pending('provider_throttled', 'throttle');

describe('an error of the service', () => {
  const rows: [string, object][] = [
    ['INVALID_INPUT', noNumber],
    ['VOW-ERR-2600', noNumber],
    ['VOW-ERR-11', pending('provider_response_unrecognised', 'operator')],
    ['VOW-ERR-1', pending('provider_response_unrecognised', 'operator')],
    ['INVALID_REQUESTER_INFO', pending('requester_rejected', 'operator')],
    ['MS_UNAVAILABLE', pending('member_state_unavailable', 'outage')],
    ['TIMEOUT', pending('provider_timeout', 'timeout')],
    ['SERVICE_UNAVAILABLE', pending('provider_unavailable', 'outage')],
    ['MS_MAX_CONCURRENT_REQ', throttled],
    ['MS_MAX_CONCURRENT_REQ_TIME', throttled],
    ['GLOBAL_MAX_CONCURRENT_REQ', throttled],
    ['GLOBAL_MAX_CONCURRENT_REQ_TIME', throttled],
    ['SERVER_BUSY', pending('provider_busy', 'outage')],
    ['VAT_BLOCKED', pending('provider_blocked', 'operator')],
    ['IP_BLOCKED', pending('provider_blocked', 'operator')],
    ['VALID', pending('provider_response_unrecognised', 'outage')],
    ['SOMETHING_NEW', pending('provider_response_unrecognised', 'outage')],
  ];
  it.each(rows.flatMap(([code, expected]) => [200, 400, 500].map((status) => [code, status, expected] as const)))(
    '%s with %i',
    async (code, status, expected) => {
      vendor.put(number, { errors: [code], status });
      expect(await ask()).toMatchObject({ ...expected, providerCode: code });
    },
  );

  it('is not shown in its own words where those are no code, and kept as evidence', async () => {
    vendor.put(number, { errors: ['Erika Mustermann is unknown'] });
    const { providerCode, reason, answer } = await ask();
    expect([providerCode, reason]).toEqual([undefined, 'provider_response_unrecognised']);
    expect(JSON.stringify(answer)).toContain('Mustermann');
  });

  it('decides nothing beside one that does not decide', async () => {
    vendor.put(number, { errors: ['INVALID_INPUT', 'MS_UNAVAILABLE'] });
    expect(await ask()).toMatchObject(pending('member_state_unavailable', 'outage'));
  });

  it('says how long to wait', async () => {
    const body = { actionSucceed: false, errorWrappers: [{ error: 'MS_MAX_CONCURRENT_REQ' }] };
    vendor.misbehave(answering(500, body, { 'retry-after': '30' }));
    expect(await ask()).toMatchObject({ retry: { class: 'throttle', afterMs: 30_000 } });
  });
});

describe('an answer of the service', () => {
  it.each<[string, ViesEntry, Partial<Observation>]>([
    ['valid', {}, { outcome: 'verified', reason: 'vat_registered', providerCode: 'VALID' }],
    ['not valid', { valid: false }, { outcome: 'failed', reason: 'vat_not_registered', providerCode: 'INVALID' }],
    ['about another number', { change: { vatNumber: '143454215' } }, { reason: 'provider_response_mismatch' }],
    ['about another country', { change: { countryCode: 'AT' } }, { reason: 'provider_response_mismatch' }],
    ['not valid, about another number', { valid: false, change: { vatNumber: '1' } }, { outcome: 'pending' }],
    [
      'with the number in another form',
      { change: { vatNumber: '143 454 214', countryCode: 'de' } },
      { outcome: 'verified' },
    ],
  ])('%s', async (_name, entry, expected) => {
    vendor.put(number, entry);
    expect(await ask()).toMatchObject(expected);
  });

  it.each<[string, JsonObject]>([
    ['whose word is text', { valid: 'true' }],
    ['whose word is null', { valid: null }],
    ['that calls itself an error', { actionSucceed: false }],
    ['that is a no with an error of another form', { valid: false, errorWrappers: [{ code: 'MS_UNAVAILABLE' }] }],
    [
      'that is a no with one error too many',
      { valid: false, errorWrappers: [{ error: 'MS_UNAVAILABLE' }, { message: 'x' }] },
    ],
    ['that is a no with an error that is text', { valid: false, errorWrappers: 'MS_UNAVAILABLE' }],
    ['that is a no with the outage of the GET variant', { valid: false, userError: 'MS_MAX_CONCURRENT_REQ' }],
    ['that is a no and a yes', { valid: false, userError: 'VALID' }],
    ['that is a yes and a no', { valid: true, userError: 'INVALID' }],
    ['without a number', { vatNumber: null }],
    ['with an unknown comparison', { traderNameMatch: 'MAYBE' }],
  ])('%s says nothing', async (_name, change) => {
    vendor.put(number, { change, documented: false });
    expect(await ask()).toMatchObject(pending('provider_response_unrecognised', 'outage'));
  });

  it('is no error with none in it', async () => {
    vendor.put(number, { valid: false, change: { actionSucceed: true, errorWrappers: [], userError: 'INVALID' } });
    expect(await ask()).toMatchObject({ outcome: 'failed', reason: 'vat_not_registered' });
  });

  it('shows no words in place of its time', async () => {
    vendor.put(number, { change: { requestDate: 'when Erika asked' }, documented: false });
    const { outcome, payload } = await ask();
    expect([outcome, payload]).toEqual([
      'verified',
      expect.not.objectContaining({ answered_at: expect.anything() as unknown }),
    ]);
  });

  it('of the GET variant says nothing: its outage looks like a no', async () => {
    vendor.misbehave(answering(200, { isValid: false, userError: 'MS_MAX_CONCURRENT_REQ', vatNumber: '143454214' }));
    expect(await ask()).toMatchObject({ outcome: 'pending', reason: 'provider_response_unrecognised' });
  });

  it.each([
    ['as dashes', { name: null, address: null }, 'withheld'],
    ['as nothing', { name: '', address: '' }, 'withheld'],
    ['whole', { name: 'Erika Mustermann', address: 'Hafenstr. 1\n24103 Kiel' }, 'disclosed'],
  ])('tells the owner %s: in the evidence alone', async (_name, entry, owner) => {
    vendor.put(number, entry);
    const { payload, answer, reference } = await ask();
    expect(payload).toEqual({
      country: 'DE',
      answered_at: '2026-01-31T00:00:00.123Z',
      requester: 'none',
      consultation_number: 'missing',
      owner,
    });
    expect(reference).toBeUndefined();
    if (entry.name) expect(JSON.stringify(answer)).toContain(entry.name);
  });
});

describe('a trader', () => {
  const input = {
    vat_number: number,
    trader_name: 'Northwind',
    trader_street: 'Hafenstr. 1',
    trader_postal_code: '24103',
    trader_city: 'Kiel',
    trader_company_type: 'DE-1',
  };
  const matches = {
    trader_name: 'valid',
    trader_street: 'valid',
    trader_postal_code: 'valid',
    trader_city: 'valid',
    trader_company_type: 'valid',
  };

  it('is sent beside the number, and each comparison shown', async () => {
    vendor.put(number);
    expect((await ask({ input })).payload).toMatchObject({ match: matches });
    expect(vendor.requests.at(-1)?.json).toMatchObject({ traderName: 'Northwind', traderCompanyType: 'DE-1' });
  });

  it.each([
    ['verified', {}, { outcome: 'verified', reason: 'vat_registered' }],
    ['review', { mismatch: 'review' }, { outcome: 'pending', reason: 'name_mismatch', awaiting: 'review' }],
  ])('who differs is %s, as the settings say', async (_name, settings, expected) => {
    vendor.put(number, { change: { traderCityMatch: 'INVALID' } });
    const observation = await ask({ input, settings });
    expect(observation).toMatchObject({ ...expected, payload: { match: { ...matches, trader_city: 'invalid' } } });
    expect(observation.retry).toBeUndefined();
  });

  it.each(['NOT_PROCESSED', null])('who is not compared (%s) is no other', async (traderNameMatch) => {
    vendor.put(number, { change: { traderNameMatch }, documented: false });
    const observation = await ask({ input, settings: { mismatch: 'review' } });
    expect(observation).toMatchObject({
      outcome: 'verified',
      payload: { match: { ...matches, trader_name: 'not_processed' } },
    });
  });

  it('who differs, of a number that is not registered, has failed', async () => {
    vendor.put(number, { valid: false, change: { traderNameMatch: 'INVALID' } });
    expect(await ask({ input, settings: { mismatch: 'review' } })).toMatchObject({ outcome: 'failed' });
  });
});

describe('the test service', () => {
  const settings = { environment: 'sandbox' };
  it.each<[string, object]>([
    ['100', { outcome: 'verified', reason: 'vat_registered', payload: { environment: 'sandbox' } }],
    ['200', { outcome: 'failed', reason: 'vat_not_registered' }],
    ['201', noNumber],
    ['202', pending('requester_rejected', 'operator')],
    ['300', pending('provider_unavailable', 'outage')],
    ['301', pending('member_state_unavailable', 'outage')],
    ['302', pending('provider_timeout', 'timeout')],
    ['400', pending('provider_blocked', 'operator')],
    ['401', pending('provider_blocked', 'operator')],
    ['500', throttled],
    ['501', throttled],
    ['600', throttled],
    ['601', throttled],
  ])('says to %s what it is for', async (national, expected) => {
    expect(await ask({ input: { vat_number: `DE${national}` }, settings })).toMatchObject(expected);
    expect(vendor.requests.at(-1)?.path).toBe('/taxation_customs/vies/rest-api/check-vat-test-service');
  });
});

it('a number of another form fails without a question, one with wrong check digits does not', async () => {
  const before = vendor.requests.length;
  expect(await ask({ input: { vat_number: 'DE12' } })).toEqual({ ...noNumber, observedAt: clock.now() });
  expect(vendor.requests.length).toBe(before);
  vendor.put('DE143454215');
  expect(await ask({ input: { vat_number: 'DE143454215' } })).toMatchObject({ outcome: 'verified' });
});

describe('what stands in front of the service', () => {
  it.each<[string, Script, object]>([
    ['500', answering(500), pending('network_error', 'timeout')],
    ['502 with a page', answering(502, '<html>'), pending('network_error', 'timeout')],
    [
      '503 with a time',
      answering(503, '', { 'retry-after': '60' }),
      { reason: 'network_error', retry: { class: 'timeout', afterMs: 60_000 } },
    ],
    ['200 with a page', answering(200, '<html>'), pending('provider_response_unrecognised', 'outage')],
    ['an error without codes', answering(200, { actionSucceed: false, errorWrappers: [] }), { outcome: 'pending' }],
    ['429', answering(429, {}, { 'retry-after': '7' }), { retry: { class: 'throttle', afterMs: 7_000 } }],
    ['403', answering(403, '<html>'), pending('provider_blocked', 'operator')],
    ['404', answering(404), pending('provider_endpoint_gone', 'operator')],
    ['400', answering(400, { error: 'x' }), pending('provider_response_unrecognised', 'operator')],
  ])('%s', async (_name, script, expected) => {
    vendor.misbehave(script);
    expect(await ask()).toMatchObject(expected);
  });
});
