import { describeAdapterContract } from '../../../test/support/adapter-contract.js';
import { startSireneVendor } from '../../../test/vendors/sirene/sirene.vendor.js';
import { SireneAdapter } from './sirene.adapter.js';

const key = 'canary-api-key';
const [active, ceased, open, twofold] = ['732829320', '552100554', '73282932000074', '443061841'] as const;
const company = { verificationType: 'business_entity', checkType: 'company_register' } as const;
const privateValues = ['Canary-Erika', 'Canary-Vent', 'Canary-Quai'];
const connectionTo = (url: string) => ({ settings: { base_url: url }, credentials: { api_key: key } });

describeAdapterContract({
  adapter: SireneAdapter,
  referenceIsSubjects: true,
  cases: [
    {
      ...company,
      name: 'a company that is active',
      input: { siren: '732 829 320' },
      outcome: 'verified',
      reason: 'register_active',
      privateValues,
    },
    {
      ...company,
      checkType: 'company_site',
      name: 'a site that is open',
      input: { siret: open },
      outcome: 'verified',
      reason: 'register_active',
      privateValues,
    },
    {
      ...company,
      name: 'a company that has ceased',
      input: { siren: ceased },
      outcome: 'failed',
      reason: 'company_dissolved',
    },
    {
      ...company,
      name: 'a company of an unknown state',
      input: { siren: twofold },
      outcome: 'pending',
      reason: 'provider_response_unrecognised',
    },
  ],
  network: {
    start: async () => {
      const vendor = await startSireneVendor(key);
      vendor.put(active);
      vendor.put(open);
      vendor.put(ceased, { state: 'C', past: ['A'] });
      vendor.put(twofold, { state: 'X' });
      return { connection: connectionTo(vendor.url), close: () => vendor.close(), requests: vendor.requests };
    },
    connectionTo,
    incomplete: [
      ['a key', { settings: {}, credentials: {} }],
      ['characters in the key', { settings: {}, credentials: { api_key: '' } }],
      ['a key in one line', { settings: {}, credentials: { api_key: 'a\r\nb' } }],
      ['an address of HTTP', connectionTo('file:///etc/passwd')],
      ['a header that is one', { settings: { key_header: 'a b' }, credentials: { api_key: key } }],
    ],
    reference: active,
    probes: [
      { name: 'to INSEE', asked: ['GET /siren/120027016'], wrong: { api_key: 'another' } },
      {
        name: 'to the open search',
        ...{ settings: { service: 'search' }, credentials: {} },
        asked: ['GET /search?q=120027016'],
      },
    ],
  },
});
