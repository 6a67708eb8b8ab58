import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import {
  startSwissUidVendor,
  type SwissUidEntry,
  type SwissUidVendor,
} from '../../../test/vendors/swiss-uid/swiss-uid.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { Observation } from '../observation.js';
import { SwissUidAdapter } from './swiss-uid.adapter.js';

const adapter = new SwissUidAdapter({ clock: new ScriptedClock(), http: new FetchHttp() });
const digits = '116281710';
let vendor: SwissUidVendor;

beforeAll(async () => {
  vendor = await startSwissUidVendor();
});
afterAll(() => vendor.close());

type CheckType = 'company_register' | 'vat_number';

function ask(checkType: CheckType = 'company_register', input = {}, settings = {}): Promise<Observation> {
  const check = {
    verificationId: '01939c5e-7a00-7000-8000-000000000001',
    verificationType: 'business_entity',
    checkType,
    input: { uid: 'CHE-116.281.710', ...input },
    reference: null,
  };
  const connection = { settings: { base_url: vendor.url, ...settings }, credentials: {} };
  return adapter.start(check, { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) });
}

const UNCLEAR = { outcome: 'pending', reason: 'register_status_unclear', awaiting: 'review' } as const;
const UNRECOGNISED = { outcome: 'pending', reason: 'provider_response_unrecognised' } as const;
const ACTIVE = { outcome: 'verified', reason: 'register_active', reference: 'CHE116281710' } as const;
const REMOVED = { outcome: 'failed', reason: 'company_removed' } as const;

describe('an enterprise', () => {
  it.each<[string, SwissUidEntry, CheckType, Partial<Observation>]>([
    ['provisional', { status: '1' }, 'company_register', UNCLEAR],
    ['being reactivated', { status: '2' }, 'company_register', UNCLEAR],
    ['definitive', { status: '3' }, 'company_register', ACTIVE],
    ['being changed', { status: '4' }, 'company_register', ACTIVE],
    ['deleted', { status: '5' }, 'company_register', REMOVED],
    ['finally deleted', { status: '6' }, 'company_register', REMOVED],
    ['cancelled', { status: '7' }, 'company_register', REMOVED],
    ['of an unknown status', { status: '8' }, 'company_register', UNRECOGNISED],
    ['without a status', { status: '' }, 'company_register', UNRECOGNISED],
    ['definitive, and not registered for VAT', { vatStatus: '3' }, 'company_register', ACTIVE],
    ['of several seats alike', { seats: ['4', '3'] }, 'company_register', ACTIVE],
    ['of several seats that differ', { seats: ['6'] }, 'company_register', UNCLEAR],
    ['of several seats, one unknown', { seats: ['9'] }, 'company_register', UNRECOGNISED],
    ['registered for VAT', { vatStatus: '2' }, 'vat_number', { outcome: 'verified', reason: 'vat_registered' }],
    [
      'registered for VAT, with an entry at work',
      { vatStatus: '2', vatEntryStatus: '1' },
      'vat_number',
      { outcome: 'verified', reason: 'vat_registered' },
    ],
    ['registered for VAT, with an entry that is over', { vatStatus: '2', vatEntryStatus: '2' }, 'vat_number', UNCLEAR],
    [
      'not registered for VAT',
      { vatStatus: '3', vatEntryStatus: '2' },
      'vat_number',
      { outcome: 'failed', reason: 'vat_not_registered' },
    ],
    ['of a VAT status that nobody knows', { vatStatus: '1' }, 'vat_number', UNCLEAR],
    ['of an unknown VAT status', { vatStatus: '4' }, 'vat_number', UNRECOGNISED],
    ['that is another', { digits: '105835430' }, 'company_register', { reason: 'provider_response_mismatch' }],
  ])('%s', async (_name, entry, checkType, expected) => {
    vendor.put(digits, entry);
    expect(await ask(checkType)).toMatchObject(expected);
  });

  it.each([
    ['that of another', 'Nordwind Soehne', 'pending', 'name_mismatch'],
    ['its own but for its form', 'NORDWIND & SÖHNE', 'verified', 'register_active'],
  ])('whose name is asked for as %s', async (_name, company_name, outcome, reason) => {
    vendor.put(digits, {});
    expect(await ask('company_register', { company_name })).toMatchObject({ outcome, reason });
  });

  it('that the register does not know has failed', async () => {
    expect(await ask('company_register', { uid: 'CHE-107.787.577' })).toMatchObject({
      outcome: 'failed',
      reason: 'company_not_found',
    });
  });

  it('is shown by codes alone, and kept whole as evidence', async () => {
    vendor.put(digits, {});
    const { payload, answer } = await ask('company_register', { company_name: 'Nordwind & Söhne' });
    expect(payload).toEqual({
      register_status: '3',
      vat_status: '2',
      commercial_register_status: '2',
      legal_form: '0106',
      name_match: 'same',
    });
    expect(answer).toContain('Canary-Gasse');
  });
});

