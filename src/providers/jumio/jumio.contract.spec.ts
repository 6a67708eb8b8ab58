import { type ContractCase, describeAdapterContract } from '../../../test/support/adapter-contract.js';
import { startJumioVendor, USER_AGENT } from '../../../test/vendors/jumio/jumio.vendor.js';
import { JumioAdapter } from './jumio.adapter.js';

const credentials = { client_id: 'canary-client-2b9e', client_secret: 'canary-secret-77d0' };
const at = { base_url: 'http://127.0.0.1:1', user_agent: USER_AGENT };
const connectionTo = (base_url: string) => ({ settings: { ...at, base_url }, credentials });

function begun(name: string, change: Partial<ContractCase> = {}): ContractCase {
  return {
    name,
    verificationType: 'identity',
    checkType: 'document_selfie',
    input: {},
    outcome: 'pending',
    reason: 'awaiting_customer',
    redirects: true,
    privateValues: ['canary-jwt', 'canary-sdk-jwt', 'canary-api-jwt'],
    // With the account goes the execution.
    endedByErasure: { outcome: 'pending', reason: 'provider_response_unrecognised' },
    ...change,
  };
}

describeAdapterContract({
  adapter: JumioAdapter,
  cases: [
    begun('a journey with document and face'),
    begun('a journey with a document', { checkType: 'document' }),
    begun('a journey of one kind', { input: { issuing_country: 'DEU', document_type: 'PASSPORT', language: 'de' } }),
  ],
  network: {
    start: async (clock) => {
      const vendor = await startJumioVendor(clock);
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
      ['a client that ends', { settings: at, credentials: { client_id: 'a:b', client_secret: 'secret' } }],
      ['a secret in one line', { settings: at, credentials: { client_id: 'client', client_secret: 's\r\nx: y' } }],
      ['who asks', { settings: { base_url: at.base_url }, credentials }],
      ['who asks in one line', { settings: { ...at, user_agent: 'Company\r\nx: y' }, credentials }],
      ['an address of HTTP', connectionTo('file:///etc/passwd')],
      ['a workflow that can be one', { settings: { ...at, workflows: { document: '../2' } }, credentials }],
    ],
    reference: '0f8d0d29-6c24-4a3a-9a57-3d49257d4803/12edb8c0-f27c-4ddb-80c9-e09fde4c6172',
    probes: [{ asked: ['POST /oauth2/token'], wrong: { ...credentials, client_secret: 'another' } }],
  },
});
