import { describeAdapterContract, type ContractCase } from '../../../test/support/adapter-contract.js';
import {
  startStripeIdentityVendor,
  stripeSignature,
} from '../../../test/vendors/stripe-identity/stripe-identity.vendor.js';
import { StripeIdentityAdapter } from './stripe-identity.adapter.js';

const key = 'sk_test_canary';
const input = { email: 'canary-erika@example.com', phone: '+4915100000000' };
const privateValues = [input.email, input.phone];
const unwilling = 'canary-unwilling@example.com';
const settingsOf = (base_url: string) => ({
  ...{ environment: 'sandbox', base_url, verification_flow: 'vf_1' },
  failed_attempt: 'fail',
});
const connectionTo = (url: string) => ({ settings: settingsOf(url), credentials: { api_key: key } });
const at = 'http://127.0.0.1:1';
const ours = '01939c5e-7a00-7000-8000-000000000001';

function opened(name: string, checkType: string, given: ContractCase['input'] = input): ContractCase {
  return {
    name,
    verificationType: 'identity',
    checkType,
    input: given,
    outcome: 'pending',
    reason: 'awaiting_customer',
    redirects: true,
    // Stripe cancels an open session that it erases.
    endedByErasure: { outcome: 'expired', reason: 'cancelled' },
    privateValues: given === input ? privateValues : [],
  };
}

function event(type: string, object: object, more: object = {}): string {
  return JSON.stringify({ id: 'evt_1', object: 'event', type, livemode: false, data: { object }, ...more });
}

const session = { id: 'vs_1', object: 'identity.verification_session', livemode: false, metadata: {} };
const verified = 'identity.verification_session.verified';

describeAdapterContract({
  adapter: StripeIdentityAdapter,
  cases: [
    opened('a document', 'document'),
    opened('a document and a face', 'document_selfie'),
    opened('an ID number', 'id_number'),
    opened('a flow', 'flow'),
    opened('a document of somebody of whom nothing is known', 'document', {}),
    {
      ...{ name: 'somebody who wants no check', verificationType: 'identity', checkType: 'document' },
      ...{ input: { email: unwilling }, privateValues: [unwilling] },
      ...{ outcome: 'failed', reason: 'consent_declined', leavesOpen: true },
    },
  ],
  network: {
    start: async (clock) => {
      const vendor = await startStripeIdentityVendor({ key, clock });
      vendor.put(unwilling, { error: 'consent_declined' });
      return {
        connection: connectionTo(vendor.url),
        close: () => vendor.close(),
        billed: (id) => vendor.billed(id),
        holdsOpen: (id) => vendor.holdsOpen(id),
        over: (id) => {
          vendor.decide(id, { status: 'verified' });
        },
        requests: vendor.requests,
      };
    },
    connectionTo,
    incomplete: [
      ['anything', { settings: {}, credentials: {} }],
      ['a key', { settings: settingsOf(at), credentials: {} }],
      ['a key of the sandbox', { settings: settingsOf(at), credentials: { api_key: 'sk_live_1' } }],
      ['a live key', { settings: { base_url: at }, credentials: { api_key: key } }],
      ['a secret key', { settings: settingsOf(at), credentials: { api_key: 'pk_test_1' } }],
      ['a key in one line', { settings: settingsOf(at), credentials: { api_key: 'sk_test_1\r\nx: y' } }],
      [
        'a safe page to return to',
        { settings: { ...settingsOf(at), return_url: 'http://shop.example' }, credentials: { api_key: key } },
      ],
    ],
    reference: 'vs_1',
    cancel: { open: 'a document' },
    probes: [
      {
        asked: ['GET /v1/identity/verification_sessions?client_reference_id=connection-test&limit=1'],
        wrong: { api_key: 'sk_test_another' },
      },
    ],
  },
  callbacks: {
    sign: (body, secret, sentAt) => ({
      headers: { 'stripe-signature': stripeSignature(body, [secret], sentAt) },
      body,
    }),
    signatureHeaders: ['stripe-signature'],
    toleranceMs: 300_000,
    examples: [
      {
        name: 'a session that passed',
        body: event(verified, { ...session, client_reference_id: ours }),
        hints: [{ eventId: 'evt_1', reference: 'vs_1', ourReference: ours }],
      },
      {
        name: 'a session that carries our reference in its metadata alone',
        body: event('identity.verification_session.created', { ...session, metadata: { verification_id: ours } }),
        hints: [{ eventId: 'evt_1', reference: 'vs_1', ourReference: ours }],
      },
      {
        name: 'a session of which our reference was erased',
        body: event('identity.verification_session.redacted', { ...session, client_reference_id: null }),
        hints: [{ eventId: 'evt_1', reference: 'vs_1' }],
      },
      {
        name: 'a session that somebody else made for references of their own',
        body: event(verified, { ...session, client_reference_id: 'Order 7 of Canary-Erika' }),
        hints: [{ eventId: 'evt_1', reference: 'vs_1' }],
      },
      {
        name: 'an event about sessions of a kind that is new',
        body: event('identity.verification_session.archived', session),
        hints: [{ eventId: 'evt_1', reference: 'vs_1' }],
      },
      {
        name: 'a body that is not written as we would',
        body: event(verified, session).replace('"data"', '\r\n "d\\u0061ta" '),
        hints: [{ eventId: 'evt_1', reference: 'vs_1' }],
      },
      { name: 'nothing in a live event', body: event(verified, session, { livemode: true }), hints: [] },
      { name: 'nothing in a live session', body: event(verified, { ...session, livemode: true }), hints: [] },
      { name: 'nothing in an event about money', body: event('charge.failed', { id: 'ch_1' }), hints: [] },
    ],
  },
});
