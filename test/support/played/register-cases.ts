import { organizationNumber } from '../../vendors/brreg/brreg.vendor.js';
import { leiOf } from '../../vendors/gleif/gleif.vendor.js';
import type { ProviderCase } from './provider-case.js';

const ENTITY = { verificationType: 'business_entity' } as const;
const LEI = leiOf('5493001KJTIIGC8Y1R');
const NORWEGIAN = organizationNumber('92360901') ?? '';

/** The checks of registers. */
export const REGISTER_CASES: readonly ProviderCase[] = [
  {
    ...{ provider: 'gleif', ...ENTITY, checkType: 'lei', away: 'provider_unavailable' },
    passes: {
      input: { lei: LEI, legal_name: 'northwind traders', country: 'DE' },
      arrange: ({ gleif }) => {
        gleif.put(LEI);
      },
      ...{ reason: 'lei_issued', reference: new RegExp(`^${LEI}$`), until: '2026-09-30T00:00:00.000000Z' },
      payload: {
        ...{ registration_status: 'ISSUED', entity_status: 'ACTIVE', category: 'GENERAL', jurisdiction: 'DE' },
        ...{ legal_name: 'Northwind Traders GmbH', corroboration_level: 'FULLY_CORROBORATED' },
        ...{ next_renewal_date: '2026-09-30T00:00:00Z', data_version: '2026-01-31T08:00:00Z' },
        ...{ name_match: 'same', country_match: 'same' },
      },
    },
    fails: { input: { lei: leiOf('UNKNOWN00000000000') }, reason: 'lei_not_found' },
    later: {
      arrange: ({ gleif }) => {
        gleif.put(LEI, { registration: 'LAPSED' });
      },
      said: ['expired', 'lei_lapsed'],
    },
    review: {
      input: { lei: LEI, legal_name: 'Southwind' },
      arrange: ({ gleif }) => {
        gleif.put(LEI);
      },
      reason: 'name_mismatch',
    },
  },
  {
    ...{ provider: 'companies_house', ...ENTITY, checkType: 'company_register', away: 'provider_unavailable' },
    passes: {
      input: { company_number: 'sc1234', postcode: 'cf143uz' },
      arrange: ({ companies_house: register }) => {
        register.put('SC001234');
      },
      ...{ reason: 'register_active', reference: /^SC001234$/, until: '2026-06-28T00:00:00.000000Z' },
      payload: {
        ...{ company_status: 'active', company_name: 'NORTHWIND TRADERS LIMITED', company_type: 'ltd' },
        ...{ jurisdiction: 'england-wales', date_of_creation: '2020-02-03', strike_off_proposed: false },
        ...{ accounts_overdue: false, confirmation_statement_overdue: false, postcode_match: 'same' },
        ...{ confirmation_statement_due: '2026-06-14', registered_office_in_dispute: false },
        registered_office_undeliverable: false,
      },
    },
    fails: { input: { company_number: '09999999' }, reason: 'company_not_found' },
    later: {
      arrange: ({ companies_house: register }) => {
        register.put('SC001234', { status: 'dissolved' });
      },
      said: ['failed', 'company_dissolved'],
    },
    review: {
      input: { company_number: '00000006' },
      arrange: ({ companies_house: register }) => {
        register.put('00000006', { detail: 'active-proposal-to-strike-off' });
      },
      reason: 'strike_off_proposed',
    },
  },
  {
    ...{ provider: 'brreg', ...ENTITY, checkType: 'vat_number', away: 'provider_unavailable' },
    passes: {
      input: { organization_number: `NO${NORWEGIAN}MVA` },
      arrange: ({ brreg }) => {
        brreg.put(NORWEGIAN);
      },
      ...{ reason: 'vat_registered', reference: new RegExp(`^${NORWEGIAN}$`), until: 90 },
      payload: {
        ...{ unit: 'entity', organization_form: 'AS', company_name: 'NORDAVIND HANDEL AS' },
        ...{ registered_on: '2015-03-12', in_vat_register: true, in_business_register: true },
        ...{ bankrupt: false, being_wound_up: false, being_wound_up_by_force: false },
      },
    },
    fails: { input: { organization_number: organizationNumber('98765431') ?? '' }, reason: 'company_not_found' },
    later: {
      arrange: ({ brreg }) => {
        brreg.putDeleted(NORWEGIAN);
      },
      said: ['failed', 'company_dissolved'],
    },
    review: {
      input: { organization_number: NORWEGIAN, company_name: 'Sørvind' },
      arrange: ({ brreg }) => {
        brreg.put(NORWEGIAN);
      },
      reason: 'name_mismatch',
    },
  },
];
