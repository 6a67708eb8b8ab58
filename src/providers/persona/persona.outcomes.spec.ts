import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import type { InquiryEntry, PlayedVerification } from '../../../test/vendors/persona/persona.inquiry.js';
import { type PersonaVendor, startPersonaVendor } from '../../../test/vendors/persona/persona.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { PersonaAdapter } from './persona.adapter.js';

const key = 'persona_sandbox_key';
const clock = new ScriptedClock('2026-01-31T08:00:00.000000Z');
const adapter = new PersonaAdapter({ clock, http: new FetchHttp() });
let vendor: PersonaVendor;
let checks = 0;

beforeAll(async () => {
  vendor = await startPersonaVendor({ key, clock });
});
afterAll(() => vendor.close());

function checkOf(change: Partial<Check> = {}): Check {
  checks += 1;
  const verificationId = `01939c5e-7a00-7000-8000-${String(checks).padStart(12, '0')}`;
  const kind = { verificationType: 'identity', checkType: 'document_selfie' };
  return { verificationId, ...kind, input: { family_name: 'Mustermann' }, reference: null, ...change };
}

function callOf(settings: JsonObject = {}, idempotencyKey = 'key'): Call {
  const templates = { document_selfie: 'itmpl_1', age: 'itmplv_2', document: 'tmpl_3' };
  const connection = {
    settings: { environment: 'sandbox', base_url: vendor.url, templates, ...settings },
    credentials: { api_key: key },
  };
  return { connection, idempotencyKey, signal: AbortSignal.timeout(5_000) };
}

/** Starts an inquiry, lets that become of it, and reads it. */
async function readingOf(
  entry: InquiryEntry,
  settings: JsonObject = {},
  kind: Partial<Check> = {},
): Promise<Observation> {
  const check = checkOf(kind);
  const { reference = '' } = await adapter.start(check, callOf(settings, check.verificationId));
  vendor.change(reference, entry);
  return adapter.fetch({ ...check, reference }, callOf(settings));
}

