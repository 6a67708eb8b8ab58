import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import type { AttemptEntry } from '../../../test/vendors/plaid/plaid.attempt.js';
import { type PlaidVendor, startPlaidVendor } from '../../../test/vendors/plaid/plaid.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { PlaidAdapter } from './plaid.adapter.js';

const clock = new ScriptedClock('2026-01-31T08:00:00.000000Z');
const adapter = new PlaidAdapter({ clock, http: new FetchHttp() });
let vendor: PlaidVendor;
let checks = 0;

beforeAll(async () => {
  vendor = await startPlaidVendor({ clientId: 'client', secret: 'secret', clock, keys: [] });
});
afterAll(() => vendor.close());

function checkOf(change: Partial<Check> = {}): Check {
  checks += 1;
  const verificationId = `01939c5e-7a00-7000-8000-${String(checks).padStart(12, '0')}`;
  const kind = { verificationType: 'identity', checkType: 'document_selfie' };
  return { verificationId, ...kind, input: {}, reference: null, ...change };
}

function callOf(settings: JsonObject = {}): Call {
  const templates = { document_selfie: 'idvtmp_1', document: 'idvtmp_2' };
  const connection = {
    settings: { environment: 'sandbox', base_url: vendor.url, templates, ...settings },
    credentials: { client_id: 'client', secret: 'secret' },
  };
  return { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) };
}

/** A check whose attempt is begun, and what became of it. */
async function begun(entry: AttemptEntry = {}): Promise<Check & { readonly reference: string }> {
  const check = checkOf();
  const { reference = '' } = await adapter.start(check, callOf());
  vendor.change(reference, entry);
  return { ...check, reference };
}

const readingOf = async (entry: AttemptEntry): Promise<Observation> => adapter.fetch(await begun(entry), callOf());

const FAULT = { outcome: 'pending', retry: { class: 'outage' } } as const;
const UNKNOWN = { ...FAULT, reason: 'provider_response_unrecognised' } as const;
const step = (name: string, value = 'failed'): AttemptEntry => ({ status: 'failed', steps: { [name]: value } });
const failed = (reason: Observation['reason'], providerCode: string) =>
  ({ outcome: 'failed', reason, providerCode }) as const;
const document = (analysis: JsonObject): AttemptEntry => ({ ...step('documentary_verification'), analysis });

