import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import type { DiditEntry } from '../../../test/vendors/didit/didit.session.js';
import { type DiditVendor, startDiditVendor } from '../../../test/vendors/didit/didit.vendor.js';
import { instant } from '../../platform/clock.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { DiditAdapter } from './didit.adapter.js';

const clock = new ScriptedClock('2026-01-31T08:00:00.000000Z');
const adapter = new DiditAdapter({ clock, http: new FetchHttp() });
const workflow = '5d0e7a52-8f2c-4a8e-9f51-0b6f1a2c3d41';
let vendor: DiditVendor;
let checks = 0;

beforeAll(async () => {
  vendor = await startDiditVendor({ key: 'key', clock });
});
afterAll(() => vendor.close());

const AGE = { verificationType: 'age', checkType: 'age_estimation' };

function checkOf(change: Partial<Check> = {}): Check {
  checks += 1;
  const verificationId = `01939c5e-7a00-7000-8000-${String(checks).padStart(12, '0')}`;
  const kind = { verificationType: 'identity', checkType: 'document_selfie' };
  return { verificationId, ...kind, input: {}, reference: null, ...change };
}

function callOf(settings: JsonObject = {}): Call {
  const workflows = { document_selfie: workflow, age: workflow };
  const connection = { settings: { base_url: vendor.url, workflows, ...settings }, credentials: { api_key: 'key' } };
  return { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) };
}

async function started(change: Partial<Check> = {}): Promise<Check & { readonly reference: string }> {
  const check = checkOf(change);
  const { reference = '' } = await adapter.start({ ...check, passedBefore: false }, callOf());
  return { ...check, reference };
}

/** What is read of a session once that has become of it. */
async function fetched(entry: DiditEntry, change: Partial<Check> = {}, settings?: JsonObject): Promise<Observation> {
  const check = await started(change);
  vendor.change(check.reference, entry);
  return adapter.fetch(check, callOf(settings));
}

