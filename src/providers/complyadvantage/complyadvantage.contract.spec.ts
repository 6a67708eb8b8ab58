import { type ContractCase, describeAdapterContract } from '../../../test/support/adapter-contract.js';
import { startComplyAdvantageVendor } from '../../../test/vendors/complyadvantage/complyadvantage.vendor.js';
import { ComplyAdvantageAdapter } from './complyadvantage.adapter.js';

const key = 'canary-key-4f0d';
const connectionTo = (base_url: string) => ({ settings: { base_url }, credentials: { api_key: key } });
const at = { base_url: 'http://127.0.0.1:1' };

function searched(checkType: string, name: string, expected: Partial<ContractCase>): ContractCase {
  return {
    name,
    verificationType: 'screening',
    checkType,
    input: { entity_type: 'person', name: `Canary-Erika ${name}`, birth_date: '1964-08-12' },
    outcome: 'pending',
    reason: 'screening_possible_match',
    privateValues: ['Canary-', '1964', '1962-01-31', 'canary-analyst', 'canary-share'],
    // It is its searches that say anything.
    endedByErasure: { outcome: 'pending', reason: 'provider_response_unrecognised' },
    ...expected,
  };
}

describeAdapterContract({
  adapter: ComplyAdvantageAdapter,
  cases: [
    searched('sanctions', 'somebody on no list', { outcome: 'verified', reason: 'screening_clear' }),
    searched('sanctions', 'somebody who may be listed', {}),
    searched('pep', 'somebody with an office', { reason: 'pep_possible_match' }),
    searched('sanctions_and_pep', 'somebody set aside', { outcome: 'verified', reason: 'screening_clear' }),
    searched('adverse_media', 'somebody in the news', {}),
    searched('sanctions', 'somebody an analyst has recognised', { outcome: 'failed', reason: 'watchlist_hit' }),
  ],
  network: {
    start: async (clock) => {
      const vendor = await startComplyAdvantageVendor({ key, clock });
      vendor.put('Canary-Erika somebody who may be listed', { hits: [['sanction']] });
      vendor.put('Canary-Erika somebody with an office', { hits: [['pep', 'pep-class-2']] });
      vendor.put('Canary-Erika somebody set aside', { hits: [['pep']], status: 'false_positive' });
      vendor.put('Canary-Erika somebody in the news', { hits: [['adverse-media']] });
      vendor.put('Canary-Erika somebody an analyst has recognised', { hits: [['sanction']], status: 'true_positive' });
      return {
        connection: connectionTo(vendor.url),
        close: () => vendor.close(),
        billed: (id) => vendor.billed(id),
        requests: vendor.requests,
      };
    },
    connectionTo,
    incomplete: [
      ['a key', { settings: at, credentials: {} }],
      ['a key that is more than empty', { settings: at, credentials: { api_key: '' } }],
      ['a key in one line', { settings: at, credentials: { api_key: 'k\r\nx: y' } }],
      ['an address of HTTP', connectionTo('file:///etc/passwd')],
      ['settings that are known', { settings: { surprise: true }, credentials: { api_key: key } }],
      [
        'a profile that can be one',
        { settings: { ...at, search_profiles: { pep: '../x' } }, credentials: { api_key: key } },
      ],
      ['a meaning that is one', { settings: { ...at, match_statuses: { a: 'good' } }, credentials: { api_key: key } }],
    ],
    reference: '93650279',
    probes: [{ asked: ['GET /searches?client_ref=connection-test&per_page=10'], wrong: { api_key: 'another' } }],
  },
});
