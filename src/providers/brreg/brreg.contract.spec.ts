import { describeAdapterContract } from '../../../test/support/adapter-contract.js';
import { startBrregVendor } from '../../../test/vendors/brreg/brreg.vendor.js';
import { BrregAdapter } from './brreg.adapter.js';

const register = { verificationType: 'business_entity', checkType: 'company_register' } as const;
const vat = { verificationType: 'business_entity', checkType: 'vat_number' } as const;
const connectionTo = (url: string) => ({ settings: { base_url: url }, credentials: {} });
const [company, proprietor, deleted, place, unknown] = [
  '923609016',
  '974760673',
  '914778271',
  '912660680',
  '985399077',
];
const ADDRESS = ['Havnegata 48', 'Canary-Erika', '8900', 'canary@example.invalid'];

describeAdapterContract({
  adapter: BrregAdapter,
  referenceIsSubjects: true,
  cases: [
    {
      ...register,
      name: 'a company',
      input: { organization_number: 'NO 923 609 016 MVA', company_name: 'Nordavind Handel', postcode: '8900' },
      outcome: 'verified',
      reason: 'register_active',
      privateValues: ADDRESS,
    },
    {
      ...register,
      name: 'a sole proprietor',
      input: { organization_number: proprietor, company_name: 'Canary-Ole Hansen Transport' },
      outcome: 'verified',
      reason: 'register_active',
      privateValues: [...ADDRESS, 'Canary-Ole', 'CANARY-OLE', 'HANSEN'],
    },
    {
      ...register,
      name: 'a deleted company',
      input: { organization_number: deleted },
      outcome: 'failed',
      reason: 'company_dissolved',
    },
    {
      ...register,
      name: 'a number that nobody has',
      input: { organization_number: unknown },
      outcome: 'failed',
      reason: 'company_not_found',
    },
    {
      ...register,
      name: 'a place of business',
      input: { organization_number: place },
      outcome: 'pending',
      reason: 'register_status_unclear',
      privateValues: ['CANARY', 'HANSEN', 'Havnegata 48', '8901'],
    },
    {
      ...vat,
      name: 'a company that is registered for VAT',
      input: { organization_number: company },
      outcome: 'verified',
      reason: 'vat_registered',
      privateValues: ADDRESS,
    },
    {
      ...vat,
      name: 'a sole proprietor who is not',
      input: { organization_number: proprietor },
      outcome: 'failed',
      reason: 'vat_not_registered',
      privateValues: [...ADDRESS, 'CANARY-OLE', 'HANSEN'],
    },
  ],
  network: {
    start: async () => {
      const vendor = await startBrregVendor();
      vendor.put(company);
      vendor.put(proprietor, { form: 'ENK', name: 'CANARY-OLE HANSEN TRANSPORT', vat: false });
      vendor.putDeleted(deleted);
      vendor.putSubEntity(place);
      return { connection: connectionTo(vendor.url), close: () => vendor.close(), requests: vendor.requests };
    },
    connectionTo,
    incomplete: [
      ['an address of HTTP', connectionTo('file:///etc/passwd')],
      ['settings that are known', { settings: { surprise: true }, credentials: {} }],
    ],
    reference: company,
    probes: [{ asked: ['GET /enheter/974760673'] }],
  },
});
