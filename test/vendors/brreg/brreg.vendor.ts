import type { JsonObject } from '../../../src/platform/json.js';
import { playVendor, type PlayedVendor, type Reply, type Route } from '../played-vendor.js';

/** What of an entry a test decides. Null: the member is missing. */
export interface BrregEntry {
  readonly kind?: string | null;
  readonly form?: string;
  readonly name?: string;
  readonly postcode?: string | null;
  readonly bankrupt?: boolean | null;
  readonly woundUp?: boolean | null;
  readonly forced?: boolean | null;
  readonly vat?: boolean | null;
  /** Further members, as the register names them. */
  readonly more?: JsonObject;
  /** The number that the answer is about, where it is about another. */
  readonly number?: string;
}

/** The register on loopback: what it holds is put there. */
export interface BrregVendor extends PlayedVendor {
  put(number: string, entry?: BrregEntry): void;
  /** A place of business. */
  putSubEntity(number: string, more?: JsonObject): void;
  /** An entity of which hardly more than the day of its end is left. */
  putDeleted(number: string, more?: JsonObject): void;
  /** One that was taken out of the open data: 410. */
  putRemoved(number: string, more?: JsonObject): void;
}

const OWN_NUMBER = '974760673';

/** Starts a register that holds nothing but its own entry. */
export async function startBrregVendor(): Promise<BrregVendor> {
  const shelves = { enhet: new Map<string, Reply>(), underenhet: new Map<string, Reply>() };
  const answering =
    (shelf: keyof typeof shelves): Route =>
    ({ method, path, query, headers, body }, { number = '' }) => {
      if (!takes(headers['accept'] ?? '*/*', shelf)) return fault(406, path, 'Not Acceptable');
      if (method !== 'GET' || query.size > 0 || body.length > 0) return fault(400, path, 'Feilaktig forespørsel');
      if (!/^\d{9}$/.test(number)) return rejected(path, number);
      return shelves[shelf].get(number) ?? { status: 404 };
    };
  const vendor = await playVendor({
    basePath: '/enhetsregisteret/api',
    routes: { 'GET /enheter/:number': answering('enhet'), 'GET /underenheter/:number': answering('underenhet') },
  });
  const put = (number: string, body: JsonObject): void => void shelves.enhet.set(number, { status: 200, body });
  put(OWN_NUMBER, entityOf(OWN_NUMBER, { form: 'ORGL', name: 'REGISTERENHETEN I BRØNNØYSUND' }));
  return {
    ...vendor,
    put: (number, entry = {}) => {
      put(number, entityOf(number, entry));
    },
    putSubEntity: (number, more = {}) => {
      shelves.enhet.delete(number);
      shelves.underenhet.set(number, { status: 200, body: { ...subEntityOf(number), ...more } });
    },
    putDeleted: (number, more = {}) => {
      put(number, { ...deletedOf(number), ...more });
    },
    putRemoved: (number, more = {}) => {
      const body = { organisasjonsnummer: number, slettedato: '2020-02-03', ...more };
      shelves.enhet.set(number, { status: 410, body });
    },
  };
}

/** A whole number: 8 digits and the check digit, found by trying; null where there is none. */
export function organizationNumber(eight: string): string | null {
  const weights = [3, 2, 7, 6, 5, 4, 3, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(eight[index]), 0);
  const last = '0123456789'.split('').find((digit) => (sum + Number(digit)) % 11 === 0);
  return last === undefined ? null : `${eight}${last}`;
}

function takes(accept: string, shelf: string): boolean {
  const types = accept.split(',').map((type) => type.split(';')[0]?.trim() ?? '');
  const known = ['*/*', 'application/json', `application/vnd.brreg.enhetsregisteret.${shelf}.v2+json`];
  return types.some((type) => known.includes(type));
}

function fault(status: number, path: string, feilmelding: string): Reply {
  return { status, body: { tidsstempel: 1_769_817_600_000, status, feilmelding, sti: path } };
}

function rejected(path: string, number: string): Reply {
  const valideringsfeil = [{ feilmelding: 'ugyldig', parametere: ['organisasjonsnummer'], feilaktigVerdi: number }];
  const body = { tidsstempel: 1_769_817_600_000, status: 400, feilmelding: 'Feilaktig forespørsel', sti: path };
  return { status: 400, body: { ...body, antallFeil: 1, valideringsfeil } };
}

function addressOf(postcode: string): JsonObject {
  return {
    land: 'Norge',
    landkode: 'NO',
    postnummer: postcode,
    poststed: 'BRØNNØYSUND',
    adresse: ['Canary-Erika Mustermann', 'Havnegata 48'],
    kommune: 'BRØNNØY',
    kommunenummer: '1813',
  };
}

function entityOf(number: string, entry: BrregEntry): JsonObject {
  const { kind = 'Enhet', form = 'AS', name = 'NORDAVIND HANDEL AS', postcode = '8900' } = entry;
  const { bankrupt = false, woundUp = false, forced = false, vat = true } = entry;
  return {
    ...(kind !== null && { respons_klasse: kind }),
    organisasjonsnummer: entry.number ?? number,
    navn: name,
    organisasjonsform: { kode: form, beskrivelse: form, _links: { self: { href: `http://127.0.0.1/former/${form}` } } },
    ...(postcode !== null && { forretningsadresse: addressOf(postcode) }),
    registreringsdatoEnhetsregisteret: '2015-03-12',
    registrertIForetaksregisteret: true,
    ...(vat !== null && { registrertIMvaregisteret: vat }),
    ...(bankrupt !== null && { konkurs: bankrupt }),
    ...(woundUp !== null && { underAvvikling: woundUp }),
    ...(forced !== null && { underTvangsavviklingEllerTvangsopplosning: forced }),
    epostadresse: 'canary@example.invalid',
    ...entry.more,
    _links: { self: { href: `http://127.0.0.1/enheter/${number}` } },
  };
}

function subEntityOf(number: string): JsonObject {
  return {
    respons_klasse: 'Underenhet',
    organisasjonsnummer: number,
    navn: 'CANARY OLE HANSEN TRANSPORT',
    organisasjonsform: { kode: 'BEDR', beskrivelse: 'Underenhet til næringsdrivende' },
    overordnetEnhet: '923609016',
    registrertIMvaregisteret: false,
    registreringsdatoEnhetsregisteret: '2016-01-02',
    beliggenhetsadresse: addressOf('8901'),
  };
}

function deletedOf(number: string): JsonObject {
  return {
    respons_klasse: 'SlettetEnhet',
    organisasjonsnummer: number,
    navn: 'NORDAVIND HANDEL AS',
    organisasjonsform: { kode: 'AS', beskrivelse: 'Aksjeselskap' },
    slettedato: '2025-12-24',
  };
}
