import type { JsonObject } from '#app/platform/json.js';
import { StripeIdentityAdapter } from '#app/providers/stripe-identity/index.js';
import { type Begun, HostedBench, type HostedVendor, type Shown } from '../support/played/hosted-bench.js';
import { pathOf } from '../support/verification-requests.js';
import type { StripeEntry } from '../vendors/stripe-identity/stripe-identity.session.js';
import {
  startStripeIdentityVendor,
  type StripeIdentityVendor,
} from '../vendors/stripe-identity/stripe-identity.vendor.js';

const key = 'sk_test_canary';
const SECOND = 1_000;
const HOUR = 3_600_000;

const hosted: HostedVendor<StripeIdentityVendor> = {
  adapter: StripeIdentityAdapter,
  play: (clock) => startStripeIdentityVendor({ key, clock }),
  settings: { environment: 'sandbox' },
  credentials: { api_key: key },
  callbackSecrets: ['whsec_1'],
  check: { verification_type: 'identity', check_type: 'document_selfie' },
  decide: (vendor, id) => {
    vendor.decide(id, { status: 'verified' });
  },
  callback: (vendor, id) => vendor.event(id, 'verified', 'whsec_1'),
};

let bench: HostedBench<StripeIdentityVendor>;

/** The application afresh for each test, and the vendor, which is connected by these settings besides. */
function begunWith(more: JsonObject = {}): void {
  beforeEach(async () => {
    bench = await HostedBench.start({ ...hosted, settings: { ...hosted.settings, ...more } });
  });
  afterEach(() => bench.close());
}

function referenceOf({ provider_reference }: Shown): string {
  return String(provider_reference);
}

/** The customer, or Stripe, does something, and we hear of it. */
async function becomes(data: Shown, entry: StripeEntry): Promise<Shown> {
  const reference = referenceOf(await bench.read(data));
  // Of two pending words of one instant either may count, by chance; and three questions at once are all that the pace lets through.
  await bench.later(SECOND);
  bench.vendor.decide(reference, entry);
  const event = bench.vendor.event(reference, entry.status ?? 'requires_input', 'whsec_1');
  expect(await bench.deliver(event)).toBe(200);
  await bench.later(0);
  return bench.read(data);
}

async function pageOf(data: Shown): Promise<string | undefined> {
  await bench.later(SECOND);
  const answer = await bench.app.call(bench.tenant, 'POST', pathOf(data, '/customer-action'));
  return (answer.body as Partial<Begun>).customer_action?.url;
}

describe('an attempt that Stripe turns down', () => {
  begunWith();

  it('leaves the customer another one on a page of its own, which passes', async () => {
    const { data, customer_action: first } = await bench.create();
    expect(await becomes(data, { status: 'processing' })).toMatchObject({ reason: 'provider_processing' });
    expect(await pageOf(data)).toBeUndefined();
    const again = { status: 'pending', reason: 'resubmission_requested' };
    expect(await becomes(data, { error: 'document_expired' })).toMatchObject(again);
    const [second, third] = [await pageOf(data), await pageOf(data)];
    expect([first?.url, second, third]).not.toContain(undefined);
    expect(new Set([first?.url, second, third]).size).toBe(3);
    expect(await becomes(data, { error: 'selfie_face_mismatch' })).toMatchObject(again);
    expect(await becomes(data, { status: 'verified' })).toMatchObject({ reason: 'identity_verified' });
    expect(await bench.statuses(data)).toEqual(['pending', 'verified']);
  });
});

describe('an attempt that Stripe turns down, where that is the end', () => {
  begunWith({ failed_attempt: 'fail' });

  const cancelled = (): number => bench.vendor.requests.filter(({ path }) => path.endsWith('/cancel')).length;

  it('closes the session at Stripe, so that nobody goes on and passes it', async () => {
    const { data } = await bench.create();
    const failed = { status: 'failed', reason: 'selfie_mismatch' };
    expect(await becomes(data, { error: 'selfie_face_mismatch' })).toMatchObject(failed);
    await bench.later(SECOND);
    expect(cancelled()).toBe(1);
    const page = await bench.app.call(bench.tenant, 'POST', pathOf(data, '/customer-action'));
    expect(page).toMatchObject({ status: 409, body: { code: 'NO_CUSTOMER_ACTION' } });
    const reference = referenceOf(await bench.read(data));
    expect(await bench.deliver(bench.vendor.event(reference, 'canceled', 'whsec_1'))).toBe(200);
    await bench.later(SECOND);
    expect(await bench.read(data)).toMatchObject({ ...failed, result_payload: { status: 'canceled' } });
    expect(await bench.statuses(data)).toEqual(['pending', 'failed']);
    expect(cancelled()).toBe(1);
  });
});

describe('a start that Stripe answers with 500, again and again for the same key', () => {
  begunWith();

  it.each([
    ['but carried out', 'is found later', true],
    ['and did not carry out', 'is made later', false],
  ])('%s %s, once, and passes', async (_did, _then, kept) => {
    bench.vendor.breakNextCreation(kept);
    const { data } = await bench.create();
    const unknown = { status: 'pending', reason: 'provider_unavailable', provider_reference: null };
    expect(data).toMatchObject(unknown);
    // How long an outage is waited for is chance, and an hour at most.
    await bench.later(HOUR);
    expect(await bench.read(data)).toMatchObject({ status: 'pending', reason: 'awaiting_customer' });
    expect(bench.vendor.billed(String(data['id']))).toBe(1);
    expect(await pageOf(data)).toMatch(/^https:\/\/verify\.stripe\.com\/start/);
    expect(await becomes(data, { status: 'verified' })).toMatchObject({ status: 'verified' });
    expect(bench.vendor.billed(String(data['id']))).toBe(1);
  });
});
