import { OnfidoAdapter } from '#app/providers/onfido/index.js';
import { StripeIdentityAdapter } from '#app/providers/stripe-identity/index.js';
import { describeHostedSuite } from '../support/played/hosted-suite.js';
import { type OnfidoVendor, startOnfidoVendor } from '../vendors/onfido/onfido.vendor.js';
import {
  startStripeIdentityVendor,
  type StripeIdentityVendor,
} from '../vendors/stripe-identity/stripe-identity.vendor.js';

const person = { given_name: 'Canary-Wilhelmina', family_name: 'Canary-Oberhuber', birth_date: '1964-08-12' };
const [key, token] = ['sk_test_canary', 'api_sandbox.canary'];
const identity = { verification_type: 'identity', check_type: 'document_selfie' };

describeHostedSuite<StripeIdentityVendor>('a check at Stripe Identity', {
  adapter: StripeIdentityAdapter,
  play: (clock) => startStripeIdentityVendor({ key, clock }),
  settings: { environment: 'sandbox' },
  credentials: { api_key: key },
  callbackSecrets: ['whsec_new', 'whsec_old'],
  check: { ...identity, input: { email: 'canary@example.invalid' } },
  begins: /^POST \/v1\/identity\/verification_sessions$/,
  // What Stripe has verified it keeps.
  ...{ page: /^https:\/\/verify\.stripe\.com\/start/, pageLater: 'fresh', takenBack: null },
  decide: (vendor, id) => {
    vendor.decide(id, { status: 'verified' });
  },
  callback: (vendor, id, { forged }) => vendor.event(id, 'verified', forged ? 'whsec_forged' : 'whsec_old'),
  ...{ told: ['canary@example.invalid', 'Canary-Erika'], nowhere: [key, '_secret_', 'verify.stripe.com'] },
  billed: (vendor, id) => vendor.billed(id),
});

describeHostedSuite<OnfidoVendor>('a check at Onfido', {
  adapter: OnfidoAdapter,
  play: (clock) => startOnfidoVendor({ token, clock }),
  settings: { environment: 'sandbox', workflows: { document_selfie: '5d0e7a52-8f2c-4a8e-9f51-0b6f1a2c3d4e' } },
  credentials: { api_token: token },
  callbackSecrets: ['new', 'old'],
  check: { ...identity, input: person },
  begins: /^POST .*\/workflow_runs$/,
  ...{ page: /^https:/, pageLater: 'same', takenBack: 'provider_rejected' },
  decide: (vendor, id, status, updatedAt) => {
    vendor.decide(id, { status, updatedAt });
  },
  callback: (vendor, id, { forged }) => vendor.event(id, 'workflow_run.completed', forged ? 'forged' : 'old'),
  ...{ told: [...Object.values(person), 'CANARY01X00T47'], nowhere: [token, 'onfido.app/l/', '"sdk_token":"'] },
  billed: (vendor, id) => vendor.billed(id),
});
