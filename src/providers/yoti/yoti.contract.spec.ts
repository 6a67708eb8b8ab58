import { describeAdapterContract, type ContractCase } from '../../../test/support/adapter-contract.js';
import { answering } from '../../../test/support/scripted-vendor.js';
import { startYotiVendor } from '../../../test/vendors/yoti/yoti.vendor.js';
import { YotiAdapter } from './yoti.adapter.js';

const credentials = {
  sdk_id: '5d3add31-3a3a-4d3b-a6b4-347edb35264c',
  api_key: 'canary-api-key',
  notification_url: 'https://verifications.example/v1/provider-callbacks/yoti/canary-token',
};
const connectionTo = (base_url: string) => ({ settings: { base_url }, credentials });
const at = { base_url: 'http://127.0.0.1:1' };

function begun(name: string, checkType: string, change: Partial<ContractCase> = {}): ContractCase {
  return {
    ...{ name, verificationType: 'age', checkType, input: {} },
    ...{ outcome: 'pending', reason: 'awaiting_customer', redirects: true },
    privateValues: ['canary-token'],
    ...change,
  };
}

describeAdapterContract({
  adapter: YotiAdapter,
  callbacksApart:
    'the signature is a member of the body that it signs, and covers neither white space nor the number of the try',
  cases: [
    begun('a session', 'any_method'),
    begun('a session for an age', 'any_method', { input: { minimum_age: 21 } }),
    begun('an estimate', 'age_estimation'),
    begun('a document', 'document'),
  ],
  network: {
    start: async (clock) => {
      const vendor = await startYotiVendor({ sdkId: credentials.sdk_id, apiKey: credentials.api_key, clock });
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
      ['a key', { settings: at, credentials: { sdk_id: credentials.sdk_id } }],
      ['an account', { settings: at, credentials: { api_key: 'key' } }],
      ['an account that is one', { settings: at, credentials: { ...credentials, sdk_id: 'account' } }],
      ['a key in one line', { settings: at, credentials: { ...credentials, api_key: 'k\r\nx: y' } }],
      [
        'a safe address for notifications',
        { settings: at, credentials: { ...credentials, notification_url: 'http://verifications.example/' } },
      ],
      ['a way to prove an age', { settings: { ...at, methods: [] }, credentials }],
    ],
    reference: '14010f56-3f04-4f1f-84e7-a43ff723ef86',
    probes: [
      {
        asked: ['GET /api/v1/sessions/00000000-0000-4000-8000-000000000000/result'],
        wrong: { ...credentials, api_key: 'another' },
        // In which words Yoti says that there is no such session is not known, so any JSON is taken for them.
        elsewhere: answering(404, '<html>'),
      },
    ],
  },
});