const at = (minute: number): string => `2026-01-31T08:${String(minute).padStart(2, '0')}:00.000Z`;
const CUSTOMER = { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' } as const;
const AGAIN = { outcome: 'pending', reason: 'resubmission_requested', awaiting: 'customer' } as const;
const WORKING = { outcome: 'pending', reason: 'provider_processing', awaiting: 'provider' } as const;
const VERIFIED = { outcome: 'verified', reason: 'identity_verified' } as const;
const REJECTED = { outcome: 'failed', reason: 'provider_rejected' } as const;
const FAULT = { outcome: 'pending', retry: { class: 'outage' } } as const;
const again = { type: 'government-id', status: 'requires_retry', createdAt: at(1) } as const;
const anew = { type: 'government-id', status: 'initiated', createdAt: at(2) } as const;

describe('an inquiry', () => {
  it.each<[string, InquiryEntry, JsonObject, Partial<Observation>]>([
    ['created', { status: 'created' }, {}, CUSTOMER],
    ['pending', { status: 'pending' }, {}, CUSTOMER],
    ['pending with a document to be shown again', { status: 'pending', verifications: [again] }, {}, AGAIN],
    ['pending with a document that is shown again', { status: 'pending', verifications: [again, anew] }, {}, CUSTOMER],
    ['the same in the other order', { status: 'pending', verifications: [anew, again] }, {}, CUSTOMER],
    ['completed', { status: 'completed', completedAt: at(3) }, {}, WORKING],
    [
      'completed where nobody decides',
      { status: 'completed', completedAt: at(3) },
      { completed: 'verified' },
      VERIFIED,
    ],
    ['failed', { status: 'failed', failedAt: at(3) }, {}, REJECTED],
    ['failed where somebody looks again', { status: 'failed', failedAt: at(3) }, { failed: 'pending' }, WORKING],
    [
      'needs_review',
      { status: 'needs_review' },
      {},
      { outcome: 'pending', reason: 'manual_review', awaiting: 'review' },
    ],
    ['approved', { status: 'approved', decisionedAt: at(4) }, {}, VERIFIED],
    ['declined', { status: 'declined', decisionedAt: at(4) }, {}, REJECTED],
    ['expired', { status: 'expired', expiredAt: at(5) }, {}, { outcome: 'expired', reason: 'session_expired' }],
    ['of an unknown status', { status: 'escalated' }, {}, { ...FAULT, reason: 'provider_response_unrecognised' }],
    [
      'of a status of JavaScript',
      { status: 'constructor' },
      {},
      { ...FAULT, reason: 'provider_response_unrecognised' },
    ],
    ['with another note', { status: 'approved', note: 'VIP' }, {}, { ...FAULT, reason: 'provider_response_mismatch' }],
    ['with no note', { status: 'approved', note: null }, {}, { ...FAULT, reason: 'provider_response_mismatch' }],
  ])('%s', async (_name, entry, settings, expected) => {
    expect(await readingOf(entry, settings)).toMatchObject(expected);
  });

  it.each(['initiated', 'submitted', 'passed', 'failed', 'canceled', 'skipped', 'confirmed', 'unheard_of'])(
    'pending with a document that is %s is still the customer’s',
    async (status) => {
      const entry = { status: 'pending', verifications: [{ type: 'government-id', status }] } as const;
      expect(await readingOf(entry)).toMatchObject(CUSTOMER);
    },
  );

  it('that is approved of an age is not one of an identity', async () => {
    const kind = { verificationType: 'age', checkType: 'document' };
    expect(await readingOf({ status: 'approved' }, {}, kind)).toMatchObject({ outcome: 'verified', reason: 'age_met' });
  });
});

describe('a failure', () => {
  const failed = (...names: readonly string[]): PlayedVerification => ({
    type: 'government-id',
    status: 'failed',
    checks: names.map((name) => ({ name, status: 'failed' })),
  });

  it.each<[string, readonly PlayedVerification[], Observation['reason'], string]>([
    ['an expired document', [failed('id_expired_detection')], 'document_expired', 'id_expired_detection'],
    ['a forgery', [failed('id_fabrication_detection')], 'document_fraud', 'id_fabrication_detection'],
    [
      'a forgery before all',
      [failed('id_expired_detection', 'id_tamper_detection')],
      'document_fraud',
      'id_expired_detection',
    ],
    ['another face', [failed('selfie_id_comparison')], 'selfie_mismatch', 'selfie_id_comparison'],
    ['no living face', [failed('selfie_liveness_detection')], 'selfie_fraud', 'selfie_liveness_detection'],
    ['somebody too young', [failed('id_age_comparison')], 'age_below_minimum', 'id_age_comparison'],
    ['another kind of document', [failed('id_type_detection')], 'document_unsupported', 'id_type_detection'],
    [
      'a document that nobody can read',
      [failed('id_unprocessable_submission_detection')],
      'document_unreadable',
      'id_unprocessable_submission_detection',
    ],
    ['half a document', [failed('id_double_side_detection')], 'document_missing', 'id_double_side_detection'],
    ['other data', [failed('database_name_comparison')], 'data_mismatch', 'database_name_comparison'],
    ['a check that is not known', [failed('id_aura_detection')], 'provider_rejected', 'id_aura_detection'],
    ['nothing that is told', [], 'provider_rejected', 'declined'],
    [
      'nothing that had to pass',
      [{ ...failed(), checks: [{ name: 'id_expired_detection', status: 'failed', requirement: 'not_required' }] }],
      'provider_rejected',
      'declined',
    ],
    [
      'nothing of an attempt that passed after all',
      [{ ...failed('id_expired_detection'), status: 'passed' }],
      'provider_rejected',
      'declined',
    ],
  ])('names %s', async (_name, verifications, reason, providerCode) => {
    const observation = await readingOf({ status: 'declined', decisionedAt: at(4), verifications });
    expect(observation).toMatchObject({ outcome: 'failed', reason, providerCode });
  });
});

describe('a time', () => {
  it.each<[string, InquiryEntry, string | undefined, JsonObject?]>([
    ['of an approval, the decision', { status: 'approved', completedAt: at(1), decisionedAt: at(4) }, at(4)],
    ['of an approval without one, the completion', { status: 'approved', completedAt: at(1) }, at(1)],
    ['of a decline, the decision', { status: 'declined', completedAt: at(1), decisionedAt: at(9) }, at(9)],
    ['of a failure, the failure', { status: 'failed', failedAt: at(2) }, at(2)],
    ['of a completion that decides, it', { status: 'completed', completedAt: at(3) }, at(3), { completed: 'verified' }],
    ['of a completion that a decision follows, none', { status: 'completed', completedAt: at(3) }, undefined],
    [
      'of a failure that somebody looks at, none',
      { status: 'failed', failedAt: at(3) },
      undefined,
      { failed: 'pending' },
    ],
    ['of a failure without one, the completion', { status: 'failed', completedAt: at(3) }, at(3)],
    ['of an approval after an end, the decision', { status: 'approved', expiredAt: at(6), decisionedAt: at(8) }, at(8)],
    ['of an end, the end', { status: 'expired', completedAt: at(1), expiredAt: at(6) }, at(6)],
    ['of a review, none', { status: 'needs_review', completedAt: at(1), decisionedAt: at(4) }, undefined],
  ])('is, %s', async (_name, entry, time, settings = {}) => {
    expect((await readingOf(entry, settings)).providerTime).toBe(time?.replace('.000Z', '.000000Z'));
  });

  it('of a decline is later than that of the approval which it takes back', async () => {
    const approved = await readingOf({ status: 'approved', decisionedAt: at(4) });
    const declined = await readingOf({ status: 'declined', decisionedAt: at(9) });
    expect((declined.providerTime ?? '') > (approved.providerTime ?? '')).toBe(true);
  });
});

describe('an observation', () => {
  it('shows kinds and codes alone, and keeps all but links as evidence', async () => {
    const checked = [{ name: 'id_type_detection', status: 'passed' }];
    const verifications = [{ type: 'government-id', status: 'passed', checks: checked }] as const;
    const { payload, answer } = await readingOf({ status: 'approved', comment: 'Words of a person', verifications });
    expect(payload).toEqual({
      status: 'approved',
      template_version: 'itmplv_LqX3jYwK7HnRpZmCvBdF8RtA',
      verifications: [{ type: 'government-id', status: 'passed' }],
    });
    const evidence = JSON.stringify(answer);
    for (const kept of ['Mustermann', 'Words of a person', 'CANARY01X00T47']) expect(evidence).toContain(kept);
    expect(evidence).not.toMatch(/https?:|token/);
  });
});
