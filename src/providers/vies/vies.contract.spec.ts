import { describeAdapterContract } from '../../../test/support/adapter-contract.js';
import { startViesVendor } from '../../../test/vendors/vies/vies.vendor.js';
import { ViesAdapter } from './vies.adapter.js';

const checked = { verificationType: 'business_entity', checkType: 'vat_number' } as const;
const connectionTo = (url: string) => ({ settings: { base_url: url }, credentials: {} });

describeAdapterContract({
  adapter: ViesAdapter,
  refusedReason: 'network_error',
  cases: [
    {
      ...checked,
      name: 'a registered number',
      input: { vat_number: 'PL7740001454', trader_name: 'Canary-Asked GmbH' },
      outcome: 'verified',
      reason: 'vat_registered',
      privateValues: ['Canary-Asked', 'Canary-Kowalska', 'Chemików 7', '7740001454'],
    },
    {
      ...checked,
      name: 'a number that is not registered',
      input: { vat_number: '315037332', country: 'DE' },
      outcome: 'failed',
      reason: 'vat_not_registered',
      privateValues: ['315037332'],
    },
    {
      ...checked,
      name: 'a number of another form',
      input: { vat_number: 'DE12' },
      outcome: 'failed',
      reason: 'identifier_format_invalid',
    },
    {
      ...checked,
      name: 'a register that is not there',
      input: { vat_number: 'IT00905811006' },
      outcome: 'pending',
      reason: 'member_state_unavailable',
    },
  ],
  network: {
    start: async () => {
      const vendor = await startViesVendor();
      vendor.put('PL7740001454', { name: 'Canary-Kowalska', address: 'Chemików 7\n09-411 Płock' });
      vendor.put('IT00905811006', { errors: ['MS_UNAVAILABLE'] });
      return { connection: connectionTo(vendor.url), close: () => vendor.close(), requests: vendor.requests };
    },
    connectionTo,
    incomplete: [
      ['an address of HTTP', connectionTo('file:///etc/passwd')],
      ['settings that are known', { settings: { surprise: true }, credentials: {} }],
      ["the country of the organization's number", { settings: { requester_vat: '146295999' }, credentials: {} }],
      [
        "the form of the organization's number",
        { settings: { requester_country: 'DE', requester_vat: '12' }, credentials: {} },
      ],
    ],
    reference: 'WAPIAAAAZNgfuVoL',
    probes: [{ asked: ['GET /check-status'], down: 'network_error' }],
  },
});
