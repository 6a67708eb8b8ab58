import { describeAdapterContract } from '../../../test/support/adapter-contract.js';
import { startOpenSanctionsVendor } from '../../../test/vendors/opensanctions/opensanctions.vendor.js';
import { OpenSanctionsAdapter } from './opensanctions.adapter.js';

const KEY = 'key-canary-5d1f';
const connectionTo = (url: string, settings = {}, credentials: Record<string, string> = { api_key: KEY }) => ({
  settings: { base_url: url, ...settings },
  credentials,
});
const row = (checkType: string, name: string, more = {}) => ({
  verificationType: 'screening',
  checkType,
  input: { entity_type: 'person', name, ...more },
});

describeAdapterContract({
  adapter: OpenSanctionsAdapter,
  cases: [
    {
      ...row('sanctions', 'Canary-Nobody Nowhere', { address: 'Canary-Street 1', birth_date: '1999-01-02' }),
      name: 'somebody who is on no list',
      outcome: 'verified',
      reason: 'screening_clear',
      privateValues: ['Canary-Nobody', 'Canary-Street', '1999-01-02'],
    },
    {
      ...row('sanctions', 'Somebody Listed'),
      name: 'somebody who may be sanctioned',
      outcome: 'pending',
      reason: 'screening_possible_match',
      privateValues: ['Canary-Ivanna', 'Somebody Listed'],
    },
    {
      ...row('sanctions', 'Somebody Listed', { birth_date: '1970-01-01' }),
      name: 'somebody who surely is',
      outcome: 'failed',
      reason: 'sanctions_match_confirmed',
      privateValues: ['Canary-Ivanna', '1970-01-01'],
    },
    {
      ...row('pep', 'Somebody Elected'),
      name: 'somebody with an office',
      outcome: 'pending',
      reason: 'pep_possible_match',
    },
    {
      ...row('sanctions_and_pep', 'Nobody Nowhere'),
      name: 'nobody on either',
      outcome: 'verified',
      reason: 'screening_clear',
    },
  ],
  network: {
    start: async (clock) => {
      const vendor = await startOpenSanctionsVendor(`${clock.now().slice(0, 10).replaceAll('-', '')}000000-abc`, KEY);
      vendor.list('Somebody Listed', { score: 0.98, topics: ['sanction'], birthDate: '1970-01-01' });
      vendor.list('Somebody Elected', { score: 0.9, topics: ['role.pep'] });
      return {
        connection: connectionTo(vendor.url, { fail_score: 0.95 }),
        close: () => vendor.close(),
        requests: vendor.requests,
      };
    },
    connectionTo,
    incomplete: [
      ['a key for the hosted service', connectionTo('http://127.0.0.1:9', {}, {})],
      ['a key that is more than empty', connectionTo('http://127.0.0.1:9', {}, { api_key: '' })],
      ['an address of its own service', { settings: { service: 'self_hosted' }, credentials: {} }],
      ['an address of HTTP', connectionTo('file:///etc/passwd')],
      ['settings that are known', { settings: { surprise: true }, credentials: { api_key: KEY } }],
    ],
    reference: 'none',
    probes: [
      {
        name: 'to the hosted service',
        asked: ['GET /catalog', 'GET /entities/connection-test'],
        wrong: { api_key: 'another' },
        ...{ down: 'provider_index_not_ready', busy: 'provider_quota_exhausted' },
      },
      {
        name: "to a service of one's own",
        ...{ settings: { service: 'self_hosted' }, credentials: {} },
        asked: ['GET /catalog', 'GET /readyz'],
        down: 'provider_index_not_ready',
      },
    ],
  },
});
