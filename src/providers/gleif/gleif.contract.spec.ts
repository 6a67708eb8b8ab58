import { describeAdapterContract } from '../../../test/support/adapter-contract.js';
import { leiOf, startGleifVendor } from '../../../test/vendors/gleif/gleif.vendor.js';
import { GleifAdapter } from './gleif.adapter.js';

const [issued, proprietor, lapsed, moving] = ['ISSUED', 'PERSON', 'LAPSED', 'MOVING'].map((name) =>
  leiOf(name.padEnd(18, '0')),
) as [string, string, string, string];
const checked = { verificationType: 'business_entity', checkType: 'lei' } as const;
const connectionTo = (url: string) => ({ settings: { base_url: url }, credentials: {} });

describeAdapterContract({
  adapter: GleifAdapter,
  referenceIsSubjects: true,
  cases: [
    {
      ...checked,
      name: 'an identifier that is kept up',
      input: { lei: issued, legal_name: 'Northwind Traders' },
      outcome: 'verified',
      reason: 'lei_issued',
    },
    {
      ...checked,
      name: 'a sole proprietor',
      input: { lei: proprietor },
      outcome: 'verified',
      reason: 'lei_issued',
      privateValues: ['Canary-Erika', 'Hafenstr. 1'],
    },
    { ...checked, name: 'one that was not renewed', input: { lei: lapsed }, outcome: 'failed', reason: 'lei_lapsed' },
    {
      ...checked,
      name: 'one that is being validated',
      input: { lei: moving },
      outcome: 'pending',
      reason: 'register_status_unclear',
    },
  ],
  network: {
    start: async () => {
      const vendor = await startGleifVendor();
      vendor.put(issued);
      vendor.put(proprietor, { category: 'SOLE_PROPRIETOR', name: 'Canary-Erika Mustermann' });
      vendor.put(lapsed, { registration: 'LAPSED' });
      vendor.put(moving, { registration: 'PENDING_VALIDATION', documented: false });
      return { connection: connectionTo(vendor.url), close: () => vendor.close(), requests: vendor.requests };
    },
    connectionTo,
    incomplete: [
      ['an address of HTTP', connectionTo('file:///etc/passwd')],
      ['settings that are known', { settings: { surprise: true }, credentials: {} }],
    ],
    reference: issued,
    probes: [{ asked: ['GET /lei-records/506700GE1G29325QX363'] }],
  },
});
