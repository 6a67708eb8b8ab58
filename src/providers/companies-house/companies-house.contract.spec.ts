import { describeAdapterContract } from '../../../test/support/adapter-contract.js';
import { startCompaniesHouseVendor } from '../../../test/vendors/companies-house/companies-house.vendor.js';
import { CompaniesHouseAdapter } from './companies-house.adapter.js';

const checked = { verificationType: 'business_entity', checkType: 'company_register' } as const;
const KEY = 'ch-key-7d1f0c';
const connectionTo = (url: string, apiKey = KEY) => ({ settings: { base_url: url }, credentials: { api_key: apiKey } });
const ADDRESS = ['1 Harbour Street', 'Canary-Erika', 'Cardiff', 'CF14 3UZ', 'CF143UZ'];

describeAdapterContract({
  adapter: CompaniesHouseAdapter,
  referenceIsSubjects: true,
  cases: [
    {
      ...checked,
      name: 'an active company',
      input: { company_number: '1234567', company_name: 'Northwind Traders', postcode: 'cf14 3uz' },
      outcome: 'verified',
      reason: 'register_active',
      privateValues: ADDRESS,
    },
    {
      ...checked,
      name: 'a dissolved company',
      input: { company_number: 'SC000002' },
      outcome: 'failed',
      reason: 'company_dissolved',
      privateValues: ADDRESS,
    },
    {
      ...checked,
      name: 'a number that nobody has',
      input: { company_number: '99999999' },
      outcome: 'failed',
      reason: 'company_not_found',
    },
    {
      ...checked,
      name: 'a company with another postcode',
      input: { company_number: '1234567', postcode: 'EH1 1ZZ' },
      outcome: 'pending',
      reason: 'name_mismatch',
      privateValues: [...ADDRESS, 'EH1 1ZZ'],
    },
  ],
  network: {
    start: async () => {
      const vendor = await startCompaniesHouseVendor();
      vendor.put('01234567');
      vendor.put('SC000002', { status: 'dissolved' });
      return {
        connection: connectionTo(vendor.url, vendor.apiKey),
        close: () => vendor.close(),
        requests: vendor.requests,
      };
    },
    connectionTo,
    incomplete: [
      ['a key', { settings: {}, credentials: {} }],
      ['a key with something in it', connectionTo('http://127.0.0.1:9', '')],
      ['an address of HTTP', connectionTo('file:///etc/passwd')],
      ['an environment that exists', { settings: { environment: 'test' }, credentials: { api_key: KEY } }],
      ['settings that are known', { settings: { surprise: true }, credentials: { api_key: KEY } }],
    ],
    reference: '01234567',
    probes: [{ asked: ['GET /company/00000006'], wrong: { api_key: 'another' } }],
  },
});
