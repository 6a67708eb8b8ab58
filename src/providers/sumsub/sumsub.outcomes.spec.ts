import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import type { SumsubEntry } from '../../../test/vendors/sumsub/sumsub.applicant.js';
import { startSumsubVendor, type SumsubVendor } from '../../../test/vendors/sumsub/sumsub.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { SumsubAdapter } from './sumsub.adapter.js';
import { momentOf } from './sumsub.messages.js';

const token = 'sbx:token';
const secret = 'secret';
const clock = new ScriptedClock();
const adapter = new SumsubAdapter({ clock, http: new FetchHttp() });
let vendor: SumsubVendor;
let checks = 0;

beforeAll(async () => {
  vendor = await startSumsubVendor({ clock, token, secret, levels: { basic: 'individual', company: 'company' } });
});
afterAll(() => vendor.close());

function checkOf(change: Partial<Check> = {}): Check {
  checks += 1;
  const verificationId = `01939c5e-7a00-7000-8000-${String(checks).padStart(12, '0')}`;
  const kind = { verificationType: 'identity', checkType: 'document' };
  return { verificationId, ...kind, input: {}, reference: null, ...change };
}

function callOf(settings: JsonObject = {}): Call {
  const connection = {
    settings: {
      ...{ environment: 'sandbox', base_url: vendor.url, levels: { document: 'basic', age: 'basic', kyb: 'company' } },
      ...settings,
    },
    credentials: { app_token: token, secret_key: secret },
  };
  return { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) };
}

/** A check that was started, and what is read of it once that has become of it. */
async function fetched(
  entry: SumsubEntry,
  change: Partial<Check> = {},
  settings: JsonObject = {},
): Promise<Observation> {
  const check = checkOf(change);
  const { reference = '' } = await adapter.start(check, callOf(settings));
  vendor.change(reference, entry);
  return adapter.fetch({ ...check, reference }, callOf(settings));
}