describe('a number', () => {
  it.each([
    ['of another form', 'CHE-116.281.71', 'identifier_format_invalid'],
    ['of another country', 'DE116281710', 'identifier_format_invalid'],
    ['with a wrong check digit', 'CHE-116.281.711', 'identifier_checksum_invalid'],
    ['whose check digit would be ten', 'CHE-100.000.160', 'identifier_checksum_invalid'],
  ])('%s fails without a question', async (_name, uid, reason) => {
    const before = vendor.requests.length;
    expect(await ask('company_register', { uid })).toMatchObject({ outcome: 'failed', reason });
    expect(vendor.requests.length).toBe(before);
  });
});

describe('a fault of the register', () => {
  it.each<[string, Partial<Observation>]>([
    ['Request_limit_exceeded', { reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 60_000 } }],
    ['Data_validation_failed', { ...UNRECOGNISED, retry: { class: 'operator' } }],
    ['Internal_error', { reason: 'provider_unavailable', retry: { class: 'outage' } }],
  ])('%s', async (code, expected) => {
    vendor.refuse(code);
    expect(await ask()).toMatchObject({ outcome: 'pending', ...expected });
  });

  it('that comes of a namespace it does not know is for an operator', async () => {
    const asked = ask('company_register', {}, { identifier_namespace: 'http://www.ech.ch/xmlns/eCH-0097/6' });
    expect(await asked).toMatchObject({ outcome: 'pending', retry: { class: 'operator' } });
  });

  const envelope = (inner: string, body = 'Body'): string =>
    `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:${body}>${inner}</s:${body}></s:Envelope>`;
  const empty = '<GetByUIDResponse xmlns="http://www.uid.admin.ch/xmlns/uid-wse"/>';
  const answered = (inner: string): string => empty.replace('/>', `>${inner}</GetByUIDResponse>`);
  const result = (inner: string): string => envelope(answered(`<GetByUIDResult>${inner}</GetByUIDResult>`));
  const named = '<organisation><uidregStatusEnterpriseDetail>3</uidregStatusEnterpriseDetail></organisation>';

  it.each([
    ['no result', envelope(empty)],
    ['an empty result', result(' ')],
  ])('is none where the answer has %s: nobody has the number', async (_name, body) => {
    vendor.misbehave(answering(200, body));
    expect(await ask()).toMatchObject({ outcome: 'failed', reason: 'company_not_found' });
  });

  it.each<[string, Script, Partial<Observation>]>([
    ['an enterprise in elements of another name', answering(200, result(named)), UNRECOGNISED],
    ['an error in place of an enterprise', answering(200, result('<error>busy</error>')), UNRECOGNISED],
    ['words in place of an enterprise', answering(200, result('busy')), UNRECOGNISED],
    ['an answer beside the result', answering(200, envelope(answered('<error>busy</error>'))), UNRECOGNISED],
    ['words in place of the result', answering(200, envelope(answered('busy'))), UNRECOGNISED],
    ['an answer to another question', answering(200, envelope('<ValidateUIDResponse/>')), UNRECOGNISED],
    ['an answer of another service', answering(200, envelope('<GetByUIDResponse/>')), UNRECOGNISED],
    ['an envelope without a body', answering(200, envelope(empty, 'Header')), UNRECOGNISED],
    ['an answer that was cut off', answering(200, envelope(empty).slice(0, -5)), UNRECOGNISED],
    ['a document type', answering(200, `<!DOCTYPE a [<!ENTITY b "c">]>${envelope(empty)}`), UNRECOGNISED],
    ['a page', answering(200, '<html><body>verified</body></html>'), UNRECOGNISED],
    ['elements without end', answering(200, '<a>'.repeat(50_000)), UNRECOGNISED],
    ['500 without a fault', answering(500, '<html/>'), { reason: 'provider_unavailable' }],
    ['an empty answer with 502', answering(502, envelope(empty)), { reason: 'provider_unavailable' }],
    ['429', answering(429), { reason: 'provider_throttled' }],
    ['403', answering(403), { reason: 'provider_auth_failed' }],
    ['404', answering(404), { reason: 'provider_endpoint_gone' }],
  ])('%s', async (_name, script, expected) => {
    vendor.misbehave(script);
    expect(await ask()).toMatchObject({ outcome: 'pending', ...expected });
  });
});
