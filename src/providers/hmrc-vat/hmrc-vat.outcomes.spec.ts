import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, HOSTILE_ANSWERS, startScriptedVendor } from '../../../test/support/scripted-vendor.js';
import {
  type HmrcVatEntry,
  type HmrcVatVendor,
  startHmrcVatVendor,
} from '../../../test/vendors/hmrc-vat/hmrc-vat.vendor.js';
import { FetchHttp, Http, type HttpAnswer, type HttpRequest } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { observationOfFault } from '../fault-observation.js';
import type { Observation, Retry } from '../observation.js';
import { REASONS } from '../reasons.js';
import { HmrcVatAdapter } from './hmrc-vat.adapter.js';
import { hmrcVatInput } from './hmrc-vat.check.js';

const clock = new ScriptedClock('2026-01-31T00:00:00.000000Z');
const adapter = new HmrcVatAdapter({ clock, http: new FetchHttp() });
const vrn = '553557881';
let vendor: HmrcVatVendor;

beforeAll(async () => {
  vendor = await startHmrcVatVendor();
});
afterAll(() => vendor.close());

interface Asked {
  readonly number?: string;
  readonly settings?: JsonObject;
  readonly by?: HmrcVatAdapter;
}

function ask({ number = vrn, settings = {}, by = adapter }: Asked = {}): Promise<Observation> {
  const check = {
    verificationId: '01939c5e-7a00-7000-8000-000000000001',
    verificationType: 'business_entity',
    checkType: 'vat_number',
    input: { vat_number: number },
    reference: null,
  };
  const connection = { settings: { base_url: vendor.url, ...settings }, credentials: vendor.credentials };
  return by.start(check, { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) });
}

const pending = (reason: Observation['reason'], retry: Retry['class']) => ({
  outcome: 'pending',
  reason,
  retry: { class: retry },
});
const down = pending('provider_unavailable', 'outage');
const unread = pending('provider_response_unrecognised', 'operator');

describe('an answer of the service', () => {
  const noNumber = { status: 400, code: 'INVALID_REQUEST', message: 'Invalid targetVrn - should be 9 or 12 digits' };
  const gone = { status: 404, code: 'MATCHING_RESOURCE_NOT_FOUND', message: 'can not be found in the API' };
  const notFound = { status: 404, code: 'NOT_FOUND', message: 'targetVrn does not match a registered company' };
  const rows: [string, HmrcVatEntry, object][] = [
    ['200', {}, { outcome: 'verified', reason: 'vat_registered' }],
    ['404 NOT_FOUND', { error: notFound }, { outcome: 'failed', reason: 'vat_not_registered' }],
    ['404 of what is gone', { error: gone }, pending('provider_endpoint_gone', 'operator')],
    ['404 of something new', { error: { ...notFound, code: 'GONE' } }, pending('provider_endpoint_gone', 'operator')],
    ['NOT_FOUND with 500', { error: { ...notFound, status: 500 } }, down],
    ['400 of the number', { error: noNumber }, { outcome: 'failed', reason: 'identifier_format_invalid' }],
    ['400 of something else', { error: { ...noNumber, message: 'Invalid header' } }, unread],
    ['400 with another code', { error: { ...noNumber, code: 'BAD_REQUEST' } }, unread],
    ['401', { error: { status: 401, code: 'INVALID_CREDENTIALS' } }, pending('provider_auth_failed', 'operator')],
    ['403', { error: { status: 403, code: 'RESOURCE_FORBIDDEN' } }, pending('provider_auth_failed', 'operator')],
    ['406', { error: { status: 406, code: 'ACCEPT_HEADER_INVALID' } }, unread],
    [
      '429',
      { error: { status: 429, code: 'MESSAGE_THROTTLED_OUT' } },
      { ...pending('provider_throttled', 'throttle'), providerCode: 'MESSAGE_THROTTLED_OUT' },
    ],
    ['500', { error: { status: 500, code: 'INTERNAL_SERVER_ERROR' } }, down],
    ['503', { error: { status: 503, code: 'SERVER_ERROR' } }, down],
    ['503 by plan', { error: { status: 503, code: 'SCHEDULED_MAINTENANCE' } }, down],
    ['504', { error: { status: 504, code: 'GATEWAY_TIMEOUT' } }, down],
    [
      'about another number',
      { change: { target: { name: 'X', vatNumber: '146295999', address: {} } }, documented: false },
      pending('provider_response_mismatch', 'outage'),
    ],
    [
      'about no number',
      { change: { target: { name: 'X' } }, documented: false },
      pending('provider_response_unrecognised', 'outage'),
    ],
  ];
  it.each(rows)('%s', async (_name, entry, expected) => {
    vendor.put(vrn, { ...entry, ...(entry.error && { documented: false }) });
    expect(await ask()).toMatchObject(expected);
  });

  it('tells the owner in the evidence alone', async () => {
    vendor.put(vrn, { name: 'Erika Mustermann' });
    const { payload, answer, reference } = await ask();
    expect(payload).toEqual({
      country: 'GB',
      answered_at: '2026-01-31T12:43:17+00:00',
      requester: 'none',
      consultation_number: 'missing',
    });
    expect([reference, JSON.stringify(answer)]).toEqual([undefined, expect.stringContaining('Erika Mustermann')]);
  });

  it('shows no words in place of its time', async () => {
    vendor.put(vrn, { change: { processingDate: 'when Erika asked' }, documented: false });
    const { outcome, payload } = await ask();
    expect(outcome).toBe('verified');
    expect(payload).toEqual({ country: 'GB', requester: 'none', consultation_number: 'missing' });
  });

  it('says how long to wait', async () => {
    await ask();
    vendor.misbehave(answering(429, { code: 'MESSAGE_THROTTLED_OUT' }, { 'retry-after': '2' }));
    expect((await ask()).retry).toEqual({ class: 'throttle', afterMs: 2_000 });
  });

  it.each(HOSTILE_ANSWERS)('says nothing about the subject on a bad day: %s', async (_name, script) => {
    const token = answering(200, { access_token: 'token', expires_in: 14_400 });
    const hostile = await startScriptedVendor((response, request) => {
      (request.url === '/oauth/token' ? token : script)(response, request);
    });
    const asked = ask({ settings: { base_url: hostile.url } });
    const observation = await asked.catch((error: unknown) => observationOfFault(error, clock.now()));
    await hostile.close();
    expect(observation.outcome).toBe('pending');
    expect([...REASONS.transient, ...REASONS.operator]).toContain(observation.reason);
    expect(hostile.requests).toContain(`GET /organisations/vat/check-vat-number/lookup/${vrn}`);
  });
});

