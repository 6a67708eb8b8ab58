import {
  type BrregEntry,
  type BrregVendor,
  organizationNumber,
  startBrregVendor,
} from '../../../test/vendors/brreg/brreg.vendor.js';
import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import { BrregAdapter } from './brreg.adapter.js';

const clock = new ScriptedClock('2026-01-31T00:00:00.000000Z');
const adapter = new BrregAdapter({ clock, http: new FetchHttp() });
const NUMBER = '923609016';
let vendor: BrregVendor;

beforeEach(async () => {
  vendor = await startBrregVendor();
});
afterEach(() => vendor.close());

function ask(input: JsonObject = {}, checkType = 'company_register'): Promise<Observation> {
  const check = {
    verificationId: '01939c5e-7a00-7000-8000-000000000001',
    verificationType: 'business_entity',
    checkType,
    input: { organization_number: NUMBER, ...input },
    reference: null,
  };
  const connection = { settings: { base_url: vendor.url }, credentials: {} };
  return adapter.start(check, { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) });
}

const asked = (): string[] => vendor.requests.map(({ path }) => path.replace('/enhetsregisteret/api', ''));
const BOTH = [`/enheter/${NUMBER}`, `/underenheter/${NUMBER}`];

const ACTIVE = { outcome: 'verified', reason: 'register_active' } as const;
const UNCLEAR = { outcome: 'pending', reason: 'register_status_unclear', awaiting: 'review' } as const;
const INSOLVENT = { outcome: 'failed', reason: 'company_in_insolvency' } as const;
const DISSOLVED = { outcome: 'failed', reason: 'company_dissolved' } as const;
const REMOVED = { outcome: 'failed', reason: 'company_removed' } as const;
const MISMATCH = { outcome: 'pending', reason: 'name_mismatch', awaiting: 'review' } as const;
const OTHERS = { outcome: 'pending', reason: 'provider_response_mismatch' } as const;

describe('an entry of the register', () => {
  it.each<[string, BrregEntry, Partial<Observation>]>([
    ['in order', {}, ACTIVE],
    ['in order, of no class', { kind: null }, ACTIVE],
    ['of an unknown class', { kind: 'Enhet2' }, UNCLEAR],
    ['bankrupt', { bankrupt: true }, INSOLVENT],
    ['being wound up by force', { forced: true }, INSOLVENT],
    ['bankrupt, with nothing else known', { bankrupt: true, woundUp: null, forced: null }, INSOLVENT],
    ['being wound up', { woundUp: true }, UNCLEAR],
    ['being wound up and bankrupt', { woundUp: true, bankrupt: true }, INSOLVENT],
    ['in reconstruction', { more: { underRekonstruksjonsforhandlingDato: '2026-01-02' } }, UNCLEAR],
    ['in insolvency abroad', { more: { underUtenlandskInsolvensbehandlingDato: '2026-01-02' } }, UNCLEAR],
    ['without the flag of bankruptcy', { bankrupt: null }, UNCLEAR],
    ['without the flag of winding up', { woundUp: null }, UNCLEAR],
    ['without the flag of force', { forced: null }, UNCLEAR],
    ['with a day of deletion and all flags false', { more: { slettedato: '2025-12-24' } }, DISSOLVED],
    ['of the deleted class and no day', { kind: 'SlettetEnhet' }, DISSOLVED],
    ['of another number', { number: '974760673' }, OTHERS],
    [
      'with a flag that is none',
      { more: { konkurs: 'false' } },
      { outcome: 'pending', reason: 'provider_response_unrecognised' },
    ],
  ])('%s', async (_name, entry, expected) => {
    vendor.put(NUMBER, entry);
    expect(await ask()).toMatchObject(expected);
    expect(asked()).toEqual([BOTH[0]]);
  });

  it.each<[string, JsonObject, Partial<Observation>]>([
    ['deleted, answered with 200', {}, DISSOLVED],
    ['deleted, of no class', { respons_klasse: null }, DISSOLVED],
    ['deleted, of another number', { organisasjonsnummer: '974760673' }, OTHERS],
  ])('%s', async (_name, more, expected) => {
    vendor.putDeleted(NUMBER, more);
    expect(await ask()).toMatchObject(expected);
  });

  it.each<[string, JsonObject, Partial<Observation>]>([
    ['removed, with its day', {}, { ...REMOVED, payload: { deleted_on: '2020-02-03' } }],
    ['removed, without', { slettedato: null }, REMOVED],
    ['removed, of another number', { organisasjonsnummer: '974760673' }, OTHERS],
  ])('%s', async (_name, more, expected) => {
    vendor.putRemoved(NUMBER, more);
    expect(await ask()).toMatchObject(expected);
  });

  it.each<[string, JsonObject, Partial<Observation>]>([
    ['a place of business', {}, UNCLEAR],
    ['a place of business that was closed', { nedleggelsesdato: '2026-01-01' }, UNCLEAR],
    ['a deleted place of business', { slettedato: '2026-01-01' }, DISSOLVED],
    ['a place of business of the deleted class', { respons_klasse: 'SlettetUnderEnhet' }, DISSOLVED],
    [
      'a place of business with flags of its own',
      {
        konkurs: false,
        underAvvikling: false,
        underTvangsavviklingEllerTvangsopplosning: false,
        respons_klasse: 'Enhet',
      },
      UNCLEAR,
    ],
    ['a place of business of another number', { organisasjonsnummer: '974760673' }, OTHERS],
  ])('%s', async (_name, more, expected) => {
    vendor.putSubEntity(NUMBER, more);
    expect(await ask()).toMatchObject(expected);
    expect(asked()).toEqual(BOTH);
  });

  it.each<[string, BrregEntry, Partial<Observation>]>([
    ['registered', { vat: true }, { outcome: 'verified', reason: 'vat_registered' }],
    ['not registered', { vat: false }, { outcome: 'failed', reason: 'vat_not_registered' }],
    ['of which that is not said', { vat: null }, UNCLEAR],
    ['registered and bankrupt', { vat: true, bankrupt: true }, INSOLVENT],
    ['not registered, and being wound up', { vat: false, woundUp: true }, UNCLEAR],
  ])('%s for VAT', async (_name, entry, expected) => {
    vendor.put(NUMBER, entry);
    expect(await ask({}, 'vat_number')).toMatchObject(expected);
  });

  it('of a place of business says nothing of its company’s VAT', async () => {
    vendor.putSubEntity(NUMBER);
    expect(await ask({}, 'vat_number')).toMatchObject(UNCLEAR);
  });
});

