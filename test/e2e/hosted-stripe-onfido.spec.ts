import { OnfidoAdapter } from '#app/providers/onfido/index.js';
import { StripeIdentityAdapter } from '#app/providers/stripe-identity/index.js';
import { HostedBench } from '../support/played/hosted-bench.js';
import { describeHostedSuite, type HostedFlow } from '../support/played/hosted-suite.js';
import { pathOf } from '../support/verification-requests.js';
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

const onfido: HostedFlow<OnfidoVendor> = {
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
};

describeHostedSuite('a check at Onfido', onfido);

describe('the page of a check at Onfido', () => {
  let bench: HostedBench<OnfidoVendor>;
  beforeAll(async () => {
    bench = await HostedBench.start(onfido);
  });
  afterAll(() => bench.close());

  it('is handed out three times at once, right after the start and in the sandbox', async () => {
    const { data } = await bench.create();
    const ask = () => bench.app.call(bench.tenant, 'POST', pathOf(data, '/customer-action'));
    const asked = await Promise.all([ask(), ask(), ask()]);
    expect(asked.map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});
