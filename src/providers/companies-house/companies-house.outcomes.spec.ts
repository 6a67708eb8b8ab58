import {
  type CompaniesHouseVendor,
  type CompanyEntry,
  startCompaniesHouseVendor,
} from '../../../test/vendors/companies-house/companies-house.vendor.js';
import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import { FetchHttp, Http, HttpFault, type HttpRequest } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import { CompaniesHouseAdapter } from './companies-house.adapter.js';

const clock = new ScriptedClock('2026-01-31T00:00:00.000000Z');
const adapter = new CompaniesHouseAdapter({ clock, http: new FetchHttp() });
const NUMBER = '01234567';
let vendor: CompaniesHouseVendor;

beforeAll(async () => {
  vendor = await startCompaniesHouseVendor();
});
afterAll(() => vendor.close());

interface Asked {
  readonly input?: JsonObject;
  readonly settings?: JsonObject;
  readonly apiKey?: string;
}

function ask({ input = {}, settings = {}, apiKey = vendor.apiKey }: Asked = {}): Promise<Observation> {
  const check = {
    verificationId: '01939c5e-7a00-7000-8000-000000000001',
    verificationType: 'business_entity',
    checkType: 'company_register',
    input: { company_number: NUMBER, ...input },
    reference: null,
  };
  const connection = { settings: { base_url: vendor.url, ...settings }, credentials: { api_key: apiKey } };
  return adapter.start(check, { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) });
}

const ACTIVE = { outcome: 'verified', reason: 'register_active' } as const;
const UNCLEAR = { outcome: 'pending', reason: 'register_status_unclear', awaiting: 'review' } as const;
const INSOLVENT = { outcome: 'failed', reason: 'company_in_insolvency' } as const;
const DISSOLVED = { outcome: 'failed', reason: 'company_dissolved' } as const;
const REMOVED = { outcome: 'failed', reason: 'company_removed' } as const;
const MISMATCH = { outcome: 'pending', reason: 'name_mismatch', awaiting: 'review' } as const;
const strikeOff = { detail: 'active-proposal-to-strike-off' };
const undocumented = { documented: false } as const;