describe('an entry compared with', () => {
  it.each<[string, JsonObject, BrregEntry, Partial<Observation>]>([
    ['the same name', { company_name: 'Nordavind Handel' }, {}, { ...ACTIVE, payload: { name_match: 'same' } }],
    ['another name', { company_name: 'Sønnavind AS' }, {}, { ...MISMATCH, payload: { name_match: 'different' } }],
    [
      'the name of a proprietor',
      { company_name: 'Ole Hansen' },
      { form: 'ENK', name: 'OLE HANSEN' },
      { ...ACTIVE, payload: { name_match: 'same' } },
    ],
    ['the same postcode', { postcode: '8900' }, {}, { ...ACTIVE, payload: { postcode_match: 'same' } }],
    ['another postcode', { postcode: '8901' }, {}, { ...MISMATCH, payload: { postcode_match: 'different' } }],
    [
      'the postal one',
      { postcode: '0010' },
      { more: { postadresse: { postnummer: '0010' } } },
      { ...ACTIVE, payload: { postcode_match: 'same' } },
    ],
    [
      'a postcode where there is none',
      { postcode: '8900' },
      { postcode: null },
      { ...MISMATCH, payload: { postcode_match: 'different' } },
    ],
    [
      'another name, and bankrupt',
      { company_name: 'X' },
      { bankrupt: true },
      { ...INSOLVENT, payload: { name_match: 'different' } },
    ],
  ])('%s', async (_name, input, entry, expected) => {
    vendor.put(NUMBER, entry);
    expect(await ask(input)).toMatchObject(expected);
  });
});

describe('the payload', () => {
  it('holds the facts and no address; the evidence the whole', async () => {
    vendor.put(NUMBER);
    const { reference, payload, answer } = await ask();
    expect(reference).toBe(NUMBER);
    expect(payload).toEqual({
      unit: 'entity',
      organization_form: 'AS',
      company_name: 'NORDAVIND HANDEL AS',
      registered_on: '2015-03-12',
      in_vat_register: true,
      in_business_register: true,
      bankrupt: false,
      being_wound_up: false,
      being_wound_up_by_force: false,
    });
    expect(JSON.stringify(answer)).toContain('Havnegata 48');
  });

  it.each(['ENK', 'ANS', 'DA', 'NUF', 'PERS', 'KBO', 'BEDR', 'XYZ'])('has no name of the form %s', async (form) => {
    vendor.put(NUMBER, { form, name: 'OLE HANSEN' });
    const { payload } = await ask();
    expect(JSON.stringify(payload)).not.toContain('HANSEN');
    expect(payload).toMatchObject({ organization_form: form });
  });

  it('shows no free words, which say that it is gone all the same', async () => {
    vendor.put(NUMBER, { more: { slettedato: 'by Ola Nordmann', organisasjonsform: { kode: 'Ola’s' } } });
    const { payload, reason } = await ask();
    expect(reason).toBe('company_dissolved');
    expect(JSON.stringify(payload)).not.toContain('Ola');
  });

  it('has no name of a place of business, whatever its form', async () => {
    vendor.putSubEntity(NUMBER, { organisasjonsform: { kode: 'AS' } });
    expect(JSON.stringify((await ask()).payload)).not.toContain('HANSEN');
  });

  it('of a place of business names its company’s number alone', async () => {
    vendor.putSubEntity(NUMBER);
    expect((await ask()).payload).toEqual({
      unit: 'sub_entity',
      organization_form: 'BEDR',
      parent_organization_number: '923609016',
      registered_on: '2016-01-02',
      in_vat_register: false,
    });
  });
});

