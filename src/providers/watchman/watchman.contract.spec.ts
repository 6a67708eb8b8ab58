import { describeAdapterContract } from '../../../test/support/adapter-contract.js';
import { startWatchmanVendor } from '../../../test/vendors/watchman/watchman.vendor.js';
import { WatchmanAdapter } from './watchman.adapter.js';

const connectionTo = (url: string, settings = {}) => ({
  settings: { base_url: url, required_lists: ['us_ofac'], fail_score: 0.95, ...settings },
  credentials: {},
});
const checked = { verificationType: 'screening', checkType: 'sanctions' } as const;

describeAdapterContract({
  adapter: WatchmanAdapter,
  refusedReason: 'provider_index_not_ready',
  privateInUrl: 'the search takes GET alone',
  cases: [
    {
      ...checked,
      name: 'somebody who is on no list',
      input: { entity_type: 'person', name: 'Canary-Nobody Nowhere', birth_date: '1999-01-02' },
      outcome: 'verified',
      reason: 'screening_clear',
      privateValues: ['Canary-Nobody', '1999-01-02'],
    },
    {
      ...checked,
      name: 'somebody who may be sanctioned',
      input: { entity_type: 'person', name: 'Somebody Listed' },
      outcome: 'pending',
      reason: 'screening_possible_match',
      privateValues: ['Canary-Ivanna', 'Somebody Listed'],
    },
    {
      ...checked,
      name: 'somebody who surely is',
      input: { entity_type: 'person', name: 'Somebody Listed', birth_date: '1970-01-01' },
      outcome: 'failed',
      reason: 'sanctions_match_confirmed',
      privateValues: ['Canary-Ivanna', '1970-01-01'],
    },
  ],
  network: {
    start: async (clock) => {
      const vendor = await startWatchmanVendor(clock.now());
      vendor.list('Somebody Listed', { match: 0.98, date: '1970-01-01' });
      return {
        connection: connectionTo(vendor.url),
        close: () => vendor.close(),
        requests: vendor.requests,
      };
    },
    connectionTo,
    incomplete: [
      ['an address', { settings: { required_lists: ['us_ofac'] }, credentials: {} }],
      ['an address of HTTP', connectionTo('file:///etc/passwd')],
      ['lists that it requires', connectionTo('http://127.0.0.1:9', { required_lists: [] })],
      ['settings that are known', connectionTo('http://127.0.0.1:9', { surprise: true })],
    ],
    reference: 'none',
    probes: [{ asked: ['GET /v2/listinfo'] }],
  },
});
