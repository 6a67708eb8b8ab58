import { type ContractCase, describeAdapterContract } from '../../../test/support/adapter-contract.js';
import { startTruliooVendor } from '../../../test/vendors/trulioo/trulioo.vendor.js';
import { TruliooAdapter } from './trulioo.adapter.js';

const credentials = { client_id: 'canary-client-9c4a', client_secret: 'canary-secret-1be2' };
const at = { base_url: 'http://127.0.0.1:1', terms_accepted: true };
const connectionTo = (base_url: string) => ({ settings: { ...at, base_url }, credentials });

function stated(family_name: string, expected: Partial<ContractCase>): ContractCase {
  return {
    name: family_name,
    verificationType: 'identity',
    checkType: 'database',
    input: {
      country: 'DE',
      given_name: 'Canary-Erika',
      family_name,
      birth_date: '1964-08-12',
      street_name: 'Canary-Gasse',
      national_ids: [{ number: 'CANARY01X00T47', type: 'TaxID' }],
    },
    outcome: 'pending',
    reason: 'manual_review',
    privateValues: [
      'Canary-Erika',
      family_name,
      '1964',
      'Canary-Gasse',
      'CANARY01X00T47',
      'Canary-Found',
      'Canary-Street',
    ],
    ...expected,
  };
}

describeAdapterContract({
  adapter: TruliooAdapter,
  cases: [
    stated('Canary-Agreed', { outcome: 'verified', reason: 'identity_verified' }),
    stated('Canary-Different', { outcome: 'failed', reason: 'data_mismatch' }),
    stated('Canary-Partly', {}),
    stated('Canary-Unasked', { reason: 'provider_review_required' }),
  ],
  network: {
    start: async (clock) => {
      const vendor = await startTruliooVendor(clock);
      vendor.put('Canary-Different', { status: 'nomatch' });
      vendor.put('Canary-Partly', { status: 'partial' });
      vendor.put('Canary-Unasked', { status: 'nomatch', errors: { source: ['1005'] } });
      return {
        connection: connectionTo(vendor.url),
        close: () => vendor.close(),
        billed: (id) => vendor.billed(id),
        requests: vendor.requests,
      };
    },
    connectionTo,
    incomplete: [
      ['anything', { settings: {}, credentials: {} }],
      ['a secret', { settings: at, credentials: { client_id: 'client' } }],
      ['a client', { settings: at, credentials: { client_id: '', client_secret: 'secret' } }],
      ['a secret in one line', { settings: at, credentials: { client_id: 'client', client_secret: 's\r\nx: y' } }],
      ['a key of the older API', { settings: { ...at, api: 'v1' }, credentials }],
      ['a key in one line', { settings: { ...at, api: 'v1' }, credentials: { api_key: 'k\r\nx: y' } }],
      ['terms that are accepted', { settings: { base_url: at.base_url }, credentials }],
      ['terms that are not refused', { settings: { ...at, terms_accepted: false }, credentials }],
      ['an address of HTTP', connectionTo('file:///etc/passwd')],
      ['a code that can be one', { settings: { ...at, error_codes: { outage: 'ignore' } }, credentials }],
    ],
    reference: '812b5a59-7bad-4f15-96eb-50e20bc86cb9',
    probes: [
      {
        name: 'by v3',
        asked: ['POST /connect/token', 'GET /v3/connection/testauthentication'],
        wrong: { ...credentials, client_secret: 'another' },
      },
      {
        name: 'by v1',
        settings: { environment: 'sandbox', api: 'v1' },
        credentials: { api_key: 'canary-key-5e7f' },
        asked: ['GET /trial/connection/v1/testauthentication'],
        wrong: { api_key: 'another' },
      },
    ],
  },
});
