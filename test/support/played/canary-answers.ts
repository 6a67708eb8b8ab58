import type { JsonObject } from '#app/platform/json.js';
import { organizationNumber } from '../../vendors/brreg/brreg.vendor.js';
import { leiOf } from '../../vendors/gleif/gleif.vendor.js';
import { answering, type Script } from '../scripted-vendor.js';
import type { PlayedProvider, PlayedProviders } from './played-providers.js';

/** What inputs hold of people. */
export const SUBJECTS: readonly string[] = [
  ...['Wilhelmina Oberhuber', '1964-08-12', 'C01X00T47', 'Seehofgasse 12', '143454214', '146295999'],
  ...['987654320', 'Canary-Northwind', 'Hjalmar Birkeland', 'Canary-Lindqvist', 'LX440917B', '+4369910203040'],
  'canary-lindqvist@example.invalid',
];

/** What vendors answer of people who are not the customer's business to name: owners, officers, the listed, addresses. */
export const OWNERS: string[] = [
  ...['Canary-Owner Wirtz', 'Canary-Strasse 7', 'Canary-Trader Sully', '131B Barton Hamlet', 'Hafenstr. 1'],
  ...['Canary-Erika Mustermann', 'Havnegata 48', 'canary@example.invalid', 'Canary-Ivanna', 'Canary-Gasse'],
  ...['Words about Canary-Erika', 'Canary-Sole Proprietor', 'Canary-Enkelmann', '1962-01-31', 'canary-analyst'],
  ...['Canary-Found', 'Canary-Street 1'],
];

/** What odd answers hold and nobody keeps as a rule. */
export const NOWHERE: readonly string[] = [
  '98-7654320',
  'Canary-Odd Person',
  'canary-odd-token-77',
  '1971-09-30',
  'C02X11U58',
];

const odd = {
  name: 'Canary-Odd Person',
  token: 'canary-odd-token-77',
  date_of_birth: '1971-09-30',
  document: 'C02X11U58',
};
const words = Object.values(odd).join(' ');
const page = `<!doctype html><title>${words}</title><p>${words}`;
const everywhere = {
  ...odd,
  error: words,
  message: words,
  detail: words,
  errors: [{ message: words, parameter: words }],
};
const headers = { 'x-token': odd.token, 'www-authenticate': `Bearer error="${words}"`, 'x-request-id': odd.name };

/** What vendors, and boxes in front of them, may answer: names and tokens in places where none belong. */
export const ODD_ANSWERS: readonly Script[] = [
  answering(200, page, { ...headers, 'content-type': 'text/html' }),
  answering(200, everywhere, headers),
  answering(200, `{"name":"${words}","errors":["${words}`, headers),
  answering(200, { ...everywhere, status: words, code: words, id: words, errorWrappers: [{ error: words }] }),
  answering(301, page, { location: `http://127.0.0.1:1/${encodeURIComponent(words)}` }),
  answering(400, { ...everywhere, code: words, header: { statut: 400, message: words } }, headers),
  answering(401, everywhere, headers),
  answering(403, page, { ...headers, 'content-type': 'text/html' }),
  answering(404, { ...everywhere, code: words, organisasjonsnummer: words }, headers),
  answering(422, everywhere, headers),
  answering(429, everywhere, { ...headers, 'retry-after': words }),
  answering(500, `<s:Envelope><s:Body><s:Fault><faultstring>${words}</faultstring></s:Fault></s:Body></s:Envelope>`),
  answering(503, page, headers),
  (response) => response.socket?.end(`${words}\r\n${words}\r\n`),
];

/** A check whose input or answer is about a person. */
export interface CanaryCheck {
  readonly verification_type: string;
  readonly check_type: string;
  readonly input: JsonObject;
  arrange(vendors: PlayedProviders): void;
  /** What of it the evidence must hold. */
  readonly told: string[];
}

const NORWEGIAN = organizationNumber('92360901') ?? '';
const LEI = leiOf('5493001KJTIIGC8Y1R');
const entity = (check_type: string): Pick<CanaryCheck, 'verification_type' | 'check_type'> => ({
  ...{ verification_type: 'business_entity', check_type },
});
const screening = { verification_type: 'screening', check_type: 'sanctions' };
const nothing = (): void => undefined;

