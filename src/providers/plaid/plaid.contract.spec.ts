import { describeAdapterContract, type ContractCase } from '../../../test/support/adapter-contract.js';
import { type SigningKey, signedWith, signingKey } from '../../../test/vendors/plaid/plaid.signing.js';
import { startPlaidVendor } from '../../../test/vendors/plaid/plaid.vendor.js';
import { PlaidAdapter } from './plaid.adapter.js';

const credentials = { client_id: 'canary-client-4f', secret: 'canary-secret-77' };
const templates = { document_selfie: 'idvtmp_Canary1', document: 'idvtmp_Canary2' };
const input = { given_name: 'Canary-Erika', birth_date: '1964-08-12', phone_number: '+4930123456' };
const privateValues = [
  ...['Canary-Erika', 'Canary-Muster', '1964-08-12', '+4930123456', 'CANARY01X00T47', '2031-03-04', '192.0.2.42'],
  ...['canary-token', 'canary-key'],
];
const connectionTo = (base_url: string) => ({ settings: { environment: 'sandbox', base_url, templates }, credentials });
const at = { base_url: 'http://127.0.0.1:1', templates };
const ours = '01939c5e-7a00-7000-8000-00000000abcd';
const known = 'idv_CanaryKnown1';
const unknown = 'idv_CanaryUnknown1';

const keys = new Map<string, SigningKey>();
/** The pair that goes by that name. The vendor knows the first of them alone. */
function keyOf(name: string): SigningKey {
  const key = keys.get(name) ?? signingKey(name);
  keys.set(name, key);
  return key;
}

function asked(name: string, expected: Partial<ContractCase>): ContractCase {
  return {
    name,
    verificationType: 'identity',
    checkType: 'document_selfie',
    input: { ...input, family_name: `Canary-Muster ${name}` },
    outcome: 'pending',
    reason: 'awaiting_customer',
    privateValues,
    ...expected,
  };
}

function news(change: object = {}): string {
  const about = { identity_verification_id: known, environment: 'sandbox', ...change };
  return JSON.stringify({ webhook_type: 'IDENTITY_VERIFICATION', webhook_code: 'STATUS_UPDATED', ...about }, null, 2);
}

const analysis = { authenticity: 'match', image_quality: 'high', extracted_data: { expiration_date: 'expired' } };
const done = { completedAt: '2026-01-31T08:35:00Z' };

describeAdapterContract({
  adapter: PlaidAdapter,
  cases: [
    asked('begun', { redirects: true }),
    asked('passed', { outcome: 'verified', reason: 'identity_verified' }),
    asked('refused', { outcome: 'failed', reason: 'document_expired', checkType: 'document' }),
    asked('looked at', { reason: 'manual_review' }),
    asked('never finished', { outcome: 'expired', reason: 'session_expired' }),
    asked('taken back', { outcome: 'expired', reason: 'cancelled' }),
    asked('without any input', { input: {}, redirects: true, privateValues: ['canary-key', 'canary-token'] }),
  ],
  network: {
    start: async (clock) => {
      const { client_id: clientId, secret } = credentials;
      const vendor = await startPlaidVendor({ clientId, secret, clock, keys: [keyOf('canary-callback-secret')] });
      const failed = { documentary_verification: 'failed' };
      vendor.seed(known, ours);
      vendor.put('Canary-Muster passed', { status: 'success', ...done });
      vendor.put('Canary-Muster refused', { status: 'failed', steps: failed, analysis, ...done });
      vendor.put('Canary-Muster looked at', { status: 'pending_review', ...done });
      vendor.put('Canary-Muster never finished', { status: 'expired' });
      vendor.put('Canary-Muster taken back', { status: 'canceled' });
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
      ['a secret', { settings: at, credentials: { client_id: 'x' } }],
      ['a client', { settings: at, credentials: { secret: 'x' } }],
      ['a secret in one line', { settings: at, credentials: { client_id: 'x', secret: 'a\r\nb: c' } }],
      ['a template', { settings: { ...at, templates: {} }, credentials }],
      ['a template that is one', { settings: { ...at, templates: { document: 'itmpl_1' } }, credentials }],
    ],
    reference: 'idv_52xR9LKo77r1Np',
    probes: [{ asked: ['POST /identity_verification/list'], wrong: { ...credentials, secret: 'another' } }],
  },
  callbacks: {
    vendorKey: true,
    sign: (body, name, sentAt) => signedWith(keyOf(name), body, sentAt),
    signatureHeaders: ['plaid-verification'],
    toleranceMs: 300_000,
    examples: [
      { name: 'an attempt whose status changed', body: news(), hints: [{ ourReference: ours }] },
      {
        name: 'an attempt that was begun anew',
        body: news({ webhook_code: 'RETRIED' }),
        hints: [{ ourReference: ours }],
      },
      { name: 'a step', body: news({ webhook_code: 'STEP_UPDATED' }), hints: [{ ourReference: ours }] },
      {
        name: 'an attempt that Plaid does not show',
        body: news({ identity_verification_id: unknown }),
        hints: [{ reference: unknown }],
      },
      { name: 'nothing in news of the other environment', body: news({ environment: 'production' }), hints: [] },
      {
        name: 'nothing in news of a screening',
        body: '{"webhook_type":"SCREENING","webhook_code":"STATUS_UPDATED","screening_id":"scr_1"}',
        hints: [],
      },
    ],
  },
});
