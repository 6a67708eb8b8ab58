import { describeAdapterContract, type ContractCase } from '../../../test/support/adapter-contract.js';
import { signed, startDiditVendor } from '../../../test/vendors/didit/didit.vendor.js';
import { DiditAdapter } from './didit.adapter.js';

const key = 'canary-api-key-1f2e';
const workflows = {
  document_selfie: '5d0e7a52-8f2c-4a8e-9f51-0b6f1a2c3d41',
  document: '5d0e7a52-8f2c-4a8e-9f51-0b6f1a2c3d42',
  address: '5d0e7a52-8f2c-4a8e-9f51-0b6f1a2c3d43',
  age: '5d0e7a52-8f2c-4a8e-9f51-0b6f1a2c3d44',
};
const person = {
  ...{ given_name: 'Canary-Erika', family_name: 'Canary-Mustermann', birth_date: '1964-08-12' },
  ...{ email_address: 'canary-erika@example.com', phone_number: '+4930123456' },
};
const connectionTo = (base_url: string) => ({ settings: { base_url, workflows }, credentials: { api_key: key } });
const at = { base_url: 'http://127.0.0.1:1', workflows };
const credentials = { api_key: key };
const session = '8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10';
const ours = '01939c5e-7a00-7000-8000-000000000001';
const event = '0d9f2b54-6f0c-4a3e-8a52-53c3d3a7f001';
const hint = { eventId: event, reference: session };

function begun(name: string, change: Partial<ContractCase> = {}): ContractCase {
  return {
    ...{ name, verificationType: 'identity', checkType: 'document_selfie', input: person },
    ...{ outcome: 'pending', reason: 'awaiting_customer', redirects: true },
    // Nothing can be read any more of what was deleted.
    endedByErasure: { outcome: 'pending', reason: 'provider_response_unrecognised' },
    privateValues: [...Object.values(person), 'canary-token'],
    ...change,
  };
}

function news(members: object = {}): string {
  return JSON.stringify({
    ...{ created_at: 1795339790, environment: 'live', event_id: event, session_id: session, session_kind: 'user' },
    ...{ status: 'Approved', timestamp: 1795339800, vendor_data: ours, webhook_type: 'status.updated' },
    ...members,
  });
}

describeAdapterContract({
  adapter: DiditAdapter,
  cases: [
    begun('a document with a face'),
    begun('a document', { checkType: 'document' }),
    begun('an address', { checkType: 'address' }),
    begun('an age', {
      ...{ verificationType: 'age', checkType: 'age_estimation', input: { language: 'pt-BR' }, privateValues: [] },
    }),
    begun('somebody of whom nothing is known', { input: {}, privateValues: [] }),
  ],
  network: {
    start: async (clock) => {
      const vendor = await startDiditVendor({ key, clock });
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
      ['a key', { settings: at, credentials: {} }],
      ['a key in one line', { settings: at, credentials: { api_key: 'k\r\nx: y' } }],
      ['a workflow', { settings: { ...at, workflows: {} }, credentials }],
      ['a workflow that is one', { settings: { ...at, workflows: { document_selfie: '../sessions' } }, credentials }],
      ['a safe page to return to', { settings: { ...at, return_url: 'http://shop.example' }, credentials }],
    ],
    reference: session,
    probes: [
      { asked: ['GET /v3/sessions/?vendor_data=connection-test&limit=1'], wrong: { api_key: 'another' } },
      {
        name: 'of the sandbox',
        settings: { environment: 'sandbox' },
        asked: ['GET /v3/sessions/?vendor_data=connection-test&limit=1'],
        wrong: { api_key: 'another' },
      },
    ],
  },
  callbacks: {
    sign: signed,
    signatureHeaders: ['x-signature', 'x-timestamp'],
    toleranceMs: 300_000,
    examples: [
      { name: 'a session that was decided', body: news(), hints: [{ ...hint, ourReference: ours }] },
      {
        name: 'a session that the customer has begun',
        body: news({ status: 'In Progress' }),
        hints: [{ ...hint, ourReference: ours }],
      },
      {
        name: 'a session of an event that is new',
        body: news({ webhook_type: 'status.reopened' }),
        hints: [{ ...hint, ourReference: ours }],
      },
      { name: 'a session without our reference', body: news({ vendor_data: null }), hints: [hint] },
      {
        name: 'an event without an id',
        body: news({ event_id: null }),
        hints: [{ reference: session, ourReference: ours }],
      },
      { name: 'nothing in a session of somebody else', body: news({ vendor_data: 'customer-7' }), hints: [] },
      { name: 'nothing in a session of a company', body: news({ session_kind: 'business' }), hints: [] },
      { name: 'nothing in a session of the sandbox', body: news({ environment: 'sandbox' }), hints: [] },
      { name: 'nothing in corrected data', body: news({ webhook_type: 'data.updated' }), hints: [] },
      {
        name: 'nothing in an event of a person',
        body: news({ webhook_type: 'user.status.updated', session_id: undefined }),
        hints: [],
      },
      {
        name: 'nothing in an event of a payment',
        body: news({ webhook_type: 'transaction.created', session_id: undefined }),
        hints: [],
      },
      {
        name: 'a body that is not written as we would',
        body: news({ decision: { first_name: 'Zoë' } }).replace('"session_id"', '\r\n "sess\\u0069on_id" '),
        hints: [{ ...hint, ourReference: ours }],
      },
    ],
  },
});
