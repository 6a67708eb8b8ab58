import { describeAdapterContract } from '../../../test/support/adapter-contract.js';
import { startSwissUidVendor } from '../../../test/vendors/swiss-uid/swiss-uid.vendor.js';
import { SwissUidAdapter } from './swiss-uid.adapter.js';

const [active, deleted, provisional] = ['116281710', '105835432', '107787577'] as const;
const register = { verificationType: 'business_entity', checkType: 'company_register' } as const;
const vat = { verificationType: 'business_entity', checkType: 'vat_number' } as const;
const privateValues = ['Canary-Gasse', 'Canary-Keller'];
const connectionTo = (url: string) => ({ settings: { base_url: url }, credentials: {} });

describeAdapterContract({
  adapter: SwissUidAdapter,
  referenceIsSubjects: true,
  cases: [
    {
      ...register,
      name: 'an enterprise that is registered',
      input: { uid: 'CHE-116.281.710' },
      outcome: 'verified',
      reason: 'register_active',
      privateValues,
    },
    {
      ...vat,
      name: 'an enterprise that pays VAT',
      input: { uid: 'CHE-116.281.710 MWST' },
      outcome: 'verified',
      reason: 'vat_registered',
      privateValues,
    },
    {
      ...register,
      name: 'one that was deleted',
      input: { uid: deleted },
      outcome: 'failed',
      reason: 'company_removed',
    },
    {
      ...register,
      name: 'one that is provisional',
      input: { uid: provisional },
      outcome: 'pending',
      reason: 'register_status_unclear',
    },
  ],
  network: {
    start: async () => {
      const vendor = await startSwissUidVendor();
      vendor.put(active, { name: 'Canary-Keller' });
      vendor.put(deleted, { status: '6' });
      vendor.put(provisional, { status: '1' });
      return { connection: connectionTo(vendor.url), close: () => vendor.close(), requests: vendor.requests };
    },
    connectionTo,
    incomplete: [
      ['an address of HTTP', connectionTo('file:///etc/passwd')],
      ['settings that are known', { settings: { surprise: true }, credentials: {} }],
      ['a namespace that is one', { settings: { identifier_namespace: 'http://x"><y' }, credentials: {} }],
    ],
    reference: `CHE${active}`,
    probes: [{ asked: ['POST '] }],
  },
});
