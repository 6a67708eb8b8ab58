import { z } from 'zod';
import { FetchHttp } from '../platform/http.js';
import type { JsonObject } from '../platform/json.js';
import { ScriptedClock } from '../../test/support/scripted-clock.js';
import { addressLine, type Customer } from './customer.js';
import { wiredAdapters } from './provider-registry.js';

const ADAPTERS = wiredAdapters({ clock: new ScriptedClock(), http: new FetchHttp() }, 'all');
const CHECKS = ADAPTERS.flatMap(({ provider, checks }) =>
  checks.flatMap((check) => (check.fromCustomer ? [{ ...check, provider, fromCustomer: check.fromCustomer }] : [])),
);

const COMPANY: Customer = {
  entityType: 'organization',
  legalName: 'Beispiel Ltd',
  registrationNumber: '12345678',
  lei: '5493001KJTIIGC8Y1R12',
  taxIdentifiers: { eu_vat: 'DE143454214', gb_vat: 'GB553557881', us_ein: '12-3456780' },
  address: { street: '1 Harbor St', city: 'Dover', region: 'DE', postalCode: '19901', country: 'US' },
};
const PERSON: Customer = { entityType: 'person', legalName: 'Ada Examplesson', birthDate: '1970-01-01', country: 'SE' };

/** What a check's input is filled in with. */
function filled(provider: string, checkType: string, customer: Customer, given: JsonObject = {}): JsonObject {
  const check = CHECKS.find((one) => one.provider === provider && one.checkType === checkType);
  const members = Object.entries(check?.fromCustomer ?? {}).map(([name, of]) => [name, of(customer, given)] as const);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined)) as JsonObject;
}

