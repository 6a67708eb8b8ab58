import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import type { StripeEntry } from '../../../test/vendors/stripe-identity/stripe-identity.session.js';
import {
  startStripeIdentityVendor,
  type StripeIdentityVendor,
} from '../../../test/vendors/stripe-identity/stripe-identity.vendor.js';
import { epochMilliseconds, instantOfEpoch } from '../../platform/clock.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { StripeIdentityAdapter } from './stripe-identity.adapter.js';

const key = 'rk_test_key';
const clock = new ScriptedClock();
const adapter = new StripeIdentityAdapter({ clock, http: new FetchHttp() });
let vendor: StripeIdentityVendor;
let checks = 0;

beforeAll(async () => {
  vendor = await startStripeIdentityVendor({ key, clock });
});
afterAll(() => vendor.close());

function checkOf(checkType = 'document_selfie'): Check {
  checks += 1;
  const verificationId = `01939c5e-7a00-7000-8000-${String(checks).padStart(12, '0')}`;
  return { verificationId, verificationType: 'identity', checkType, input: {}, reference: null };
}

function callOf({ idempotencyKey = 'key', ...settings }: JsonObject & { readonly idempotencyKey?: string } = {}): Call {
  const connection = {
    settings: { environment: 'sandbox', base_url: vendor.url, ...settings },
    credentials: { api_key: key },
  };
  return { connection, idempotencyKey, signal: AbortSignal.timeout(5_000) };
}

/** A session that was made, and is `entry` from then on. */
async function made(entry: StripeEntry, checkType?: string): Promise<Check & { readonly reference: string }> {
  const check = checkOf(checkType);
  const { reference = '' } = await adapter.start(check, callOf({ idempotencyKey: check.verificationId }));
  vendor.decide(reference, entry);
  return { ...check, reference };
}