describe('a number', () => {
  it('that stands nowhere has failed, after both were asked', async () => {
    expect(await ask()).toMatchObject({ outcome: 'failed', reason: 'company_not_found' });
    expect(asked()).toEqual(BOTH);
  });

  it.each([
    ['of another form', '12345678', 'identifier_format_invalid'],
    ['with a wrong check digit', '923609017', 'identifier_checksum_invalid'],
  ])('%s fails without a question', async (_name, number, reason) => {
    expect(await ask({ organization_number: number })).toMatchObject({ outcome: 'failed', reason });
    expect(vendor.requests).toEqual([]);
  });

  it('is asked about in its compact form', async () => {
    const number = organizationNumber('81234567') ?? '';
    vendor.put(number);
    expect(await ask({ organization_number: `no ${number.slice(0, 3)} ${number.slice(3)} mva` })).toMatchObject(ACTIVE);
    expect(asked()).toEqual([`/enheter/${number}`]);
  });
});

describe('an answer with another status', () => {
  const rejection = (value: string) => ({ status: 400, valideringsfeil: [{ feilaktigVerdi: value, parametere: [] }] });
  const UNRECOGNISED = { outcome: 'pending', reason: 'provider_response_unrecognised' } as const;
  const GONE = { outcome: 'pending', reason: 'provider_endpoint_gone', retry: { class: 'operator' } } as const;

  it.each<[string, Script, Partial<Observation>]>([
    [
      '400 for the number',
      answering(400, rejection(NUMBER)),
      { outcome: 'failed', reason: 'identifier_format_invalid' },
    ],
    ['400 for something else', answering(400, rejection('8')), { ...UNRECOGNISED, retry: { class: 'operator' } }],
    ['400 without a body', answering(400), { ...UNRECOGNISED, retry: { class: 'operator' } }],
    ['404 of a page', answering(404, '<h1>Not found'), GONE],
    ['404 of a gateway', answering(404, { message: 'no Route matched' }), GONE],
    ['406', answering(406, { status: 406 }), { ...UNRECOGNISED, retry: { class: 'operator' } }],
    ['410 without a number', answering(410, {}), GONE],
    ['410 without a body', answering(410), GONE],
    ['429', answering(429), { outcome: 'pending', reason: 'provider_throttled', retry: { class: 'throttle' } }],
    [
      '429 with Retry-After',
      answering(429, '', { 'retry-after': '30' }),
      { outcome: 'pending', reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 30_000 } },
    ],
    ['500', answering(500), { outcome: 'pending', reason: 'provider_unavailable', retry: { class: 'outage' } }],
    ['503', answering(503), { outcome: 'pending', reason: 'provider_unavailable', retry: { class: 'outage' } }],
    ['200 with a page', answering(200, '<h1>Vedlikehold'), UNRECOGNISED],
    ['200 cut off', answering(200, `{"organisasjonsnummer":"${NUMBER}"`), UNRECOGNISED],
  ])('%s', async (_name, script, expected) => {
    vendor.put(NUMBER);
    vendor.misbehave(script);
    expect(await ask()).toMatchObject(expected);
    expect(asked()).toEqual([BOTH[0]]);
  });

  it('404 in the words of its framework is as good as an empty one', async () => {
    vendor.misbehave(answering(404, { status: 404, error: 'Not Found' }), 2);
    expect(await ask()).toMatchObject({ outcome: 'failed', reason: 'company_not_found' });
  });

  it('an outage on the second shelf is no "not found"', async () => {
    vendor.misbehave(answering(404));
    vendor.misbehave(answering(503));
    expect(await ask()).toMatchObject({ outcome: 'pending', reason: 'provider_unavailable' });
    expect(asked()).toEqual(BOTH);
  });
});