describe('an attempt', () => {
  it.each<[string, AttemptEntry, Partial<Observation>]>([
    ['active', {}, { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' }],
    ['success', { status: 'success' }, { outcome: 'verified', reason: 'identity_verified' }],
    [
      'success though a step failed',
      { status: 'success', steps: { kyc_check: 'failed' } },
      { outcome: 'verified', reason: 'identity_verified' },
    ],
    [
      'pending_review',
      { status: 'pending_review' },
      { outcome: 'pending', reason: 'manual_review', awaiting: 'review' },
    ],
    ['expired', { status: 'expired' }, { outcome: 'expired', reason: 'session_expired' }],
    ['canceled', { status: 'canceled' }, { outcome: 'expired', reason: 'cancelled' }],
    ['failed at accept_tos', step('accept_tos'), failed('consent_declined', 'accept_tos')],
    ['failed at verify_sms', step('verify_sms'), failed('data_mismatch', 'verify_sms')],
    ['failed at kyc_check', step('kyc_check'), failed('data_mismatch', 'kyc_check')],
    ['failed at the document', step('documentary_verification'), failed('document_fraud', 'documentary_verification')],
    [
      'failed at a document that has expired',
      document({ authenticity: 'match', extracted_data: { expiration_date: 'expired' } }),
      failed('document_expired', 'documentary_verification'),
    ],
    [
      'failed at a forged document that has expired',
      document({ authenticity: 'no_match', extracted_data: { expiration_date: 'expired' } }),
      failed('document_fraud', 'documentary_verification'),
    ],
    [
      'failed at a document that nobody can read',
      document({ authenticity: 'no_data', image_quality: 'low', extracted_data: null }),
      failed('document_unreadable', 'documentary_verification'),
    ],
    ['failed at the face', step('selfie_check'), failed('selfie_mismatch', 'selfie_check')],
    ['failed at the lists', step('watchlist_screening'), failed('watchlist_hit', 'watchlist_screening')],
    ['failed at the risk', step('risk_check'), failed('fraud_suspected', 'risk_check')],
    ['failed by a person', step('selfie_check', 'manually_rejected'), failed('selfie_mismatch', 'selfie_check')],
    [
      'failed at two steps',
      { status: 'failed', steps: { risk_check: 'failed', kyc_check: 'failed' } },
      failed('data_mismatch', 'kyc_check'),
    ],
    ['failed at no step', { status: 'failed' }, failed('provider_rejected', 'failed')],
    ['failed at a step that is not known', step('aura_check'), failed('provider_rejected', 'failed')],
    ['of an unknown status', { status: 'escalated' }, UNKNOWN],
    [
      'of another customer',
      { status: 'success', clientUserId: 'x' },
      { ...FAULT, reason: 'provider_response_mismatch' },
    ],
    ['of no customer', { status: 'success', clientUserId: null }, { ...FAULT, reason: 'provider_response_mismatch' }],
  ])('%s', async (_name, entry, expected) => {
    expect(await readingOf(entry)).toMatchObject(expected);
  });

  it.each([
    ...['success', 'active', 'waiting_for_prerequisite', 'not_applicable', 'skipped', 'expired', 'canceled'],
    ...['pending_review', 'manually_approved', 'unheard_of'],
  ])('that failed is not told by a step that is %s', async (value) => {
    expect(await readingOf(step('kyc_check', value))).toMatchObject(failed('provider_rejected', 'failed'));
  });

  const rejected = step('selfie_check', 'manually_rejected');
  const approved = { status: 'success', steps: { selfie_check: 'manually_approved' } };

  it.each<[string, AttemptEntry, AttemptEntry, Observation['outcome']]>([
    ['a pass', { status: 'success' }, rejected, 'failed'],
    ['a failure', step('selfie_check'), approved, 'verified'],
    ['a person’s yes', approved, rejected, 'failed'],
    ['a person’s no', rejected, approved, 'verified'],
  ])('says the later word where a person overrules %s, though it was completed no later', async (...row) => {
    const [, first, overruled, outcome] = row;
    const completedAt = '2026-01-31T07:50:00Z';
    const check = await begun({ ...first, completedAt });
    const before = await adapter.fetch(check, callOf());
    clock.advance(1_000);
    vendor.change(check.reference, { ...overruled, completedAt });
    const after = await adapter.fetch(check, callOf());
    expect([after.outcome, after.providerTime]).toEqual([outcome, undefined]);
    expect(after.observedAt > (before.providerTime ?? before.observedAt)).toBe(true);
  });

  it('in which people have decided, and that is heard of for the first time, is of its own time', async () => {
    const check = await begun({ status: 'success', completedAt: '2026-01-31T07:50:00Z' });
    const completedAt = '2026-01-31T09:55:00+02:00';
    const again = vendor.retry(check.reference, { ...approved, completedAt });
    const first = await adapter.fetch(check, callOf());
    expect(first).toMatchObject({ reference: again, providerTime: '2026-01-31T07:55:00.000000Z', providerSequence: 1 });
    expect((await adapter.fetch({ ...check, reference: again }, callOf())).providerTime).toBeUndefined();
  });

  it('shows its steps alone, and keeps all but links as evidence', async () => {
    const entry = {
      status: 'success',
      steps: { kyc_check: 'manually_approved', verify_sms: 'splendid' },
      analysis: {},
    };
    const { payload, answer } = await readingOf(entry);
    expect(payload).toEqual({
      status: 'success',
      template_version: 4,
      steps: {
        accept_tos: 'active',
        kyc_check: 'manually_approved',
        documentary_verification: 'waiting_for_prerequisite',
        selfie_check: 'waiting_for_prerequisite',
        watchlist_screening: 'not_applicable',
        risk_check: 'waiting_for_prerequisite',
      },
    });
    expect(JSON.stringify(answer)).toContain('192.0.2.42');
    expect(JSON.stringify(answer)).not.toMatch(/https?:|token|canary-key/);
  });
});

describe('a start', () => {
  it('tells what is known, and the id of the verification as the customer', async () => {
    const input = {
      given_name: 'Leslie',
      family_name: 'Knope',
      birth_date: '1975-01-18',
      phone_number: '+12345678909',
    };
    const check = checkOf({ input, checkType: 'document' });
    await adapter.start(check, callOf({ gave_consent: true }));
    expect(vendor.requests.at(-1)?.json).toEqual({
      template_id: 'idvtmp_2',
      client_user_id: check.verificationId,
      is_shareable: true,
      gave_consent: true,
      is_idempotent: true,
      user: {
        name: { given_name: 'Leslie', family_name: 'Knope' },
        date_of_birth: '1975-01-18',
        phone_number: '+12345678909',
      },
    });
  });

  it('without a template of its kind needs an operator, and asks nobody', async () => {
    const before = vendor.requests.length;
    const observation = await adapter.start(checkOf({ checkType: 'id_number' }), callOf());
    expect(observation).toMatchObject({ reason: 'provider_not_configured', retry: { class: 'operator' } });
    expect(vendor.requests.length).toBe(before);
  });

  const refusal = (status: number, error_type: string, error_code: string): Script =>
    answering(status, { error_type, error_code, error_message: 'Leslie Knope' });

  it.each<[string, Script, Observation['reason'], string]>([
    ['wrong keys', refusal(400, 'INVALID_INPUT', 'INVALID_API_KEYS'), 'provider_auth_failed', 'operator'],
    [
      'another environment',
      refusal(400, 'INVALID_INPUT', 'UNAUTHORIZED_ENVIRONMENT'),
      'provider_auth_failed',
      'operator',
    ],
    [
      'a product that is not sold',
      refusal(400, 'INVALID_INPUT', 'INVALID_PRODUCT'),
      'provider_not_entitled',
      'operator',
    ],
    ['a wrong field', refusal(400, 'INVALID_REQUEST', 'INVALID_FIELD'), 'provider_response_unrecognised', 'operator'],
    ['a limit', refusal(429, 'RATE_LIMIT_EXCEEDED', 'RATE_LIMIT'), 'provider_throttled', 'throttle'],
    ['a limit in a 400', refusal(400, 'RATE_LIMIT_EXCEEDED', 'RATE_LIMIT'), 'provider_throttled', 'throttle'],
    ['a fault of its own', refusal(500, 'API_ERROR', 'INTERNAL_SERVER_ERROR'), 'provider_unavailable', 'outage'],
    ['a fault of its own in a 400', refusal(400, 'API_ERROR', 'PLANNED_MAINTENANCE'), 'provider_unavailable', 'outage'],
    ['a page', answering(200, '<!doctype html>'), 'provider_response_unrecognised', 'outage'],
    ['half a body', answering(200, '{"id":"idv_'), 'provider_response_unrecognised', 'outage'],
  ])('answered with %s is pending', async (_name, script, reason, retryClass) => {
    vendor.misbehave(script);
    const observation = await adapter.start(checkOf(), callOf());
    expect(observation).toMatchObject({ outcome: 'pending', reason, retry: { class: retryClass } });
    expect(JSON.stringify(observation)).not.toContain('Knope');
  });
});
