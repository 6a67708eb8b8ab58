import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering } from '../../../test/support/scripted-vendor.js';
import {
  startStripeIdentityVendor,
  type StripeIdentityVendor,
} from '../../../test/vendors/stripe-identity/stripe-identity.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Call, Check } from '../provider-adapter.js';
import { StripeIdentityAdapter } from './stripe-identity.adapter.js';
import { formOf } from './stripe-identity.form.js';

const key = 'sk_live_key';
const clock = new ScriptedClock();
const adapter = new StripeIdentityAdapter({ clock, http: new FetchHttp() });
let vendor: StripeIdentityVendor;
let checks = 0;

beforeEach(async () => {
  vendor = await startStripeIdentityVendor({ key, clock });
});
afterEach(() => vendor.close());

function checkOf(checkType = 'document', input: JsonObject = {}): Check {
  checks += 1;
  const verificationId = `01939c5e-7a00-7000-8000-${String(checks).padStart(12, '0')}`;
  return { verificationId, verificationType: 'identity', checkType, input, reference: null };
}

function callOf({ verificationId }: Check, settings: JsonObject = {}): Call {
  const connection = { settings: { base_url: vendor.url, ...settings }, credentials: { api_key: key } };
  return { connection, idempotencyKey: verificationId, signal: AbortSignal.timeout(5_000) };
}

async function started(): Promise<Check & { readonly reference: string }> {
  const check = checkOf();
  const { reference = '' } = await adapter.start(check, callOf(check));
  return { ...check, reference };
}

const asked = (): string[] =>
  vendor.requests.map(({ method, path }) => `${method} ${path.split('/').slice(4).join('/')}`);

describe('a form', () => {
  it('has members in brackets, lists by empty ones, and truth values as words', () => {
    const form = formOf({ a: 'b c', d: { e: { f: true, g: [1, 'h&i'] } }, j: ['k'], l: null });
    expect([...form]).toEqual([
      ['a', 'b c'],
      ['d[e][f]', 'true'],
      ['d[e][g][]', '1'],
      ['d[e][g][]', 'h&i'],
      ['j[]', 'k'],
      ['l', ''],
    ]);
  });
});

describe('a start', () => {
  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    [
      'document',
      {},
      {},
      {
        type: 'document',
        'options[document][require_id_number]': 'false',
        'options[document][require_live_capture]': 'false',
        'options[document][require_matching_selfie]': 'false',
      },
    ],
    [
      'document_selfie',
      { email: 'erika@example.com' },
      { allowed_document_types: ['passport'], require_live_capture: true, require_id_number: true },
      {
        type: 'document',
        'options[document][allowed_types][]': 'passport',
        'options[document][require_id_number]': 'true',
        'options[document][require_live_capture]': 'true',
        'options[document][require_matching_selfie]': 'true',
        'provided_details[email]': 'erika@example.com',
      },
    ],
    [
      'id_number',
      { phone: '+4915100000000' },
      { return_url: 'https://shop.example/back' },
      { type: 'id_number', 'provided_details[phone]': '+4915100000000', return_url: 'https://shop.example/back' },
    ],
    ['flow', {}, { verification_flow: 'vf_1' }, { verification_flow: 'vf_1' }],
  ])('of %s sends what it needs, and our id twice', async (checkType, input, settings, expected) => {
    const check = checkOf(checkType, input);
    expect(await adapter.start(check, callOf(check, settings))).toMatchObject({ reason: 'awaiting_customer' });
    const [sent] = vendor.requests;
    expect(Object.fromEntries(sent?.form ?? [])).toEqual({
      client_reference_id: check.verificationId,
      'metadata[verification_id]': check.verificationId,
      ...expected,
    });
    expect(sent?.headers).toMatchObject({
      'stripe-version': '2026-10-28.endive',
      'idempotency-key': check.verificationId,
    });
  });

  it('of a flow is not made where none is set', async () => {
    const check = checkOf('flow');
    expect(await adapter.start(check, callOf(check))).toMatchObject({ reason: 'provider_not_configured' });
    expect(vendor.requests).toEqual([]);
  });

  it('that is repeated with other settings is found, not made again', async () => {
    const check = await started();
    const again = await adapter.start({ ...check, reference: null }, callOf(check, { require_live_capture: true }));
    expect(again).toMatchObject({ outcome: 'pending', retry: { class: 'outage' } });
    expect(await adapter.findByOurReference(check, callOf(check))).toMatchObject({ reference: check.reference });
    expect(vendor.billed(check.verificationId)).toBe(1);
  });
});

describe('a start that Stripe broke off', () => {
  it('is found where a session came of it', async () => {
    const check = checkOf();
    vendor.breakNextCreation(true);
    expect(await adapter.start(check, callOf(check))).toMatchObject({ reason: 'provider_unavailable' });
    expect(await adapter.findByOurReference(check, callOf(check))).toMatchObject({ reason: 'awaiting_customer' });
  });

  it('is made anew where none came, though Stripe keeps its 500 for the key', async () => {
    const check = checkOf();
    vendor.breakNextCreation(false);
    expect(await adapter.start(check, callOf(check))).toMatchObject({ reason: 'provider_unavailable' });
    expect(await adapter.findByOurReference(check, callOf(check))).toBeNull();
    const again = await adapter.start(check, callOf(check));
    expect(again).toMatchObject({ outcome: 'pending', reason: 'awaiting_customer' });
    expect(await adapter.start(check, callOf(check))).toMatchObject({ reference: again.reference });
    expect(vendor.billed(check.verificationId)).toBe(1);
  });
});

