import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import type { IdenfyEntry } from '../../../test/vendors/idenfy/idenfy.session.js';
import { type IdenfyVendor, startIdenfyVendor } from '../../../test/vendors/idenfy/idenfy.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { IdenfyAdapter } from './idenfy.adapter.js';

const clock = new ScriptedClock();
const adapter = new IdenfyAdapter({ clock, http: new FetchHttp() });
let vendor: IdenfyVendor;
let checks = 0;

beforeAll(async () => {
  vendor = await startIdenfyVendor({ key: 'key', secret: 'secret' });
});
afterAll(() => vendor.close());

function callOf(settings: JsonObject = {}): Call {
  const connection = {
    settings: { base_url: vendor.url, ...settings },
    credentials: { api_key: 'key', api_secret: 'secret' },
  };
  return { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) };
}

async function started(change: Partial<Check> = {}): Promise<Check & { readonly reference: string }> {
  checks += 1;
  const verificationId = `01939c5e-7a00-7000-8000-${String(checks).padStart(12, '0')}`;
  const check = { verificationId, verificationType: 'identity', checkType: 'document_selfie', input: {}, ...change };
  const { reference = '' } = await adapter.start({ ...check, reference: null }, callOf());
  return { ...check, reference };
}

/** What is read of a session once that has become of it. */
async function fetched(
  entry: IdenfyEntry,
  change: Partial<Check> = {},
  settings: JsonObject = {},
): Promise<Observation> {
  const check = await started(change);
  vendor.change(check.reference, entry);
  return adapter.fetch(check, callOf(settings));
}