const AWAITING = { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' } as const;
const AGAIN = { outcome: 'pending', reason: 'resubmission_requested', awaiting: 'customer' } as const;
const WORKING = { outcome: 'pending', reason: 'provider_processing', awaiting: 'provider' } as const;
const CANCELLED = { outcome: 'expired', reason: 'cancelled' } as const;
const UNKNOWN = { outcome: 'pending', reason: 'provider_response_unrecognised', retry: { class: 'outage' } } as const;
const MISMATCH = { outcome: 'pending', reason: 'provider_response_mismatch' } as const;

describe('a session', () => {
  it.each<[string, StripeEntry, Partial<Observation>]>([
    ['requires_input, not begun', {}, { ...AWAITING, providerCode: 'requires_input' }],
    // In a published fixture of Stripe's, and against its own contract.
    ['requires_input, with an empty error', { shown: { last_error: { code: null } }, documented: false }, AWAITING],
    ['processing', { status: 'processing' }, { ...WORKING, providerCode: 'processing' }],
    ['processing, after a failed attempt', { status: 'processing', error: 'document_expired' }, WORKING],
    ['verified', { status: 'verified' }, { outcome: 'verified', reason: 'identity_verified' }],
    [
      'verified, after a failed attempt',
      { status: 'verified', error: 'abandoned' },
      { outcome: 'verified', reason: 'identity_verified', providerCode: 'verified' },
    ],
    ['canceled', { status: 'canceled' }, { ...CANCELLED, providerCode: 'canceled' }],
    ['canceled, after a failed attempt', { status: 'canceled', error: 'document_expired' }, CANCELLED],
    [
      'requires_input, failed for an unknown code',
      { error: 'moon_phase', documented: false },
      { ...AGAIN, providerCode: 'moon_phase' },
    ],
    ['of an unknown status', { status: 'paused', documented: false }, UNKNOWN],
    ['that is live', { shown: { livemode: true } }, MISMATCH],
    ['with another id', { status: 'verified', shown: { id: 'vs_other' } }, MISMATCH],
    ['without our reference', { status: 'verified', shown: { client_reference_id: null, metadata: {} } }, MISMATCH],
    [
      'of another reference',
      { status: 'verified', shown: { client_reference_id: 'other', metadata: { verification_id: 'other' } } },
      MISMATCH,
    ],
    [
      'with our reference in its metadata alone',
      { status: 'verified', shown: { client_reference_id: null } },
      { outcome: 'verified', reason: 'identity_verified' },
    ],
  ])('%s', async (_name, entry, expected) => {
    expect(await adapter.fetch(await made(entry), callOf())).toMatchObject(expected);
  });
});

const CODES: readonly (readonly [code: string, reason: string])[] = [
  ['abandoned', 'abandoned'],
  ['consent_declined', 'consent_declined'],
  ['country_not_supported', 'region_not_supported'],
  ['device_not_supported', 'device_not_supported'],
  ['document_expired', 'document_expired'],
  ['document_type_not_supported', 'document_unsupported'],
  ['document_unverified_other', 'provider_rejected'],
  ['email_unverified_other', 'data_mismatch'],
  ['email_verification_declined', 'data_mismatch'],
  ['id_number_insufficient_document_data', 'data_mismatch'],
  ['id_number_mismatch', 'data_mismatch'],
  ['id_number_unverified_other', 'data_mismatch'],
  ['phone_unverified_other', 'data_mismatch'],
  ['phone_verification_declined', 'data_mismatch'],
  ['selfie_document_missing_photo', 'selfie_mismatch'],
  ['selfie_face_mismatch', 'selfie_mismatch'],
  ['selfie_manipulated', 'selfie_fraud'],
  ['selfie_unverified_other', 'selfie_mismatch'],
  ['under_supported_age', 'age_below_minimum'],
];

describe('a failed attempt', () => {
  it.each(CODES)('%s leaves the customer another one', async (code) => {
    const observation = await adapter.fetch(await made({ error: code }), callOf());
    expect(observation).toMatchObject({ ...AGAIN, providerCode: code, customerAction: { type: 'redirect' } });
    expect([observation.providerTime, observation.leavesOpen]).toEqual([undefined, undefined]);
  });

  it.each(CODES)('%s is a no where the connection wants it so: %s', async (code, reason) => {
    const check = await made({ error: code });
    const failed = { outcome: 'failed', reason, providerCode: code };
    const observation = await adapter.fetch(check, callOf({ failed_attempt: 'fail' }));
    expect(observation).toMatchObject({ ...failed, leavesOpen: true });
    expect(observation.customerAction).toBeUndefined();
    await adapter.cancel(check, callOf({ failed_attempt: 'fail' }));
    const closed = await adapter.fetch(check, callOf({ failed_attempt: 'fail' }));
    expect(closed).toMatchObject(failed);
    expect(closed.leavesOpen).toBeUndefined();
  });

  it('of an unknown code is no no, whatever the connection wants', async () => {
    const check = await made({ error: 'moon_phase', documented: false });
    expect(await adapter.fetch(check, callOf({ failed_attempt: 'fail' }))).toMatchObject(UNKNOWN);
    await expect(adapter.customerAction(check, callOf({ failed_attempt: 'fail' }))).rejects.toMatchObject({
      reason: 'provider_response_unrecognised',
    });
  });

  it('that is followed by a good one is displaced by it', async () => {
    const check = await made({ error: 'document_expired', reportedAt: 1_800_000_000 });
    const failed = await adapter.fetch(check, callOf({ failed_attempt: 'fail' }));
    vendor.decide(check.reference, { status: 'verified', reportedAt: 1_800_000_600 });
    const passed = await adapter.fetch(check, callOf({ failed_attempt: 'fail' }));
    expect([failed.outcome, passed.outcome]).toEqual(['failed', 'verified']);
    expect((passed.providerTime ?? '') > (failed.providerTime ?? '')).toBe(true);
  });
});

describe('an observation', () => {
  it('has the time of the report, shows statuses alone, and keeps the whole as evidence but what opens the session', async () => {
    const check = await made({ status: 'verified', reportedAt: 1_800_000_000 });
    const { providerTime, payload, answer, reference } = await adapter.fetch(check, callOf());
    expect(providerTime).toBe('2027-01-15T08:00:00.000000Z');
    expect(reference).toBe(check.reference);
    expect(payload).toEqual({
      status: 'verified',
      type: 'document',
      report: expect.stringMatching(/^vr_/) as unknown,
      checks: { document: { status: 'verified' }, selfie: { status: 'verified' } },
    });
    expect(answer).toMatchObject({ verified_outputs: { first_name: 'Canary-Erika' }, url: null, client_secret: null });
  });

  it('of an end is as old as the session: it takes no decision back', async () => {
    const at = Math.floor(epochMilliseconds(clock.now()) / 1000);
    const check = await made({ error: 'abandoned' });
    clock.advance(60_000);
    vendor.decide(check.reference, { status: 'canceled' });
    const ended = await adapter.fetch(check, callOf({ failed_attempt: 'fail' }));
    expect(ended).toMatchObject({ ...CANCELLED, providerTime: instantOfEpoch(at * 1000) });
  });

  it('of a failed part names its code', async () => {
    const check = await made({ error: 'selfie_face_mismatch' });
    const { payload, answer } = await adapter.fetch(check, callOf());
    expect(payload).toMatchObject({
      status: 'requires_input',
      last_error: 'selfie_face_mismatch',
      checks: { document: { status: 'verified' }, selfie: { status: 'unverified', error: 'selfie_face_mismatch' } },
    });
    expect(JSON.stringify(payload)).not.toContain('Canary');
    expect(JSON.stringify(answer)).not.toMatch(/verify\.stripe\.com|_secret_/);
  });

  it('of a pass without a report has no time of the provider', async () => {
    const check = await made({ status: 'verified', reportedAt: null });
    const observation = await adapter.fetch(check, callOf());
    expect([observation.outcome, observation.providerTime]).toEqual(['verified', undefined]);
  });

  it('of a report that this key may not read has no time of the provider', async () => {
    const check = await made({ status: 'verified', shown: { last_verification_report: 'vr_1' } });
    const observation = await adapter.fetch(check, callOf());
    expect([observation.outcome, observation.providerTime]).toEqual(['verified', undefined]);
  });

  it('of a pass stays one after the erasure, without a word of what was erased', async () => {
    const check = await made({ status: 'verified' });
    const before = await adapter.fetch(check, callOf());
    expect(await adapter.redact(check, callOf())).toBe('accepted');
    const after = await adapter.fetch(check, callOf());
    expect([after.outcome, after.reason, after.providerTime]).toEqual([
      before.outcome,
      before.reason,
      before.providerTime,
    ]);
    expect(JSON.stringify(after.payload)).not.toContain('[redacted]');
    expect(after.payload).toMatchObject({ redaction: 'processing' });
  });
});

describe('a fault', () => {
  it.each<[string, Script, Partial<Observation>]>([
    ['401', answering(401), { reason: 'provider_auth_failed', retry: { class: 'operator' } }],
    ['403', answering(403), { reason: 'provider_auth_failed', retry: { class: 'operator' } }],
    ['429', answering(429), { reason: 'provider_throttled', retry: { class: 'throttle' } }],
    ['409: the key is in use', answering(409), { reason: 'provider_busy', retry: { class: 'timeout' } }],
    ['500', answering(500), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
    [
      '400 for a key that was used with other words',
      answering(400, { error: { type: 'idempotency_error' } }),
      { reason: 'provider_response_unrecognised', retry: { class: 'outage' } },
    ],
    [
      '400 for anything else',
      answering(400, { error: { type: 'invalid_request_error' } }),
      { reason: 'provider_response_unrecognised', retry: { class: 'operator' } },
    ],
  ])('%s', async (_name, script, expected) => {
    vendor.misbehave(script);
    expect(await adapter.start(checkOf(), callOf())).toMatchObject({ outcome: 'pending', ...expected });
  });

  it('404 of a session that there was says nothing about the subject', async () => {
    expect(await adapter.fetch({ ...checkOf(), reference: 'vs_gone' }, callOf())).toMatchObject(UNKNOWN);
  });
});