/** One for each provider. */
export const CANARY_CHECKS: Readonly<Record<PlayedProvider, CanaryCheck>> = {
  vies: {
    ...entity('vat_number'),
    input: { vat_number: 'DE143454214', trader_name: 'Wilhelmina Oberhuber', trader_street: 'Seehofgasse 12' },
    arrange: ({ vies }) => {
      vies.put('DE143454214', { name: 'Canary-Owner Wirtz', address: 'Canary-Strasse 7' });
    },
    told: ['143454214', 'Wilhelmina Oberhuber', 'Seehofgasse 12', 'Canary-Owner Wirtz', 'Canary-Strasse 7'],
  },
  hmrc_vat: {
    ...entity('vat_number'),
    input: { vat_number: 'GB146295999' },
    arrange: ({ hmrc_vat }) => {
      hmrc_vat.put('146295999', { name: 'Canary-Trader Sully' });
    },
    told: ['146295999', 'Canary-Trader Sully', '131B Barton Hamlet'],
  },
  gleif: {
    ...entity('lei'),
    input: { lei: LEI, legal_name: 'Wilhelmina Oberhuber' },
    arrange: ({ gleif }) => {
      gleif.put(LEI, { category: 'SOLE_PROPRIETOR', name: 'Canary-Sole Proprietor' });
    },
    told: ['Wilhelmina Oberhuber', 'Canary-Sole Proprietor', 'Hafenstr. 1'],
  },
  companies_house: {
    ...entity('company_register'),
    input: { company_number: '00000006', company_name: 'Wilhelmina Oberhuber' },
    arrange: ({ companies_house }) => {
      companies_house.put('00000006');
    },
    told: ['Wilhelmina Oberhuber', 'Canary-Erika Mustermann'],
  },
  brreg: {
    ...entity('company_register'),
    input: { organization_number: NORWEGIAN, company_name: 'Hjalmar Birkeland' },
    arrange: ({ brreg }) => {
      brreg.put(NORWEGIAN, { form: 'ENK', name: 'Canary-Enkelmann' });
    },
    told: [
      'Hjalmar Birkeland',
      'Canary-Enkelmann',
      'Canary-Erika Mustermann',
      'Havnegata 48',
      'canary@example.invalid',
    ],
  },
  opensanctions: {
    ...screening,
    input: {
      ...{ entity_type: 'person', name: 'Wilhelmina Oberhuber', birth_date: '1964-08-12' },
      ...{ id_number: 'C01X00T47', address: 'Seehofgasse 12' },
    },
    arrange: ({ opensanctions }) => {
      opensanctions.list('Wilhelmina Oberhuber', { score: 0.9, topics: ['role.pep', 'sanction'] });
    },
    told: ['Wilhelmina Oberhuber', '1964-08-12', 'C01X00T47', 'Seehofgasse 12', 'Canary-Ivanna'],
  },
  watchman: {
    ...screening,
    input: { entity_type: 'person', name: 'Wilhelmina Oberhuber', birth_date: '1964-08-12' },
    arrange: ({ watchman }) => {
      watchman.list('Wilhelmina Oberhuber', { match: 0.9 });
    },
    told: ['Wilhelmina Oberhuber', '1964-08-12', 'Canary-Ivanna'],
  },
  middesk: {
    ...entity('kyb'),
    input: {
      ...{ name: 'Canary-Northwind LLC', address: 'Seehofgasse 12, Albany, NY 12207', tin: '98-7654320' },
      people: [{ name: 'Hjalmar Birkeland' }],
    },
    arrange: nothing,
    told: ['Canary-Northwind', 'Seehofgasse 12', '987654320', 'Hjalmar Birkeland', 'Words about Canary-Erika'],
  },
  swiss_uid: {
    ...entity('company_register'),
    input: { uid: 'CHE-116.281.710', company_name: 'Wilhelmina Oberhuber' },
    arrange: ({ swiss_uid }) => {
      swiss_uid.put('116281710');
    },
    told: ['Wilhelmina Oberhuber', 'Canary-Gasse'],
  },
  sirene: {
    ...entity('company_register'),
    input: { siren: '732829320' },
    arrange: ({ sirene }) => {
      sirene.put('732829320');
    },
    told: ['Canary-Erika'],
  },
  complyadvantage: {
    ...screening,
    input: { entity_type: 'person', name: 'Wilhelmina Oberhuber', birth_date: '1964-08-12' },
    arrange: ({ complyadvantage }) => {
      complyadvantage.put('Wilhelmina Oberhuber', { hits: [['sanction', 'Canary-Owner Wirtz']] });
    },
    told: ['Wilhelmina Oberhuber', '1964-08-12', 'Canary-Ivanna', '1962-01-31', 'canary-analyst'],
  },
  trulioo: {
    ...{ verification_type: 'identity', check_type: 'database' },
    input: {
      ...{ country: 'AT', given_name: 'Wilhelmina', family_name: 'Canary-Lindqvist', birth_date: '1964-08-12' },
      ...{ street_name: 'Seehofgasse 12', phone_number: '+4369910203040' },
      email_address: 'canary-lindqvist@example.invalid',
      national_ids: [{ number: 'LX440917B', type: 'NationalID' }],
    },
    arrange: nothing,
    told: [
      ...['Canary-Lindqvist', '1964-08-12', 'Seehofgasse 12', '+4369910203040', 'canary-lindqvist@example.invalid'],
      ...['LX440917B', 'Canary-Found', 'Canary-Street 1'],
    ],
  },
};