describe('a search', () => {
  it('whose rows are not ours is no answer', async () => {
    const check = await started();
    const other = checkOf();
    const row = { object: 'identity.verification_session', id: 'vs_1', status: 'verified', livemode: true };
    vendor.misbehave(answering(200, { object: 'list', data: [{ ...row, client_reference_id: check.verificationId }] }));
    await expect(adapter.findByOurReference(other, callOf(other))).rejects.toMatchObject({
      reason: 'provider_response_mismatch',
    });
  });

  it('prefers the session that was not cancelled', async () => {
    const check = await started();
    const { reference: newer = '' } = await adapter.start(check.reference ? { ...check, reference: null } : check, {
      ...callOf(check),
      idempotencyKey: 'another',
    });
    vendor.decide(newer, { status: 'canceled' });
    vendor.decide(check.reference, { status: 'verified' });
    const found = await adapter.findByOurReference({ ...check, reference: null }, callOf(check));
    expect(found).toMatchObject({ outcome: 'verified', reference: check.reference });
  });
});

describe('a customer action', () => {
  it('is a fresh URL for 48 hours each time', async () => {
    const check = await started();
    const first = await adapter.customerAction(check, callOf(check));
    const second = await adapter.customerAction(check, callOf(check));
    expect(first?.expiresAt).toBe('2026-11-24T09:30:00.123456Z');
    expect(first?.url).not.toBe(second?.url);
  });

  it.each(['processing', 'verified', 'canceled'])('is none while the session is %s', async (status) => {
    const check = await started();
    vendor.decide(check.reference, { status });
    expect(await adapter.customerAction(check, callOf(check))).toBeNull();
  });

  it('is none while nobody knows of a session', async () => {
    const check = checkOf();
    expect(await adapter.customerAction(check, callOf(check))).toBeNull();
    expect(vendor.requests).toEqual([]);
  });
});

describe('a cancellation', () => {
  it('is sent without a key, for which Stripe would keep a 500', async () => {
    const check = await started();
    await adapter.cancel(check, callOf(check));
    expect(await adapter.fetch(check, callOf(check))).toMatchObject({ outcome: 'expired', reason: 'cancelled' });
    const keyed = vendor.requests.filter(({ headers }) => 'idempotency-key' in headers);
    expect(keyed.length).toBe(1);
  });

  it('leaves a pass alone', async () => {
    const check = await started();
    vendor.decide(check.reference, { status: 'verified' });
    await adapter.cancel(check, callOf(check));
    expect(asked().at(-2)).toBe(`POST ${check.reference}/cancel`);
    expect(await adapter.fetch(check, callOf(check))).toMatchObject({ outcome: 'verified' });
  });

  it.each([
    ['processing', 'provider_busy', 'timeout'],
    ['paused', 'provider_response_unrecognised', 'operator'],
  ])('of a session that is %s is refused: %s', async (status, reason, retry) => {
    const check = await started();
    vendor.decide(check.reference, { status, ...(status === 'paused' && { documented: false }) });
    await expect(adapter.cancel(check, callOf(check))).rejects.toMatchObject({ reason, retry: { class: retry } });
  });
});

describe('an erasure', () => {
  it('is accepted, and accepted again', async () => {
    const check = await started();
    vendor.decide(check.reference, { status: 'verified' });
    expect(await adapter.redact(check, callOf(check))).toBe('accepted');
    expect(await adapter.redact(check, callOf(check))).toBe('accepted');
  });

  it.each([
    ['processing', 'provider_busy', 'timeout'],
    ['canceled', 'provider_response_unrecognised', 'operator'],
  ])('of a session that is %s is refused: %s', async (status, reason, retry) => {
    const check = await started();
    vendor.decide(check.reference, { status });
    await expect(adapter.redact(check, callOf(check))).rejects.toMatchObject({ reason, retry: { class: retry } });
  });

  it('of a session that is gone is a fault', async () => {
    const check = { ...checkOf(), reference: 'vs_gone' };
    await expect(adapter.redact(check, callOf(check))).rejects.toMatchObject({
      reason: 'provider_response_unrecognised',
    });
  });
});

describe('an event of Stripe’s', () => {
  it('points at the session, whatever it says of it', async () => {
    const check = await started();
    const { connection } = callOf(check);
    const delivery = vendor.event(check.reference, 'verified', 'whsec_1');
    expect(await adapter.readCallback(delivery, { ...connection, callbackSecrets: ['whsec_2', 'whsec_1'] })).toEqual([
      { eventId: 'evt_2', reference: check.reference, ourReference: check.verificationId },
    ]);
  });
});