describe("the organization's own number", () => {
  const settings = { requester_vat: 'GB 146 2959 99727' };

  it('gives a consultation number', async () => {
    vendor.put(vrn);
    vendor.put('146295999727');
    expect(await ask({ settings })).toMatchObject({
      outcome: 'verified',
      reference: 'ypAeKRPlW',
      payload: { requester: 'accepted', consultation_number: 'issued' },
    });
    expect(vendor.requests.at(-1)?.path).toMatch(/\/553557881\/146295999727$/);
  });

  it.each<[string, string, HmrcVatEntry | null]>([
    ['verified', 'vat_registered', {}],
    ['failed', 'vat_not_registered', null],
  ])('is left out where it is refused: %s all the same', async (outcome, reason, entry) => {
    const number = entry ? vrn : '999999999';
    if (entry) vendor.put(vrn, entry);
    const before = vendor.counts();
    const { payload, reference, ...said } = await ask({ number, settings: { requester_vat: '123456789' } });
    expect(said).toMatchObject({ outcome, reason });
    expect([payload, reference]).toMatchObject([{ requester: 'rejected', consultation_number: 'missing' }, undefined]);
    expect(vendor.counts()).toEqual({ ...before, lookUps: before.lookUps + 2 });
  });

  it.each([
    [400, 'INVALID_REQUEST'],
    [403, 'INVALID_REQUEST'],
    [404, 'NOT_FOUND'],
  ])('refused with %i and %s even where it was left out decides nothing', async (status, code) => {
    vendor.put(vrn, { error: { status, code, message: 'Invalid requesterVrn' }, documented: false });
    for (const settled of [{}, { requester_vat: '146295999727' }])
      expect(await ask({ settings: settled })).toMatchObject(pending('requester_rejected', 'operator'));
  });

  it('of somebody else in the answer is a wrong answer', async () => {
    vendor.put(vrn, { change: { requester: '123456789' } });
    expect(await ask({ settings })).toMatchObject(pending('provider_response_mismatch', 'outage'));
  });
});

describe('a number', () => {
  it.each(['12345678', 'GB1234567890', '55355788O', '٥٥٣٥٥٧٨٨١'])('%s fails without a question', async (number) => {
    const before = vendor.requests.length;
    expect(await ask({ number })).toMatchObject({ outcome: 'failed', reason: 'identifier_format_invalid' });
    expect(vendor.requests.length).toBe(before);
  });

  it.each([' gb553557881', '553 557 881', 'GBGB553557881', '553-557.881'])('%j is asked about', async (number) => {
    vendor.put(vrn);
    expect(await ask({ number })).toMatchObject({ outcome: 'verified' });
  });

  it.each(['DE143454214', 'GBGD001', 'GBHA500', 'XI110305878'])('%s is refused as input', (number) => {
    expect(hmrcVatInput.safeParse({ vat_number: number }).success).toBe(false);
  });
});

class HostHttp extends Http {
  readonly urls: string[] = [];

  send({ url }: HttpRequest): Promise<HttpAnswer> {
    this.urls.push(url);
    return Promise.resolve({ status: 503, headers: {}, body: Buffer.alloc(0) });
  }
}

it.each([
  [{}, 'https://api.service.hmrc.gov.uk/oauth/token'],
  [{ environment: 'sandbox' }, 'https://test-api.service.hmrc.gov.uk/oauth/token'],
  [{ environment: 'sandbox', base_url: 'http://localhost:1/' }, 'http://localhost:1/oauth/token'],
])('asks where the settings say: %j', async (settings, url) => {
  const http = new HostHttp();
  await ask({ settings: { base_url: null, ...settings }, by: new HmrcVatAdapter({ clock, http }) });
  expect(http.urls).toEqual([url]);
});

it.each([
  [{}, 3],
  [{ requester_vat: '146295999' }, 1],
])('keeps to three requests a second: %j', (settings, calls) => {
  expect(adapter.limitOf(null as never, { settings, credentials: {} })).toEqual({ calls, perMs: 1_000 });
});