describe('an answer of the register', () => {
  it.each<[string, CompanyEntry, Asked, Partial<Observation>]>([
    ['active', {}, {}, ACTIVE],
    ['active in detail too', { detail: 'active', ...undocumented }, {}, ACTIVE],
    [
      'active, to be struck off',
      strikeOff,
      {},
      { outcome: 'pending', reason: 'strike_off_proposed', awaiting: 'review' },
    ],
    ['active, to be struck off, where that counts', strikeOff, { settings: { strike_off: 'verified' } }, ACTIVE],
    ['active, with a detail that takes it back', { detail: 'transformed-to-se' }, {}, UNCLEAR],
    ['active, with an unknown detail', { detail: 'asleep', ...undocumented }, {}, UNCLEAR],
    ['registered', { status: 'registered', type: 'registered-overseas-entity' }, {}, ACTIVE],
    ['open', { status: 'open', type: 'uk-establishment' }, {}, ACTIVE],
    ['liquidation', { status: 'liquidation' }, {}, INSOLVENT],
    ['receivership', { status: 'receivership' }, {}, INSOLVENT],
    ['administration', { status: 'administration' }, {}, INSOLVENT],
    ['voluntary-arrangement', { status: 'voluntary-arrangement' }, {}, INSOLVENT],
    ['insolvency-proceedings', { status: 'insolvency-proceedings' }, {}, INSOLVENT],
    ['liquidation, put before a person', { status: 'liquidation' }, { settings: { insolvency: 'review' } }, UNCLEAR],
    ['dissolved', { status: 'dissolved' }, {}, DISSOLVED],
    [
      'dissolved, whatever counts',
      { status: 'dissolved', ...strikeOff },
      { settings: { strike_off: 'verified' } },
      DISSOLVED,
    ],
    ['dissolved, to be restored', { status: 'dissolved', detail: 'petition-to-restore-dissolved' }, {}, UNCLEAR],
    ['closed', { status: 'closed' }, {}, REMOVED],
    ['converted-closed', { status: 'converted-closed', detail: 'converted-to-plc' }, {}, REMOVED],
    ['removed', { status: 'removed' }, {}, REMOVED],
    ['without a status', { status: null }, {}, UNCLEAR],
    ['with an empty status', { status: '', ...undocumented }, {}, UNCLEAR],
    ['of an unknown status', { status: 'dormant', ...undocumented }, {}, UNCLEAR],
    ['about another company', { number: '07654321' }, {}, { outcome: 'pending', reason: 'provider_response_mismatch' }],
  ])('%s', async (_name, entry, asked, expected) => {
    vendor.put(NUMBER, entry);
    expect(await ask(asked)).toMatchObject(expected);
  });

  it.each<[string, JsonObject, CompanyEntry, Partial<Observation>]>([
    ['the same name', { company_name: 'Northwind Traders Ltd.' }, {}, { ...ACTIVE, payload: { name_match: 'same' } }],
    ['another name', { company_name: 'Southwind Traders' }, {}, { ...MISMATCH, payload: { name_match: 'different' } }],
    [
      'a name that it had',
      { company_name: 'Sou’wester Ltd' },
      { previousNames: ['SOUWESTER LIMITED'] },
      { ...MISMATCH, payload: { name_match: 'previous' } },
    ],
    ['the same postcode', { postcode: 'cf143uz' }, {}, { ...ACTIVE, payload: { postcode_match: 'same' } }],
    ['another postcode', { postcode: 'CF14 3UA' }, {}, { ...MISMATCH, payload: { postcode_match: 'different' } }],
    [
      'a postcode where there is none',
      { postcode: 'CF14 3UZ' },
      { postcode: null },
      { ...MISMATCH, payload: { postcode_match: 'different' } },
    ],
    [
      'the same name and another postcode',
      { company_name: 'Northwind Traders', postcode: 'EH1 1AA' },
      {},
      { ...MISMATCH, payload: { name_match: 'same', postcode_match: 'different' } },
    ],
    [
      'another name, and dissolved',
      { company_name: 'X' },
      { status: 'dissolved' },
      { ...DISSOLVED, payload: { name_match: 'different' } },
    ],
    [
      'another name, and no status',
      { company_name: 'X' },
      { status: null },
      { ...UNCLEAR, payload: { name_match: 'different' } },
    ],
  ])('compared with %s', async (_name, input, entry, expected) => {
    vendor.put(NUMBER, entry);
    expect(await ask({ input })).toMatchObject(expected);
  });

  it('has the number as its reference, shows no address and keeps the whole as evidence', async () => {
    vendor.put(NUMBER, strikeOff);
    const { reference, providerCode, payload, answer } = await ask();
    expect([reference, providerCode]).toEqual([NUMBER, 'active/active-proposal-to-strike-off']);
    expect(payload).toEqual({
      company_status: 'active',
      company_status_detail: 'active-proposal-to-strike-off',
      company_name: 'NORTHWIND TRADERS LIMITED',
      company_type: 'ltd',
      jurisdiction: 'england-wales',
      date_of_creation: '2020-02-03',
      strike_off_proposed: true,
      accounts_overdue: false,
      confirmation_statement_overdue: false,
      confirmation_statement_due: '2026-06-14',
      registered_office_in_dispute: false,
      registered_office_undeliverable: false,
    });
    expect(JSON.stringify(answer)).toContain('1 Harbour Street');
  });

  it('shows no free words, which take back what the status says all the same', async () => {
    vendor.put(NUMBER, { detail: 'at the wish of Erika Mustermann', type: 'Erika’s', due: 'soon', ...undocumented });
    const { providerCode, payload, ...said } = await ask();
    expect(said).toMatchObject(UNCLEAR);
    expect(providerCode).toBe('active/other');
    expect(JSON.stringify(payload)).not.toMatch(/Erika|soon/);
  });
});

describe('a pass ends', () => {
  it.each([
    ['14 days behind the next statement', '2026-06-14', '2026-06-28T00:00:00.000000Z'],
    ['so where the statement is late by less', '2026-01-18', '2026-02-01T00:00:00.000000Z'],
    ['as the check says where it is late by more', '2026-01-17', undefined],
    ['as the check says where the statement is far off', '2027-01-17', undefined],
    ['as the check says where no statement is due', null, undefined],
    ['as the check says where the day is none', 'soon', undefined],
  ])('%s', async (_name, due, end) => {
    vendor.put(NUMBER, { due, ...(due === 'soon' && undocumented) });
    const { outcome, expiresAt } = await ask();
    expect([outcome, expiresAt]).toEqual(['verified', end]);
  });

  it('after a year where nothing says otherwise', () => {
    expect(adapter.checks[0]?.validityDays).toBe(365);
  });

  it('never where there is none', async () => {
    vendor.put(NUMBER, { status: 'dissolved' });
    expect(await ask()).not.toHaveProperty('expiresAt');
  });
});

describe('a company number', () => {
  it('that the register does not know has failed', async () => {
    expect(await ask({ input: { company_number: '99999999' } })).toMatchObject({
      outcome: 'failed',
      reason: 'company_not_found',
    });
  });

  it('of another form fails without a question', async () => {
    const before = vendor.requests.length;
    const { outcome, reason } = await ask({ input: { company_number: '123456789' } });
    expect([outcome, reason, vendor.requests.length]).toEqual(['failed', 'identifier_format_invalid', before]);
  });

  it.each([
    [' 1234 567', '01234567'],
    ['sc-1234', 'SC001234'],
  ])('%j is asked about as %s', async (given, number) => {
    vendor.put(number);
    expect(await ask({ input: { company_number: given } })).toMatchObject({ ...ACTIVE, reference: number });
    expect(vendor.requests.at(-1)?.path).toBe(`/company/${number}`);
  });
});

