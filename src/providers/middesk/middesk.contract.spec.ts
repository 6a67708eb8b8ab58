import { createHmac } from 'node:crypto';
import { describeAdapterContract, type ContractCase } from '../../../test/support/adapter-contract.js';
import { startMiddeskVendor } from '../../../test/vendors/middesk/middesk.vendor.js';
import { MiddeskAdapter } from './middesk.adapter.js';

const key = 'mk_test_canary';
const input = {
  name: 'Canary-Northwind LLC',
  address: '1 Canary-Harbor St, San Francisco, CA 94105',
  tin: '12-3456780',
  people: [{ name: 'Canary-Erika Mustermann' }],
};
const privateValues = ['Canary-Northwind', 'Canary-Harbor', '123456780', '12-3456780', 'Canary-Erika'];
const connectionTo = (base_url: string) => ({
  settings: { environment: 'sandbox', base_url },
  credentials: { api_key: key },
});
const business = '8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10';
const ours = '01939c5e-7a00-7000-8000-000000000001';
const at = { base_url: 'http://127.0.0.1:1' };

function found(name: string, expected: Pick<ContractCase, 'outcome' | 'reason'>, change = {}): ContractCase {
  const checked = { verificationType: 'business_entity', checkType: 'kyb' } as const;
  return { ...checked, name, input: { ...input, ...change }, privateValues, ...expected };
}

function event(type: string, object: object): string {
  return JSON.stringify({ object: 'event', id: 'evt_1', type, created_at: '2026-01-31T08:00:00Z', data: { object } });
}

describeAdapterContract({
  adapter: MiddeskAdapter,
  cases: [
    found('a business in order', { outcome: 'verified', reason: 'register_active' }),
    found(
      'a business that nobody registered',
      { outcome: 'failed', reason: 'company_not_found' },
      { name: 'Unregistered Business' },
    ),
    found(
      'a business on a list',
      { outcome: 'pending', reason: 'screening_possible_match' },
      { name: 'A watchlist hit' },
    ),
    found(
      'a business that is being looked at',
      { outcome: 'pending', reason: 'provider_processing' },
      { name: 'A short analyst review' },
    ),
    found(
      'a business that its customer has rejected',
      { outcome: 'failed', reason: 'provider_rejected' },
      { name: 'Rejected' },
    ),
  ],
  network: {
    start: async () => {
      const vendor = await startMiddeskVendor({ key, pageSize: 100 });
      vendor.put('Rejected', { status: 'rejected' });
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
      ['a key', { settings: { ...at, environment: 'sandbox' }, credentials: {} }],
      ['a key of the sandbox', { settings: { ...at, environment: 'sandbox' }, credentials: { api_key: 'mk_live_1' } }],
      ['a live key', { settings: at, credentials: { api_key: key } }],
      ['a key in one line', { settings: at, credentials: { api_key: 'mk_live_1\r\nx: y' } }],
      [
        'a rule that asks for something',
        { settings: { ...at, rule: { required: [] } }, credentials: { api_key: key } },
      ],
    ],
    reference: business,
    probes: [{ asked: ['GET /businesses?page=1&per_page=1'], wrong: { api_key: 'mk_test_another' } }],
  },
  callbacks: {
    sign: (body, secret) => ({
      headers: { 'x-middesk-signature-256': createHmac('sha256', secret).update(body).digest('hex') },
      body,
    }),
    signatureHeaders: ['x-middesk-signature-256'],
    toleranceMs: null,
    examples: [
      {
        name: 'a business that changed',
        body: event('business.updated', { object: 'business', id: business, external_id: ours, status: 'in_review' }),
        hints: [{ eventId: 'evt_1', reference: business, ourReference: ours }],
      },
      {
        name: 'a business of which nobody knows our reference',
        body: event('business.created', { object: 'business', id: business, external_id: null }),
        hints: [{ eventId: 'evt_1', reference: business }],
      },
      {
        name: 'a tax answer that came late',
        body: event('tin.updated', { object: 'tin', id: ours, business_id: business, mismatch: false }),
        hints: [{ eventId: 'evt_1', reference: business }],
      },
      ...['bankruptcy.created', 'lien.created', 'lien.updated'].map((type) => ({
        name: `${type} of a business`,
        body: event(type, { id: ours, business_id: business }),
        hints: [{ eventId: 'evt_1', reference: business }],
      })),
      {
        name: 'nothing in a part of no business that is named',
        body: event('order.updated', { object: 'order', id: ours }),
        hints: [],
      },
      {
        name: 'nothing in an event of a monitor',
        body: event('monitor.created', { business_id: business }),
        hints: [],
      },
      {
        name: 'nothing in an event of another kind',
        body: '{"object":"event","id":"e","type":"zebra.born"}',
        hints: [],
      },
      {
        name: 'a body that is not written as we would',
        body: event('business.updated', { id: business }).replace('"data"', '\r\n "d\\u0061ta" '),
        hints: [{ eventId: 'evt_1', reference: business }],
      },
    ],
  },
});