describe('what a check takes of a customer', () => {
  it('is declared by the checks about companies and screened names', () => {
    expect(CHECKS.map(({ provider }) => provider)).toEqual(
      expect.arrayContaining([
        ...['brreg', 'companies_house', 'gleif', 'hmrc_vat', 'middesk'],
        ...['opensanctions', 'sirene', 'swiss_uid', 'vies', 'watchman'],
      ]),
    );
  });

  it.each(CHECKS.map((check) => [check.provider, check.checkType, check] as const))(
    'goes into members that %s %s has',
    (_provider, _checkType, { input, fromCustomer }) => {
      const { properties = {} } = z.toJSONSchema(input, { io: 'input' });
      expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(fromCustomer)));
    },
  );

  it.each(
    CHECKS.flatMap(({ provider, checkType }) =>
      [COMPANY, PERSON, {}].map((one) => [provider, checkType, one] as const),
    ),
  )('has no form that %s %s refuses, of %j', (provider, checkType, customer) => {
    const adapter = ADAPTERS.find((one) => one.provider === provider);
    const check = adapter?.checks.find((one) => one.checkType === checkType);
    for (const country of ['GB', 'NO', 'CH', 'FR', 'US', 'GR', undefined]) {
      const given = filled(provider, checkType, { ...customer, ...(country && { country }) });
      const issues = check?.input.safeParse(given).error?.issues ?? [];
      // Only what is missing may be wrong.
      expect(issues.filter(({ path }) => path.length === 0 || Object.hasOwn(given, String(path[0])))).toEqual([]);
    }
  });

  it.each<[string, string, Customer, JsonObject]>([
    ['vies', 'vat_number', { taxIdentifiers: { eu_vat: 'DE143454214' }, country: 'FR' }, { vat_number: 'DE143454214' }],
    [
      'vies',
      'vat_number',
      { taxIdentifiers: { eu_vat: '094259216' }, country: 'GR' },
      { vat_number: '094259216', country: 'GR' },
    ],
    ['vies', 'vat_number', { taxIdentifiers: { eu_vat: '094259216' }, country: 'US' }, { vat_number: '094259216' }],
    ['vies', 'vat_number', { taxIdentifiers: { gb_vat: 'GB553557881' } }, {}],
    ['hmrc_vat', 'vat_number', COMPANY, { vat_number: 'GB553557881' }],
    ['hmrc_vat', 'vat_number', { taxIdentifiers: { eu_vat: 'DE143454214' } }, {}],
    ['companies_house', 'company_register', { country: 'GB', registrationNumber: '6' }, { company_number: '6' }],
    ['companies_house', 'company_register', { country: 'DE', registrationNumber: '6' }, {}],
    ['companies_house', 'company_register', { registrationNumber: '6' }, {}],
    ['brreg', 'vat_number', { country: 'NO', registrationNumber: '923609016' }, { organization_number: '923609016' }],
    ['swiss_uid', 'vat_number', { country: 'CH', registrationNumber: 'CHE-1' }, { uid: 'CHE-1' }],
    ['sirene', 'company_register', { country: 'FR', registrationNumber: '732 829 320' }, { siren: '732 829 320' }],
    [
      'sirene',
      'company_register',
      { country: 'FR', registrationNumber: '732 829 320 00074' },
      { siren: '732 829 320' },
    ],
    [
      'sirene',
      'company_site',
      { country: 'FR', registrationNumber: '732 829 320 00074' },
      { siret: '732 829 320 00074' },
    ],
    ['sirene', 'company_site', { country: 'FR', registrationNumber: '732 829 320' }, {}],
    ['middesk', 'kyb', COMPANY, { name: 'Beispiel Ltd', address: '1 Harbor St, Dover, DE 19901', tin: '12-3456780' }],
    ['middesk', 'kyb', { address: { street: 'Weg 1', city: 'Bonn', country: 'DE' } }, {}],
    ['watchman', 'sanctions', PERSON, { entity_type: 'person', name: 'Ada Examplesson', birth_date: '1970-01-01' }],
    ['watchman', 'sanctions', COMPANY, { entity_type: 'organization', name: 'Beispiel Ltd' }],
    [
      'opensanctions',
      'pep',
      PERSON,
      { entity_type: 'person', name: 'Ada Examplesson', birth_date: '1970-01-01', country: 'SE' },
    ],
    [
      'opensanctions',
      'sanctions',
      { entityType: 'organization', legalName: 'A', country: 'GB', registrationNumber: '6', birthDate: '1970' },
      { entity_type: 'legal_entity', name: 'A', country: 'GB', jurisdiction: 'GB', registration_number: '6' },
    ],
  ])('is for %s %s and %j: %j', (provider, checkType, customer, expected) => {
    expect(filled(provider, checkType, customer)).toEqual(expected);
  });

  it.each<[string, string, { customer: Customer; given: JsonObject; most: readonly string[] }]>([
    // The details of the customer with the name of another would find neither.
    ['watchman', 'sanctions', { customer: PERSON, given: { name: 'Somebody Else' }, most: [] }],
    ['opensanctions', 'pep', { customer: PERSON, given: { name: 'Somebody Else' }, most: [] }],
    // A kind that was given decides which details there may be.
    ['watchman', 'sanctions', { customer: PERSON, given: { entity_type: 'organization' }, most: ['name'] }],
    // A number that was given may be of another country than the customer.
    ['vies', 'vat_number', { customer: { ...COMPANY, country: 'FR' }, given: { vat_number: 'DE143454214' }, most: [] }],
  ])(
    'is for %s %s and %j nothing that contradicts what was given',
    (provider, checkType, { customer, given, most }) => {
      const names = Object.keys(filled(provider, checkType, customer, given));
      expect(names.filter((name) => !Object.hasOwn(given, name))).toEqual(most);
    },
  );
});

describe('an address in one line', () => {
  it.each([
    [{ street: '1 Harbor St', city: 'Dover', region: 'DE', postalCode: '19901' }, '1 Harbor St, Dover, DE 19901'],
    [{ street: '1 Harbor St', postalCode: '19901' }, '1 Harbor St, 19901'],
    [{ street: '1 Harbor St', city: 'Dover' }, '1 Harbor St, Dover'],
    [{ street: '1 Harbor St' }, undefined],
    [{ city: 'Dover', postalCode: '19901' }, undefined],
    [undefined, undefined],
  ])('is of %j: %j', (address, line) => {
    expect(addressLine({ address })).toBe(line);
  });
});