describe('a fault of the register', () => {
  const reset = String(Date.parse('2026-01-31T00:02:00Z') / 1000);
  const past = String(Date.parse('2026-01-31T00:00:00Z') / 1000);
  const throttled = (afterMs?: number): Partial<Observation> => ({
    reason: 'provider_throttled',
    retry: { class: 'throttle', ...(afterMs !== undefined && { afterMs }) },
  });

  it.each<[string, Script, Partial<Observation>]>([
    [
      '404 of something else',
      answering(404, { errors: [{ type: 'ch:service', error: 'resource-not-found' }] }),
      { reason: 'provider_endpoint_gone', retry: { class: 'operator' } },
    ],
    ['404 of a page', answering(404, '<h1>company-profile-not-found'), { reason: 'provider_endpoint_gone' }],
    ['403', answering(403, '<h1>Forbidden'), { reason: 'provider_blocked', retry: { class: 'operator' } }],
    ['416', answering(416), { reason: 'provider_response_unrecognised', retry: { class: 'operator' } }],
    ['422', answering(422, { errors: [] }), { reason: 'provider_response_unrecognised', retry: { class: 'operator' } }],
    ['429', answering(429), throttled()],
    ['429 with Retry-After', answering(429, '', { 'retry-after': '30' }), throttled(30_000)],
    ['429 with the end of its window', answering(429, '', { 'x-ratelimit-reset': reset }), throttled(120_000)],
    ['429 with an end that is over', answering(429, '', { 'x-ratelimit-reset': '1500000000' }), throttled()],
    ['429 with an end that is now', answering(429, '', { 'x-ratelimit-reset': past }), throttled()],
    [
      '429 with no wait, and the end of its window',
      answering(429, '', { 'retry-after': '0', 'x-ratelimit-reset': reset }),
      throttled(120_000),
    ],
    ['429 with an end far away', answering(429, '', { 'x-ratelimit-reset': '9999999999' }), throttled(300_000)],
    ['429 with an absurd end', answering(429, '', { 'x-ratelimit-reset': 'tomorrow' }), throttled()],
    ['429 with an hour of Retry-After', answering(429, '', { 'retry-after': '3600' }), throttled(300_000)],
    ['500', answering(500), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
    ['502', answering(502, '<h1>Bad gateway'), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
    ['503', answering(503), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
    ['200 with a page', answering(200, '<h1>Maintenance'), { reason: 'provider_response_unrecognised' }],
    ['200 cut off', answering(200, '{"company_number":"01234567"'), { reason: 'provider_response_unrecognised' }],
  ])('%s', async (_name, script, expected) => {
    vendor.misbehave(script);
    const { outcome, reason, retry } = await ask();
    expect({ outcome, reason, retry }).toMatchObject({ outcome: 'pending', ...expected });
    if (expected.retry !== undefined) expect(retry).toEqual(expected.retry);
  });

  it('401 for another key', async () => {
    expect(await ask({ apiKey: 'another' })).toMatchObject({
      outcome: 'pending',
      reason: 'provider_auth_failed',
      retry: { class: 'operator' },
    });
  });
});

describe('the register that is asked', () => {
  /** Nothing may leave for the real hosts: what would be sent is kept, and refused. */
  class NoWayOut extends Http {
    readonly urls: string[] = [];

    send({ url }: HttpRequest): never {
      this.urls.push(url);
      throw new HttpFault('refused');
    }
  }

  it.each([
    [{}, 'https://api.company-information.service.gov.uk/company/01234567'],
    [{ environment: 'live' }, 'https://api.company-information.service.gov.uk/company/01234567'],
    [{ environment: 'sandbox' }, 'https://api-sandbox.company-information.service.gov.uk/company/01234567'],
    [{ environment: 'sandbox', base_url: 'http://127.0.0.1:9/' }, 'http://127.0.0.1:9/company/01234567'],
  ])('is by %j', async (settings, url) => {
    const http = new NoWayOut();
    const check = {
      verificationId: '01939c5e-7a00-7000-8000-000000000001',
      verificationType: 'business_entity',
      checkType: 'company_register',
      input: { company_number: NUMBER },
      reference: null,
    };
    const connection = { settings, credentials: { api_key: 'key' } };
    const call = { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) };
    await expect(new CompaniesHouseAdapter({ clock, http }).start(check, call)).rejects.toThrow(HttpFault);
    expect(http.urls).toEqual([url]);
  });
});
