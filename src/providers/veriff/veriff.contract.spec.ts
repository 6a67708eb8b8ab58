import { describeAdapterContract, type ContractCase } from '../../../test/support/adapter-contract.js';
import { signatureHeaders, startVeriffVendor } from '../../../test/vendors/veriff/veriff.vendor.js';
import { VeriffAdapter } from './veriff.adapter.js';

const key = 'canary-api-key';
const credentials = {
  ...{ api_key: key, shared_secret: 'canary-shared-secret' },
  ...{ age_api_key: 'canary-age-key', age_shared_secret: 'canary-age-secret' },
};
const connectionTo = (base_url: string) => ({ settings: { base_url }, credentials });
const session = '8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10';
const ours = '01939c5e-7a00-7000-8000-000000000001';
const person = { given_name: 'Canary-Erika', family_name: 'Canary-Mustermann', birth_date: '1964-08-12' };
const hints = [{ reference: session, ourReference: ours }];
const at = { base_url: 'http://127.0.0.1:1' };
const DECISION = 'GET /v1/sessions/00000000-0000-4000-8000-000000000000/decision';

function begun(name: string, change: Partial<ContractCase> = {}): ContractCase {
  return {
    ...{ name, verificationType: 'identity', checkType: 'document_selfie', input: person },
    ...{ outcome: 'pending', reason: 'awaiting_customer', redirects: true },
    privateValues: Object.values(person),
    ...change,
  };
}

function decision(members: object): string {
  const verification = { id: session, code: 9001, status: 'approved', vendorData: ours, ...members };
  return JSON.stringify({ status: 'success', verification, technicalData: { ip: '192.0.2.7' } });
}

function event(action: string, members: object = {}): string {
  const code = action === 'started' ? 7001 : 7002;
  return JSON.stringify({
    id: session,
    attemptId: ours,
    feature: 'selfid',
    code,
    action,
    vendorData: ours,
    ...members,
  });
}

describeAdapterContract({
  adapter: VeriffAdapter,
  cases: [
    begun('a session'),
    begun('a session of nobody in particular', { input: {}, privateValues: [] }),
    begun('an estimate', {
      ...{ verificationType: 'age', checkType: 'age_estimation', input: { language: 'de' }, privateValues: [] },
    }),
  ],
  network: {
    start: async () => {
      const { api_key, shared_secret, age_api_key, age_shared_secret } = credentials;
      const integrations = { [api_key]: shared_secret, [age_api_key]: age_shared_secret };
      const vendor = await startVeriffVendor({ integrations, deletes: true });
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
      ['a key', { settings: at, credentials: { shared_secret: 'secret' } }],
      ['a secret', { settings: at, credentials: { api_key: key } }],
      ['characters in the secret', { settings: at, credentials: { api_key: key, shared_secret: '' } }],
      ['a key in one line', { settings: at, credentials: { ...credentials, api_key: 'k\r\nx: y' } }],
      ['a host of Veriff', { settings: { ...at, host: 'stationapi.veriff.com.example.org' }, credentials }],
    ],
    reference: session,
    probes: [
      {
        name: 'to two integrations',
        asked: [DECISION, DECISION],
        wrong: { ...credentials, age_shared_secret: 'another' },
      },
      {
        name: 'to the integration for documents alone',
        credentials: { api_key: key, shared_secret: credentials.shared_secret },
        asked: [DECISION],
        wrong: { api_key: key, shared_secret: 'another' },
      },
    ],
  },
  callbacks: {
    sign: (body, secret) => ({ headers: signatureHeaders(body, { key, secret }), body }),
    signatureHeaders: ['x-hmac-signature', 'x-auth-client'],
    toleranceMs: null,
    examples: [
      { name: 'a decision', body: decision({}), hints },
      { name: 'a decision that was taken back', body: decision({ code: 9102, status: 'declined' }), hints },
      { name: 'a session that was begun', body: event('started'), hints },
      { name: 'a session that was sent in', body: event('submitted'), hints },
      { name: 'an event that came later than we know', body: event('resumed'), hints },
      {
        name: 'a callback of another kind that names its session',
        body: JSON.stringify({ sessionId: session, status: 'success', eventType: 'fullauto', vendorData: ours }),
        hints,
      },
      {
        name: 'a decision without our reference',
        body: decision({ vendorData: null }),
        hints: [{ reference: session }],
      },
      { name: 'nothing in a decision of somebody else', body: decision({ vendorData: 'customer-7' }), hints: [] },
      { name: 'nothing in an event of somebody else', body: event('started', { vendorData: '' }), hints: [] },
      {
        name: 'a body that is not written as we would',
        body: decision({ person: { firstName: 'Zoë' } }).replace('"verification"', '\r\n "verific\\u0061tion" '),
        hints,
      },
    ],
  },
});