const red = (rejectType: string, ...labels: readonly string[]): SumsubEntry => ({
  status: 'completed',
  answer: 'RED',
  rejectType,
  labels,
});
const CUSTOMER = { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' } as const;
const PROCESSING = { outcome: 'pending', reason: 'provider_processing', awaiting: 'provider' } as const;
const REVIEW = { outcome: 'pending', reason: 'manual_review', awaiting: 'review' } as const;
const AGAIN = { outcome: 'pending', reason: 'resubmission_requested', awaiting: 'customer' } as const;
const VERIFIED = { outcome: 'verified', reason: 'identity_verified', providerCode: 'GREEN' } as const;
const UNKNOWN = {
  outcome: 'pending',
  reason: 'provider_response_unrecognised',
  retry: { class: 'outage' },
} as const;
const MISMATCH = { outcome: 'pending', reason: 'provider_response_mismatch' } as const;
const failed = (reason: Observation['reason']): Partial<Observation> => ({ outcome: 'failed', reason });

describe('a review', () => {
  it.each<[string, SumsubEntry, Partial<Observation>]>([
    ['init', { status: 'init' }, CUSTOMER],
    ['awaitingUser', { status: 'awaitingUser' }, CUSTOMER],
    ['awaitingUser with a draft of an approval', { status: 'awaitingUser', answer: 'GREEN' }, CUSTOMER],
    ['pending', { status: 'pending' }, PROCESSING],
    ['pending with the answer of an earlier attempt', { ...red('RETRY', 'BAD_PHOTO'), status: 'pending' }, PROCESSING],
    ['queued', { status: 'queued' }, PROCESSING],
    ['prechecked', { status: 'prechecked' }, PROCESSING],
    ['awaitingService', { status: 'awaitingService' }, PROCESSING],
    ['awaitingService with a draft of an approval', { status: 'awaitingService', answer: 'GREEN' }, PROCESSING],
    ['onHold', { status: 'onHold' }, REVIEW],
    ['onHold after an approval', { status: 'onHold', answer: 'GREEN' }, REVIEW],
    ['onHold after a rejection', { ...red('FINAL', 'FORGERY'), status: 'onHold' }, REVIEW],
    ['completed, GREEN', { status: 'completed', answer: 'GREEN' }, VERIFIED],
    ['completed, GREEN with labels', { status: 'completed', answer: 'GREEN', labels: ['PEP'] }, VERIFIED],
    ['completed, GREEN of no level that is named', { status: 'completed', answer: 'GREEN', level: null }, VERIFIED],
    ['completed, RED and RETRY', red('RETRY', 'BAD_PHOTO'), { ...AGAIN, providerCode: 'BAD_PHOTO' }],
    ['completed, RED and RETRY for nothing', red('RETRY'), { ...AGAIN, providerCode: 'RED' }],
    ['completed, RED and FINAL for nothing', red('FINAL'), { ...failed('provider_rejected'), providerCode: 'RED' }],
    ['completed, RED and neither', { status: 'completed', answer: 'RED', labels: ['FORGERY'] }, UNKNOWN],
    ['completed, RED and an unknown type', red('PERHAPS', 'FORGERY'), UNKNOWN],
    ['completed, YELLOW', { status: 'completed', answer: 'YELLOW' }, UNKNOWN],
    ['completed, green', { status: 'completed', answer: 'green' }, UNKNOWN],
    ['completed without an answer', { status: 'completed' }, UNKNOWN],
    ['of an unknown status', { status: 'archived', answer: 'GREEN' }, { ...UNKNOWN, providerCode: 'archived' }],
    ['Completed', { status: 'Completed', answer: 'GREEN' }, UNKNOWN],
    ['of somebody else', { status: 'completed', answer: 'GREEN', echo: 'somebody' }, MISMATCH],
    ['of nobody', { status: 'completed', answer: 'GREEN', echo: null }, MISMATCH],
    ['in another level, GREEN', { status: 'completed', answer: 'GREEN', level: 'lenient' }, MISMATCH],
    ['in another level, RED', { ...red('FINAL', 'FORGERY'), level: 'lenient' }, failed('document_fraud')],
    ['in another level, not done', { status: 'pending', level: 'lenient' }, PROCESSING],
  ])('%s', async (_name, entry, expected) => {
    expect(await fetched(entry)).toMatchObject(expected);
  });

  it.each([
    ['identity', 'document', 'identity_verified'],
    ['age', 'document', 'age_met'],
    ['business_entity', 'kyb', 'register_active'],
  ] as const)('of %s/%s passes with %s', async (verificationType, checkType, reason) => {
    const entry = { status: 'completed', answer: 'GREEN' };
    expect(await fetched(entry, { verificationType, checkType })).toMatchObject({ outcome: 'verified', reason });
  });

  it('in a further level of the connection counts', async () => {
    const entry = { status: 'completed', answer: 'GREEN', level: 'basic 2' };
    expect(await fetched(entry, {}, { further_levels: ['basic 2'] })).toMatchObject(VERIFIED);
  });

  it('shows words of closed lists alone', async () => {
    const odd = 'Erika Mustermann, born 1964';
    expect((await fetched(red('FINAL', 'FORGERY', 'NEW_LABEL', odd))).payload).toEqual({
      ...{ review_status: 'completed', review_answer: 'RED', reject_type: 'FINAL' },
      ...{ reject_labels: ['FORGERY', 'NEW_LABEL'], level: 'basic', attempts: 1 },
    });
    expect((await fetched({ ...red('RETRY'), level: odd })).payload).not.toHaveProperty('level');
    expect((await fetched({ ...red('RETRY'), level: 'lenient-kyc' })).payload).toMatchObject({ level: 'lenient-kyc' });
    expect(await fetched({ status: odd })).toMatchObject({ ...UNKNOWN, payload: { level: 'basic', attempts: 1 } });
    expect((await fetched({ status: odd })).providerCode).toBeUndefined();
  });
});

describe('a rejection', () => {
  it.each<[string, Observation['reason'], ...string[]]>([
    ...['BLOCKLIST', 'BLACKLIST', 'COMPROMISED_PERSONS', 'PEP', 'SANCTIONS', 'CRIMINAL', 'ADVERSE_MEDIA'].map(
      (label) => [label, 'watchlist_hit'] as [string, Observation['reason']],
    ),
    ['FORGERY', 'document_fraud'],
    ['DOCUMENT_TEMPLATE', 'document_fraud'],
    ['FRAUDULENT_PATTERNS', 'document_fraud'],
    ['GRAPHIC_EDITOR', 'document_fraud'],
    ['FRAUDULENT_LIVENESS', 'selfie_fraud'],
    ['DUPLICATE', 'duplicate_identity'],
    ['SELFIE_MISMATCH', 'selfie_mismatch'],
    ['BAD_FACE_MATCHING', 'selfie_mismatch'],
    ['AGE_REQUIREMENT_MISMATCH', 'age_below_minimum'],
    ['WRONG_USER_REGION', 'region_not_supported'],
    ['REGULATIONS_VIOLATIONS', 'region_not_supported'],
    ['EXPIRATION_DATE', 'document_expired'],
    ['ID_INVALID', 'document_expired'],
    ['PROBLEMATIC_APPLICANT_DATA', 'data_mismatch'],
    ['INCONSISTENT_PROFILE', 'data_mismatch'],
    ['DOCUMENT_PAGE_MISSING', 'document_missing'],
    ['INCOMPLETE_DOCUMENT', 'document_missing'],
    ['BAD_PHOTO', 'document_unreadable'],
    ['UNSATISFACTORY_PHOTOS', 'document_unreadable'],
    ['DOCUMENT_DAMAGED', 'document_unreadable'],
    ['SCREENSHOTS', 'document_unreadable'],
    ['LOW_QUALITY', 'document_unreadable'],
    ['SPAM', 'retry_limit_reached'],
    ['A_LABEL_OF_TOMORROW', 'provider_rejected'],
    ['forgery', 'provider_rejected'],
  ])('for %s is %s', async (label, reason) => {
    expect(await fetched(red('FINAL', label))).toMatchObject(failed(reason));
  });

  it.each([
    [['BAD_PHOTO', 'SANCTIONS', 'FORGERY']],
    [['FORGERY', 'BAD_PHOTO', 'SANCTIONS']],
    [['A_LABEL_OF_TOMORROW', 'SANCTIONS']],
  ])('for %j is called by the gravest, in whatever order', async (labels) => {
    const expected = { ...failed('watchlist_hit'), providerCode: 'SANCTIONS' };
    expect(await fetched(red('FINAL', ...labels))).toMatchObject(expected);
  });

  it.each<[string, SumsubEntry, Partial<Observation>]>([
    ['for good', red('FINAL', 'FORGERY'), failed('document_fraud')],
    ['until something better comes', red('RETRY', 'BAD_PHOTO'), failed('document_unreadable')],
    [
      'for a document that has run out',
      red('RETRY', 'EXPIRATION_DATE'),
      { outcome: 'expired', reason: 'document_expired' },
    ],
    [
      'for good, as the document has run out',
      red('FINAL', 'ID_INVALID'),
      { outcome: 'expired', reason: 'document_expired' },
    ],
  ])('after an approval ends it: %s', async (_name, entry, expected) => {
    const check = checkOf();
    const { reference = '' } = await adapter.start(check, callOf());
    vendor.change(reference, { status: 'completed', answer: 'GREEN', reviewDate: '2026-01-31 08:00:00+0000' });
    const approved = await adapter.fetch({ ...check, reference }, callOf());
    vendor.change(reference, { ...entry, reviewDate: '2026-02-01 08:00:00+0000' });
    const taken = await adapter.fetch({ ...check, reference, passedBefore: true }, callOf());
    expect(taken).toMatchObject({ ...expected, providerTime: '2026-02-01T08:00:00.000000Z' });
    expect(approved.providerTime).toBe('2026-01-31T08:00:00.000000Z');
  });
});

describe('the time of a decision', () => {
  it.each([
    ['2026-01-31 08:00:00', '2026-01-31T08:00:00.000000Z'],
    ['2026-01-31 08:00:00.1', '2026-01-31T08:00:00.100000Z'],
    ['2026-01-31 08:00:00.123', '2026-01-31T08:00:00.123000Z'],
    ['2026-01-31 08:00:00+0000', '2026-01-31T08:00:00.000000Z'],
    ['2026-01-31T08:00:00.123456Z', '2026-01-31T08:00:00.123456Z'],
    ['2026-02-30 08:00:00', null],
    ['2026-01-31 24:00:00', null],
    ['2026-01-31 08:00:00+0200', null],
    ['31.01.2026', null],
    ['', null],
    [null, null],
    [undefined, null],
  ])('%j is %j', (written, expected) => {
    expect(momentOf(written)).toBe(expected);
  });

  it('is left out where it can not be read, or nothing is decided', async () => {
    const green = { status: 'completed', answer: 'GREEN' };
    expect((await fetched({ ...green, reviewDate: null })).providerTime).toBeUndefined();
    expect((await fetched({ ...green, reviewDate: 'soon' })).providerTime).toBeUndefined();
    for (const entry of [{ status: 'pending' }, red('RETRY'), { status: 'completed' }])
      expect((await fetched(entry)).providerTime).toBeUndefined();
    expect((await fetched(green)).providerTime).toBe('2026-01-31T08:00:00.000000Z');
  });
});

const scripts = (...all: readonly Script[]): void => {
  for (const script of all) vendor.misbehave(script);
};

describe('a fault', () => {
  it.each<[string, Script, Partial<Observation>]>([
    ['400', answering(400, { code: 400 }), { reason: 'provider_response_unrecognised', retry: { class: 'operator' } }],
    ['401', answering(401, { code: 401 }), { reason: 'provider_auth_failed', retry: { class: 'operator' } }],
    ['404', answering(404, { code: 404 }), { reason: 'provider_endpoint_gone', retry: { class: 'operator' } }],
    [
      '429',
      answering(429, { code: 429 }, { 'retry-after': '30' }),
      { reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 30_000 } },
    ],
    ['503', answering(503), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
    ['an applicant without an id', answering(201, { review: { reviewStatus: 'completed' } }), UNKNOWN],
    ['an applicant of another form', answering(201, { id: 'x', review: { reviewStatus: 'init' } }), UNKNOWN],
  ])('at the start: %s', async (_name, script, expected) => {
    scripts(script);
    expect(await adapter.start(checkOf(), callOf())).toMatchObject({ outcome: 'pending', ...expected });
  });

  it('of a 404 to a reading says nothing about the applicant', async () => {
    const check = { ...checkOf(), reference: '5cb56e8e0a975a35f333cb83' };
    expect(await adapter.fetch(check, callOf())).toMatchObject(UNKNOWN);
  });

  it('of a 404 that is not of Sumsub is not taken for "never got it"', async () => {
    for (const body of ['<html>', {}, { code: 410 }]) {
      scripts(answering(404, body));
      await expect(adapter.findByOurReference(checkOf(), callOf())).rejects.toMatchObject({
        reason: 'provider_endpoint_gone',
      });
    }
    expect(await adapter.findByOurReference(checkOf(), callOf())).toBeNull();
  });
});