const CUSTOMER = { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' } as const;
const AGAIN = { outcome: 'pending', reason: 'resubmission_requested', awaiting: 'customer' } as const;
const REVIEW = { outcome: 'pending', reason: 'manual_review', awaiting: 'review' } as const;
const VERIFIED = { outcome: 'verified', reason: 'identity_verified' } as const;
const REJECTED = { outcome: 'failed', reason: 'provider_rejected' } as const;
const FAULT = { outcome: 'pending', retry: { class: 'outage' } } as const;
const UNKNOWN = { ...FAULT, reason: 'provider_response_unrecognised' } as const;
const MISMATCH = { ...FAULT, reason: 'provider_response_mismatch' } as const;
const OPERATOR = { outcome: 'pending', reason: 'provider_not_configured', retry: { class: 'operator' } } as const;

describe('a session', () => {
  it.each<[string, DiditEntry, Partial<Observation>]>([
    ['Not Started', { status: 'Not Started' }, { ...CUSTOMER, providerCode: 'Not_Started' }],
    ['In Progress', { status: 'In Progress' }, { ...CUSTOMER, providerCode: 'In_Progress' }],
    ['Awaiting User', { status: 'Awaiting User' }, { ...CUSTOMER, providerCode: 'Awaiting_User' }],
    ['Resubmitted', { status: 'Resubmitted' }, { ...AGAIN, providerCode: 'Resubmitted' }],
    ['In Review', { status: 'In Review' }, { ...REVIEW, providerCode: 'In_Review' }],
    ['Approved', { status: 'Approved' }, { ...VERIFIED, providerCode: 'Approved' }],
    ['Declined', { status: 'Declined' }, { ...REJECTED, providerCode: 'Declined' }],
    ['Expired', { status: 'Expired' }, { outcome: 'expired', reason: 'session_expired', providerCode: 'Expired' }],
    ['Abandoned', { status: 'Abandoned' }, { outcome: 'expired', reason: 'abandoned', providerCode: 'Abandoned' }],
    [
      'Kyc Expired',
      { status: 'Kyc Expired' },
      { outcome: 'expired', reason: 'pass_outlived', providerCode: 'Kyc_Expired' },
    ],
    ['of an unknown status', { status: 'Archived' }, { ...UNKNOWN, providerCode: 'Archived' }],
    ['of a status in other letters', { status: 'approved' }, UNKNOWN],
    ['of a status in capitals', { status: 'APPROVED' }, UNKNOWN],
    ['of a status with another space', { status: 'Kyc  Expired' }, UNKNOWN],
    ['of a status of JavaScript', { status: 'constructor' }, UNKNOWN],
    ['of no status', { members: { status: null } }, UNKNOWN],
    ['of somebody else', { status: 'Approved', members: { vendor_data: 'customer-7' } }, MISMATCH],
    ['of nobody', { status: 'Approved', members: { vendor_data: null } }, MISMATCH],
    ['of another id', { status: 'Approved', members: { session_id: workflow } }, MISMATCH],
    ['of the sandbox', { status: 'Approved', members: { environment: 'sandbox' } }, MISMATCH],
    ['of a mode that nobody knows', { status: 'Approved', members: { environment: 'LIVE' } }, MISMATCH],
    ['of a mode that has another form', { status: 'Approved', members: { environment: 1 } }, UNKNOWN],
    ['that tells no mode', { status: 'Approved', members: { environment: null } }, VERIFIED],
    ['of a company', { status: 'Approved', members: { session_kind: 'business' } }, OPERATOR],
  ])('%s', async (_name, entry, expected) => {
    expect(await fetched(entry)).toMatchObject(expected);
  });

  it('that is approved of an age is not one of an identity', async () => {
    expect(await fetched({ status: 'Approved' }, AGE)).toMatchObject({ outcome: 'verified', reason: 'age_met' });
  });

  it('of the sandbox counts where the sandbox is asked', async () => {
    const members = { environment: 'sandbox' };
    const settings = { environment: 'sandbox' };
    expect(await fetched({ status: 'Approved', members }, {}, settings)).toMatchObject(VERIFIED);
    expect(await fetched({ status: 'Approved' }, {}, settings)).toMatchObject(MISMATCH);
  });
});

describe('a session in review', () => {
  const LISTED = { outcome: 'pending', reason: 'screening_possible_match', awaiting: 'review' } as const;
  const ENDED = { outcome: 'expired', reason: 'screening_possible_match', providerCode: 'In_Review' } as const;
  const HELD = { passedBefore: true, holdsPass: true };
  const screened = (risk: string, list = 'aml_screenings'): DiditEntry => {
    const warnings = [{ feature: 'AML', risk, log_type: 'warning' }];
    return { status: 'In Review', members: { [list]: [{ status: 'In Review', hits: [], warnings }] } };
  };

  it.each<[string, DiditEntry, Partial<Check>, Partial<Observation>]>([
    ['for a possible match', screened('POSSIBLE_MATCH_FOUND'), {}, { ...LISTED, providerCode: 'In_Review' }],
    ['for one after a pass, which it ends', screened('POSSIBLE_MATCH_FOUND'), HELD, ENDED],
    ['for one after a pass that is over', screened('POSSIBLE_MATCH_FOUND'), { passedBefore: true }, LISTED],
    ['for a screening that could not be made', screened('COULD_NOT_PERFORM_AML_SCREENING'), HELD, REVIEW],
    ['for a possible match of something else', screened('POSSIBLE_MATCH_FOUND', 'face_matches'), HELD, REVIEW],
    ['for something else, after a pass', { status: 'In Review' }, HELD, REVIEW],
  ])('%s', async (_name, entry, change, expected) => {
    const said = await fetched(entry, change);
    expect(said).toMatchObject(expected);
    expect(said.awaiting).toBe(expected.awaiting);
  });

  it('is none where a person has approved it, match or no match', async () => {
    expect(await fetched({ ...screened('POSSIBLE_MATCH_FOUND'), status: 'Approved' }, HELD)).toMatchObject(VERIFIED);
  });
});

describe('a decline', () => {
  const error = (...risks: readonly string[]): DiditEntry => ({
    status: 'Declined',
    risks: Object.fromEntries(risks.map((risk) => [risk, 'error'] as const)),
  });

  const DIFFERENCES = [
    ...['FULL_NAME_MISMATCH_WITH_PROVIDED', 'DOB_MISMATCH_WITH_PROVIDED', 'GENDER_MISMATCH_WITH_PROVIDED'],
    ...['DOCUMENT_COUNTRY_MISMATCH', 'DOCUMENT_SIDES_MISMATCH', 'DATA_INCONSISTENT'],
    ...['MRZ_AND_DATA_EXTRACTED_FROM_OCR_NOT_SAME', 'ID_VERIFICATION_DATA_MISMATCH_BETWEEN_DOCUMENTS'],
  ];
  const UNREADABLE = [
    ...['COULD_NOT_RECOGNIZE_DOCUMENT', 'COULD_NOT_DETECT_DOCUMENT_TYPE', 'PORTRAIT_IMAGE_NOT_DETECTED'],
    ...['NAME_NOT_DETECTED', 'DATE_OF_BIRTH_NOT_DETECTED', 'DOCUMENT_NUMBER_NOT_DETECTED'],
    ...['MRZ_NOT_DETECTED', 'MRZ_VALIDATION_FAILED'],
  ];

  it.each<readonly [DiditEntry, Observation['reason'], string]>([
    [error('POSSIBLE_MATCH_FOUND'), 'watchlist_hit', 'POSSIBLE_MATCH_FOUND'],
    [error('PORTRAIT_MANIPULATION_DETECTED'), 'document_fraud', 'PORTRAIT_MANIPULATION_DETECTED'],
    [error('PRINTED_COPY_DETECTED'), 'document_fraud', 'PRINTED_COPY_DETECTED'],
    [error('SCREEN_CAPTURE_DETECTED'), 'document_fraud', 'SCREEN_CAPTURE_DETECTED'],
    [error('PUBLIC_DOCUMENT_IMAGE_DETECTED'), 'document_fraud', 'PUBLIC_DOCUMENT_IMAGE_DETECTED'],
    [error('LIVENESS_FACE_ATTACK'), 'selfie_fraud', 'LIVENESS_FACE_ATTACK'],
    [error('FACE_IN_BLOCKLIST'), 'fraud_suspected', 'FACE_IN_BLOCKLIST'],
    [error('POSSIBLE_FACE_IN_BLOCKLIST'), 'fraud_suspected', 'POSSIBLE_FACE_IN_BLOCKLIST'],
    [error('ID_DOCUMENT_IN_BLOCKLIST'), 'fraud_suspected', 'ID_DOCUMENT_IN_BLOCKLIST'],
    [error('POSSIBLE_FRAUD'), 'fraud_suspected', 'POSSIBLE_FRAUD'],
    [error('DUPLICATED_FACE'), 'duplicate_identity', 'DUPLICATED_FACE'],
    [error('POSSIBLE_DUPLICATED_FACE'), 'duplicate_identity', 'POSSIBLE_DUPLICATED_FACE'],
    [error('POSSIBLE_DUPLICATED_USER'), 'duplicate_identity', 'POSSIBLE_DUPLICATED_USER'],
    [error('LOW_FACE_MATCH_SIMILARITY'), 'selfie_mismatch', 'LOW_FACE_MATCH_SIMILARITY'],
    [error('LOW_FRONT_CAMERA_FACE_MATCH_SIMILARITY'), 'selfie_mismatch', 'LOW_FRONT_CAMERA_FACE_MATCH_SIMILARITY'],
    [error('AGE_BELOW_MINIMUM'), 'age_below_minimum', 'AGE_BELOW_MINIMUM'],
    [error('MINIMUM_AGE_NOT_MET'), 'age_below_minimum', 'MINIMUM_AGE_NOT_MET'],
    [error('DOCUMENT_EXPIRED'), 'document_expired', 'DOCUMENT_EXPIRED'],
    [error('DOCUMENT_NOT_SUPPORTED_FOR_APPLICATION'), 'document_unsupported', 'DOCUMENT_NOT_SUPPORTED_FOR_APPLICATION'],
    ...DIFFERENCES.map((risk) => [error(risk), 'data_mismatch', risk] as const),
    ...UNREADABLE.map((risk) => [error(risk), 'document_unreadable', risk] as const),
    // The gravest counts, wherever it stands.
    [error('DOCUMENT_EXPIRED', 'PRINTED_COPY_DETECTED'), 'document_fraud', 'PRINTED_COPY_DETECTED'],
    [error('NEW_RISK', 'DOCUMENT_EXPIRED'), 'document_expired', 'DOCUMENT_EXPIRED'],
    [error('NEW_RISK'), 'provider_rejected', 'NEW_RISK'],
    [error('Words about Erika'), 'provider_rejected', 'Declined'],
    // What was looked at or noted declined nothing.
    [{ status: 'Declined', risks: { DOCUMENT_EXPIRED: 'warning' } }, 'provider_rejected', 'Declined'],
    [{ status: 'Declined', risks: { LIVENESS_FACE_ATTACK: 'information' } }, 'provider_rejected', 'Declined'],
    [{ status: 'Declined', members: { id_verifications: 'odd' } }, 'provider_rejected', 'Declined'],
    [{ status: 'Declined', members: { id_verifications: [null, 7] } }, 'provider_rejected', 'Declined'],
  ])('for %j is %s', async (entry, reason, providerCode) => {
    expect(await fetched(entry)).toMatchObject({ outcome: 'failed', reason, providerCode });
  });

  it('is none where the session was approved all the same', async () => {
    expect(await fetched({ status: 'Approved', risks: { DOCUMENT_EXPIRED: 'error' } })).toMatchObject(VERIFIED);
  });
});

describe('a time', () => {
  const reviewed = (status: string, ...reviews: readonly [string, string][]): DiditEntry => ({
    status,
    reviews: reviews.map(([new_status, hour]) => ({ new_status, created_at: `2026-02-01T${hour}:00:00.443172Z` })),
  });
  const hour = (text: string): string => `2026-02-01T${text}:00:00.443000Z`;
  const passed = (text: string): Partial<Check> => ({ passedBefore: true, passedAt: instant(hour(text)) });
  // Passed once, and taken back since. In the round in which that happened nothing tells it from a check that never passed.
  const LOST = { passedBefore: true };
  const LISTED = { aml_screenings: [{ warnings: [{ risk: 'POSSIBLE_MATCH_FOUND', log_type: 'warning' }] }] };
  const monitored = (...reviews: readonly [string, string][]): DiditEntry => ({
    ...reviewed('In Review', ...reviews),
    members: LISTED,
  });

  it.each<[string, DiditEntry, Partial<Check>, string | undefined]>([
    // Where no pass stands, no review tells whether it was before or after what took one back.
    ['of a person’s approval: none', reviewed('Approved', ['Approved', '10']), {}, undefined],
    ['of a person’s decline: none', reviewed('Declined', ['Declined', '10']), {}, undefined],
    ['of nobody’s approval: none', { status: 'Approved' }, {}, undefined],
    ['of nobody’s approval after a try', reviewed('Approved', ['Declined', '10']), {}, undefined],
    ['of an approval with odd reviews: none', { status: 'Approved', members: { reviews: [{}] } }, {}, undefined],
    ['of a review: none', reviewed('In Review', ['In Review', '10']), {}, undefined],
    ['of what is to be sent in again: none', reviewed('Resubmitted', ['Resubmitted', '10']), {}, undefined],
    // Read again it is of its pass, which is known without Didit; but no older than what people have decided since.
    ['of an approval that is read again: none', { status: 'Approved' }, passed('12'), undefined],
    ['of one without reviews', { status: 'Approved', reviews: null }, passed('12'), undefined],
    ['of a person’s, which gave the pass: none', reviewed('Approved', ['Approved', '12']), passed('12'), undefined],
    ['of one after a review before it: none', reviewed('Approved', ['Declined', '10']), passed('12'), undefined],
    ['of one after a later review', reviewed('Approved', ['Declined', '13']), passed('12'), hour('13')],
    ['of a person’s later one', reviewed('Approved', ['Approved', '13']), passed('12'), hour('13')],
    [
      'of the latest of several',
      reviewed('Approved', ['Declined', '13'], ['Approved', '14']),
      passed('12'),
      hour('14'),
    ],
    [
      'of the latest, in any order',
      reviewed('Approved', ['Approved', '14'], ['Declined', '13']),
      passed('12'),
      hour('14'),
    ],
    // What takes a pass back is later than any look that found it standing.
    ['of nobody’s decline: none', { status: 'Declined' }, passed('12'), undefined],
    ['of one after a person’s approval: none', reviewed('Declined', ['Approved', '10']), passed('10'), undefined],
    ['of one like one before: none', reviewed('Declined', ['Declined', '10']), passed('12'), undefined],
    ['of a person’s later decline: none', reviewed('Declined', ['Declined', '13']), passed('12'), undefined],
    ['of an end after a person’s approval: none', reviewed('Kyc Expired', ['Approved', '10']), passed('10'), undefined],
    ['of a match since: none', { ...monitored(['In Review', '10']) }, { ...passed('12'), holdsPass: true }, undefined],
    // And what is approved thereafter counts when it is read.
    ['of nobody’s approval after that: none', reviewed('Approved', ['Declined', '13']), LOST, undefined],
    ['of one by an old review: none', reviewed('Approved', ['Approved', '10']), LOST, undefined],
    ['of a person’s: none', reviewed('Approved', ['Declined', '13'], ['Approved', '14']), LOST, undefined],
  ])('%s', async (_name, entry, change, expected) => {
    expect((await fetched(entry, change)).providerTime).toBe(expected);
  });
});

describe('an observation', () => {
  it('shows words of closed lists alone, and keeps all but links as evidence', async () => {
    const risks = { QR_NOT_DETECTED: 'information', 'Words about Erika': 'warning' } as const;
    const { payload, answer } = await fetched({ status: 'Approved', risks });
    expect(payload).toEqual({
      ...{ status: 'Approved', workflow },
      checks: [
        { feature: 'id_verification', status: 'Approved', risks: ['QR_NOT_DETECTED'] },
        { feature: 'liveness', status: 'Approved' },
      ],
    });
    const evidence = JSON.stringify(answer);
    for (const kept of ['Canary-Mustermann', 'CANARY01X00T47', '1964-08-12']) expect(evidence).toContain(kept);
    expect(evidence).not.toMatch(/https?:|canary-token|session_token/);
  });

  it('of an odd word shows nothing of it', async () => {
    const odd = await fetched({ status: 'Erika Mustermann', members: { workflow_id: 'born 1964' } });
    expect(odd).toMatchObject(UNKNOWN);
    expect(odd.providerCode).toBeUndefined();
    expect(JSON.stringify(odd.payload)).not.toMatch(/Erika|1964/);
  });

  it('is bounded however much was found', async () => {
    const warnings = Array.from({ length: 50 }, (_, index) => ({ risk: `RISK_${'X'.repeat(50)}${String(index)}` }));
    const many = Array<JsonObject>(100).fill({ status: 'Approved', warnings });
    const { payload } = await fetched({ status: 'Approved', members: { face_matches: many } });
    expect(JSON.stringify(payload).length).toBeLessThan(8_192);
  });
});