const CUSTOMER = { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' } as const;
const AGAIN = { outcome: 'pending', reason: 'resubmission_requested', awaiting: 'customer' } as const;
const REVIEW = { outcome: 'pending', reason: 'manual_review', awaiting: 'review' } as const;
const VERIFIED = { outcome: 'verified', reason: 'identity_verified', providerCode: 'APPROVED' } as const;
const REJECTED = { outcome: 'failed', reason: 'provider_rejected', providerCode: 'DENIED' } as const;
const RUN_OUT = { outcome: 'expired', reason: 'session_expired' } as const;
const UNKNOWN = { outcome: 'pending', reason: 'provider_response_unrecognised', retry: { class: 'outage' } } as const;
const MISMATCH = { outcome: 'pending', reason: 'provider_response_mismatch' } as const;

describe('a status', () => {
  it.each<[string, IdenfyEntry, Partial<Observation>]>([
    ['ACTIVE', {}, { ...CUSTOMER, providerCode: 'ACTIVE' }],
    ['ACTIVE, looked at by nobody', { autoDocument: 'DOC_NOT_ANALYSED', autoFace: 'FACE_NOT_ANALYSED' }, CUSTOMER],
    ['ACTIVE after a try', { autoDocument: 'DOC_TOO_BLURRY' }, { ...AGAIN, providerCode: 'ACTIVE' }],
    ['ACTIVE after a try with the face', { autoDocument: 'DOC_VALIDATED', autoFace: 'FACE_GLARED' }, AGAIN],
    ['APPROVED', { status: 'APPROVED' }, VERIFIED],
    ['APPROVED for good', { status: 'APPROVED', final: true }, VERIFIED],
    ['APPROVED for now', { status: 'APPROVED', final: false }, { ...REVIEW, providerCode: 'APPROVED' }],
    ['DENIED', { status: 'DENIED' }, REJECTED],
    ['DENIED for now', { status: 'DENIED', final: false, autoDocument: 'DOC_FAKE' }, REVIEW],
    ['SUSPECTED', { status: 'SUSPECTED', fraudTags: ['DUPLICATE_FACE'] }, { ...REVIEW, providerCode: 'SUSPECTED' }],
    ['SUSPECTED for good', { status: 'SUSPECTED', final: true }, REVIEW],
    ['REVIEWING', { status: 'REVIEWING' }, { ...REVIEW, providerCode: 'REVIEWING' }],
    ['EXPIRED', { status: 'EXPIRED' }, { ...RUN_OUT, providerCode: 'EXPIRED' }],
    ['EXPIRED-DELETED', { status: 'EXPIRED-DELETED' }, { ...RUN_OUT, providerCode: 'EXPIRED-DELETED' }],
    ['DELETED', { status: 'DELETED' }, { ...UNKNOWN, providerCode: 'DELETED' }],
    ['DELETED with our reference', { status: 'DELETED', shown: { clientId: null } }, UNKNOWN],
    ['DELETED after a denial', { status: 'DELETED', final: true, autoDocument: 'DOC_FAKE' }, UNKNOWN],
    ['DELETED of somebody else', { status: 'DELETED', shown: { clientId: 'customer-7' } }, MISMATCH],
    ['ARCHIVED', { status: 'ARCHIVED' }, { ...UNKNOWN, providerCode: 'ARCHIVED' }],
    ['an unknown one', { status: 'PAUSED', final: true }, { ...UNKNOWN, providerCode: 'PAUSED' }],
    ['an unknown one of good results', { status: 'DONE', manualDocument: 'DOC_VALIDATED' }, UNKNOWN],
    ['Approved', { status: 'Approved' }, UNKNOWN],
    ['one of somebody else', { status: 'APPROVED', shown: { clientId: 'customer-7' } }, MISMATCH],
    ['one of nobody', { status: 'APPROVED', shown: { clientId: null } }, MISMATCH],
    [
      'one of another session',
      { status: 'APPROVED', shown: { scanRef: '328c6766-934e-11ed-bb9b-025ad99a18e7' } },
      MISMATCH,
    ],
    ['none', { shown: { status: null } }, UNKNOWN],
  ])('%s', async (_name, entry, expected) => {
    expect(await fetched(entry)).toMatchObject(expected);
  });

  it.each(['DELETED', 'ARCHIVED'])('%s after a pass takes nothing back', async (status) => {
    expect(await fetched({ status }, { passedBefore: true, holdsPass: true })).toMatchObject(UNKNOWN);
  });

  it('that is taken back is the later word: iDenfy tells no time, and the look counts', async () => {
    const check = await started();
    vendor.change(check.reference, { status: 'APPROVED' });
    const passed = await adapter.fetch(check, callOf());
    clock.advance(60_000);
    vendor.change(check.reference, { status: 'DENIED', manualFace: 'FACE_MISMATCH' });
    const failed = await adapter.fetch({ ...check, passedBefore: true, holdsPass: true }, callOf());
    expect(failed).toMatchObject({ outcome: 'failed', reason: 'selfie_mismatch' });
    expect([passed.providerTime, failed.providerTime]).toEqual([undefined, undefined]);
    expect(failed.observedAt > passed.observedAt).toBe(true);
  });
});

describe('an approval', () => {
  const suspicious = { status: 'APPROVED', fraudTags: ['DUPLICATE_FACE'] };
  const manual = { manual_review: true };
  it.each<[string, IdenfyEntry, JsonObject, Partial<Observation>]>([
    ['with a fraud tag', suspicious, {}, REVIEW],
    ['with a mismatch tag', { status: 'APPROVED', mismatchTags: ['NAME'] }, {}, REVIEW],
    ['with a tag that is not known', { status: 'APPROVED', fraudTags: ['NEW_TAG'] }, {}, REVIEW],
    ['with a tag that somebody has seen', { ...suspicious, manualDocument: 'DOC_VALIDATED' }, {}, VERIFIED],
    ['with a tag that the account accepts', suspicious, { suspicious_approvals: 'accept' }, VERIFIED],
    [
      'by the machine alone, where people look too',
      { status: 'APPROVED', autoDocument: 'DOC_VALIDATED' },
      manual,
      REVIEW,
    ],
    ['by people', { status: 'APPROVED', manualDocument: 'DOC_VALIDATED' }, manual, VERIFIED],
    ['that is said to be final', { status: 'APPROVED', final: true }, manual, VERIFIED],
    ['that is said not to be final', { status: 'APPROVED', final: false, manualDocument: 'DOC_VALIDATED' }, {}, REVIEW],
  ])('%s', async (_name, entry, settings, expected) => {
    expect(await fetched(entry, {}, settings)).toMatchObject(expected);
  });

  it.each(['', 'FACE_NOT_CHECKED', 'FACE_NOT_ANALYSED'])(
    'whose face is %j is one of a document alone',
    async (face) => {
      const entry = { status: 'APPROVED', autoFace: face, manualDocument: 'DOC_VALIDATED' };
      expect(await fetched(entry)).toMatchObject(REVIEW);
      expect(await fetched({ ...entry, manualFace: 'FACE_MATCH' })).toMatchObject(VERIFIED);
      expect(await fetched(entry, { checkType: 'document' })).toMatchObject(VERIFIED);
    },
  );
});

describe('an approval of document and face', () => {
  it.each(['FACE_MISMATCH', 'NO_FACE_FOUND', 'FACE_UNCERTAIN', 'FACE_ERROR', 'FAKE_FACE', 'AUTO_UNVERIFIABLE', 'NEW'])(
    'beside the word %s about the face is for somebody to look at',
    async (word) => {
      const [auto, manual] = [{ autoFace: word }, { autoFace: 'FACE_MATCH', manualFace: word }];
      expect(await fetched({ status: 'APPROVED', ...auto })).toMatchObject(REVIEW);
      expect(await fetched({ status: 'APPROVED', ...manual })).toMatchObject(REVIEW);
      expect(await fetched({ status: 'APPROVED', ...auto, manualFace: 'FACE_MATCH' })).toMatchObject(VERIFIED);
    },
  );
});

const DOCUMENT: readonly (readonly [Observation['reason'], readonly string[]])[] = [
  ['document_fraud', ['DOC_FAKE', 'DOC_SPOOF_DETECTED']],
  ['document_expired', ['DOC_EXPIRED']],
  ['region_not_supported', ['COUNTRY_NOT_SUPPORTED']],
  ['document_unsupported', ['DOC_NOT_SUPPORTED', 'DOC_NOT_ALLOWED', 'DOC_TYPE_MISMATCH', 'DOC_SUBTYPE_MISMATCH']],
  ['document_missing', ['DOC_NOT_FOUND', 'DOC_SIDE_MISMATCH']],
  ['data_mismatch', ['DOC_INFO_MISMATCH', 'COUNTRY_MISMATCH', 'DOC_PERSONAL_CODE_INVALID']],
  ['document_unreadable', ['DOC_NOT_FULLY_VISIBLE', 'DOC_FACE_NOT_FOUND', 'DOC_TOO_BLURRY', 'DOC_GLARED']],
  ['document_unreadable', ['DOC_FACE_GLARED', 'DOC_DAMAGED', 'MRZ_NOT_FOUND', 'MRZ_OCR_READING_ERROR', 'MRZ_INVALID']],
  ['document_unreadable', ['BARCODE_NOT_FOUND', 'DOC_NAME_ERROR', 'DOC_SURNAME_ERROR', 'DOC_EXPIRY_ERROR']],
  ['document_unreadable', ['DOC_DOB_ERROR', 'DOC_PERSONAL_NUMBER_ERROR', 'DOC_NUMBER_ERROR', 'DOC_SEX_ERROR']],
  ['document_unreadable', ['DOC_DATE_OF_ISSUE_ERROR', 'DOC_NATIONALITY_ERROR']],
];
const FACE: typeof DOCUMENT = [
  ['selfie_mismatch', ['FACE_MISMATCH', 'FACE_UNCERTAIN', 'NO_FACE_FOUND', 'TOO_MANY_FACES', 'FACE_TOO_BLURRY']],
  ['selfie_mismatch', ['FACE_GLARED']],
  ['selfie_fraud', ['FAKE_FACE', 'FACE_SUSPECTED']],
  ['fraud_suspected', ['FACE_BLACKLISTED']],
];
const NOTHING = [
  ...['DOC_NOT_ANALYSED', 'DOC_ERROR', 'AUTO_UNVERIFIABLE', 'EID_FAILED', 'NFC_INIT_FAILED', 'NFC_FAILED'],
  ...['NFC_TIMEOUT', 'FACE_NOT_CHECKED', 'FACE_NOT_ANALYSED', 'FACE_ERROR', 'FACE_MATCH', 'DOC_VALIDATED', 'DOC_NEW'],
];
const flat = (rows: typeof DOCUMENT): [string, Observation['reason']][] =>
  rows.flatMap(([reason, words]) => words.map((word): [string, Observation['reason']] => [word, reason]));

describe('a denial', () => {
  it.each(flat(DOCUMENT))('for %s of the document is %s', async (word, reason) => {
    const expected = { outcome: 'failed', reason, providerCode: word };
    expect(await fetched({ status: 'DENIED', autoDocument: word })).toMatchObject(expected);
    expect(await fetched({ status: 'DENIED', manualDocument: word })).toMatchObject(expected);
  });

  it.each(flat(FACE))('for %s of the face is %s', async (word, reason) => {
    const expected = { outcome: 'failed', reason, providerCode: word };
    const entry = { status: 'DENIED', autoDocument: 'DOC_VALIDATED' };
    expect(await fetched({ ...entry, autoFace: word })).toMatchObject(expected);
    expect(await fetched({ ...entry, autoFace: 'FACE_MATCH', manualFace: word })).toMatchObject(expected);
  });

  it.each(NOTHING)('for %s has no reason that is known', async (word) => {
    expect(await fetched({ status: 'DENIED', autoDocument: word })).toMatchObject(REJECTED);
  });

  it.each<[string, IdenfyEntry, Observation['reason']]>([
    [
      'what people said before the machine',
      { autoDocument: 'DOC_FAKE', manualDocument: 'DOC_EXPIRED' },
      'document_expired',
    ],
    ['the graver of two', { autoDocument: 'DOC_EXPIRED', autoFace: 'FAKE_FACE' }, 'selfie_fraud'],
    ['a fraud tag', { fraudTags: ['DUPLICATE_PERSONAL_DATA'] }, 'duplicate_identity'],
    ['a list', { fraudTags: ['AML_SUSPECTION'] }, 'watchlist_hit'],
    ['a blocklist', { fraudTags: ['DATA_BLACKLISTED'] }, 'fraud_suspected'],
    ['an age', { mismatchTags: ['UNDER_AGE'] }, 'age_below_minimum'],
    ['a name', { mismatchTags: ['SURNAME'] }, 'data_mismatch'],
    ['a tag that is not known', { fraudTags: ['NEW_TAG'] }, 'provider_rejected'],
  ])('tells %s', async (_name, entry, reason) => {
    expect(await fetched({ status: 'DENIED', ...entry })).toMatchObject({ outcome: 'failed', reason });
  });

  it('for a document that has run out since it passed ends the pass', async () => {
    const entry = { status: 'DENIED', manualDocument: 'DOC_EXPIRED' };
    expect(await fetched(entry, { passedBefore: true })).toMatchObject({
      ...{ outcome: 'expired', reason: 'document_expired' },
    });
  });
});

describe('what is shown', () => {
  it('are words of closed lists alone', async () => {
    const { payload } = await fetched({
      ...{ status: 'DENIED', autoDocument: 'DOC_VALIDATED', autoFace: 'Erika, 62', manualFace: 'FACE_MISMATCH' },
      ...{ fraudTags: ['DUPLICATE_FACE', 'like Hans Mustermann'], mismatchTags: ['NAME'] },
      shown: { docFirstName: 'Canary-Erika', note: 'https://ivs.idenfy.com/canary-token' },
    });
    expect(payload).toEqual({
      ...{ status: 'DENIED', auto_document: 'DOC_VALIDATED', manual_face: 'FACE_MISMATCH' },
      ...{ fraud_tags: ['DUPLICATE_FACE'], mismatch_tags: ['NAME'] },
    });
  });

  it('is nothing of links, also in evidence', async () => {
    const { answer } = await fetched({ status: 'APPROVED', shown: { note: 'https://ivs.idenfy.com/canary-token' } });
    expect(JSON.stringify(answer)).not.toContain('canary-token');
    expect(answer).toMatchObject({ status: 'APPROVED', note: null });
  });
});
