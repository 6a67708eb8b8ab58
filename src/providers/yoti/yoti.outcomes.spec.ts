import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import type { YotiEntry } from '../../../test/vendors/yoti/yoti.session.js';
import { startYotiVendor, type YotiVendor } from '../../../test/vendors/yoti/yoti.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { YotiAdapter } from './yoti.adapter.js';
import { momentOf } from './yoti.messages.js';

const SDK_ID = '5d3add31-3a3a-4d3b-a6b4-347edb35264c';
const clock = new ScriptedClock('2026-01-31T08:00:00.000000Z');
const adapter = new YotiAdapter({ clock, http: new FetchHttp() });
let vendor: YotiVendor;
let checks = 0;

beforeAll(async () => {
  vendor = await startYotiVendor({ sdkId: SDK_ID, apiKey: 'key', clock });
});
afterAll(() => vendor.close());

function checkOf(change: Partial<Check> = {}): Check {
  checks += 1;
  const verificationId = `01939c5e-7a00-7000-8000-${String(checks).padStart(12, '0')}`;
  return {
    verificationId,
    ...{ verificationType: 'age', checkType: 'any_method', input: {}, reference: null },
    ...change,
  };
}

function callOf(settings: JsonObject = {}): Call {
  const connection = {
    settings: { base_url: vendor.url, ...settings },
    credentials: { sdk_id: SDK_ID, api_key: 'key', notification_url: 'https://shop.example/v1/canary-token' },
  };
  return { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) };
}

interface Circumstances {
  readonly check?: Partial<Check>;
  /** By which the session was made, and read. */
  readonly settings?: JsonObject;
  /** By which it is read, where those are others. */
  readonly later?: JsonObject;
}

async function started({ check: change = {}, settings = {} }: Circumstances = {}): Promise<Check> {
  const check = checkOf(change);
  const { reference = null } = await adapter.start(check, callOf(settings));
  return { ...check, reference };
}

/** What is read of a session once that has become of it. */
async function fetched(entry: YotiEntry, circumstances: Circumstances = {}): Promise<Observation> {
  const check = await started(circumstances);
  vendor.change(check.reference ?? '', entry);
  return adapter.fetch(check, callOf(circumstances.later ?? circumstances.settings));
}

const FAULT = { outcome: 'pending', retry: { class: 'outage' } } as const;
const UNKNOWN = { ...FAULT, reason: 'provider_response_unrecognised' } as const;
const MISMATCH = { ...FAULT, reason: 'provider_response_mismatch' } as const;
const AGAIN = { outcome: 'pending', reason: 'resubmission_requested', awaiting: 'customer' } as const;
const UNCERTAIN = { outcome: 'pending', reason: 'age_uncertain', awaiting: 'review' } as const;
const VERIFIED = { outcome: 'verified', reason: 'age_met' } as const;
const BELOW = { outcome: 'failed', reason: 'age_below_minimum' } as const;
const FORGED = { outcome: 'failed', reason: 'document_fraud' } as const;

const by = (method: string, status = 'COMPLETE', more: YotiEntry = {}): YotiEntry => ({ status, method, ...more });
const odd = (members: YotiEntry['odd'], entry: YotiEntry = by('DOC_SCAN')): YotiEntry => ({
  ...entry,
  odd: members ?? {},
});
const open = { allowed: true, threshold: 18, attempts_remaining: 0 };

describe('a session', () => {
  it.each<[string, YotiEntry, Partial<Observation>]>([
    ['PENDING', {}, { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' }],
    [
      'IN_PROGRESS',
      { status: 'IN_PROGRESS' },
      { outcome: 'pending', reason: 'provider_processing', awaiting: 'provider' },
    ],
    ['COMPLETE by a document', by('DOC_SCAN'), { ...VERIFIED, providerCode: 'COMPLETE' }],
    ['COMPLETE by an estimate', by('AGE_ESTIMATION'), VERIFIED],
    ['COMPLETE by the app', by('DIGITAL_ID'), VERIFIED],
    ['FAIL by an estimate', by('AGE_ESTIMATION', 'FAIL'), { ...BELOW, providerCode: 'FAIL' }],
    ['FAIL by a document', by('DOC_SCAN', 'FAIL'), BELOW],
    ['FAIL by an unknown method', by('MIND_READING', 'FAIL'), BELOW],
    ['ERROR by a document', by('DOC_SCAN', 'ERROR'), { ...FORGED, providerCode: 'ERROR' }],
    ['ERROR by an estimate', by('AGE_ESTIMATION', 'ERROR'), UNCERTAIN],
    ['ERROR without a method', { status: 'ERROR' }, UNCERTAIN],
    ['CANCELLED', { status: 'CANCELLED' }, { outcome: 'expired', reason: 'cancelled' }],
    ['EXPIRED', { status: 'EXPIRED' }, { outcome: 'expired', reason: 'session_expired' }],
    ['of an unknown status', { status: 'PAUSED' }, { ...UNKNOWN, providerCode: 'PAUSED' }],
    ['complete in small letters', by('DOC_SCAN', 'complete'), UNKNOWN],
    ['of a status that is a name of Object', { status: 'constructor' }, UNKNOWN],
    ['COMPLETE without a method', { status: 'COMPLETE' }, UNKNOWN],
    ['COMPLETE by an unknown method', by('MIND_READING'), UNKNOWN],
    ['COMPLETE by a method that was not open', by('CREDIT_CARD'), UNKNOWN],
    ['COMPLETE by what stands for an older proof', by('AGE_KEY'), UNKNOWN],
    ['COMPLETE without any threshold', odd({ doc_scan: { ...open, threshold: 0 }, age: undefined }), UNKNOWN],
    ['COMPLETE with a threshold in words', odd({ doc_scan: { ...open, threshold: '18' } }), UNKNOWN],
    ['COMPLETE whose age alone tells the threshold', odd({ doc_scan: { ...open, threshold: 0 } }), VERIFIED],
    ['COMPLETE with a threshold below the age', odd({ doc_scan: { ...open, threshold: 16 } }), UNCERTAIN],
    ['COMPLETE with an age below the threshold', odd({ age: 17 }), UNCERTAIN],
    ['COMPLETE for our reference in part', odd({ reference_id: '01939c5e' }), MISMATCH],
    ['COMPLETE for no reference', odd({ reference_id: undefined }), MISMATCH],
    ['COMPLETE for an empty reference', odd({ reference_id: '' }), MISMATCH],
    ['COMPLETE at no time', odd({ updated_at: null, created_at: null }), UNKNOWN],
    ['COMPLETE at times that are none', odd({ updated_at: 'today', created_at: 'yesterday' }), UNKNOWN],
    ['FAIL at no time', odd({ updated_at: null, created_at: null }, by('DOC_SCAN', 'FAIL')), BELOW],
    ['COMPLETE of another session', odd({ id: '14010f56-3f04-4f1f-84e7-a43ff723ef86' }), MISMATCH],
    ['COMPLETE of another account', odd({ sdk_id: '14010f56-3f04-4f1f-84e7-a43ff723ef86' }), MISMATCH],
    ['COMPLETE of our account in capitals', odd({ sdk_id: SDK_ID.toUpperCase() }), VERIFIED],
    ['COMPLETE that asked for the age itself', odd({ type: 'AGE', age: 40 }), MISMATCH],
    ['COMPLETE that asked for less than the age', odd({ type: 'UNDER' }), MISMATCH],
    ['COMPLETE that does not say what it asked for', odd({ type: undefined }), MISMATCH],
  ])('%s', async (_name, entry, expected) => {
    expect(await fetched(entry)).toMatchObject(expected);
  });

  it('of one kind of method does not pass by another', async () => {
    const document = { check: { checkType: 'document' } };
    expect(await fetched(by('DOC_SCAN'), document)).toMatchObject(VERIFIED);
    expect(await fetched(odd({ age_estimation: open }, by('AGE_ESTIMATION')), document)).toMatchObject(UNKNOWN);
    const estimate = { check: { checkType: 'age_estimation' } };
    expect(await fetched(by('AGE_ESTIMATION'), estimate)).toMatchObject(VERIFIED);
    expect(await fetched(odd({ doc_scan: open }), estimate)).toMatchObject(UNKNOWN);
  });

  it('passes by a method that the connection has taken out since', async () => {
    const settings = { methods: ['credit_card'] };
    expect(await fetched(by('CREDIT_CARD'), { settings, later: {} })).toMatchObject(VERIFIED);
  });
});

describe('two ages', () => {
  it.each<[string, YotiEntry, Circumstances, JsonObject]>([
    ['differ for an estimate', by('AGE_ESTIMATION'), {}, { minimum_age: 18, threshold: 25 }],
    ['are equal for a document', by('DOC_SCAN'), {}, { minimum_age: 18, threshold: 18 }],
    [
      'are those of the check where it says',
      by('AGE_ESTIMATION'),
      { check: { input: { minimum_age: 21 } }, settings: { minimum_age: 16, estimation_margin: 3 } },
      { minimum_age: 21, threshold: 24 },
    ],
    [
      'are those of the connection where it does not',
      by('AGE_ESTIMATION', 'FAIL'),
      { settings: { minimum_age: 16, estimation_margin: 0 } },
      { minimum_age: 16, threshold: 16 },
    ],
  ])('%s', async (_name, entry, circumstances, ages) => {
    const { payload } = await fetched(entry, circumstances);
    const method = (entry.method ?? '').toLowerCase();
    expect(payload).toEqual({ status: entry.status, method, ...ages });
  });

  it('are not mixed up when the connection asks for more by now', async () => {
    const more = { settings: { minimum_age: 18 }, later: { minimum_age: 20 } };
    expect(await fetched(by('DOC_SCAN'), more)).toMatchObject({
      ...UNCERTAIN,
      payload: { minimum_age: 20, threshold: 18 },
    });
    expect(await fetched(by('AGE_ESTIMATION'), more)).toMatchObject({ ...VERIFIED, payload: { threshold: 25 } });
  });

  it('are all that is shown: no age of the customer, no word that is not ours to know, no address of ours', async () => {
    const { payload, answer } = await fetched(odd({ account_id: 'Canary-Erika', birth_date: '1964-08-12' }));
    expect(payload).toEqual({ status: 'COMPLETE', method: 'doc_scan', minimum_age: 18, threshold: 18 });
    expect(JSON.stringify(answer)).toContain('Canary-Erika');
    expect(JSON.stringify(answer)).not.toMatch(/https?:|canary-token|sdk_id/);
    expect(JSON.stringify(answer)).not.toContain(SDK_ID);
    const { payload: other } = await fetched({ status: 'Erika', method: 'Mustermann' });
    expect(other).toEqual({ minimum_age: 18 });
    const { providerCode } = await fetched({ status: 'Erika Mustermann' });
    expect(providerCode).toBeUndefined();
  });
});

describe('a try that failed', () => {
  const once = { settings: { retry_enabled: false } };

  it.each<[string, YotiEntry, Circumstances, Partial<Observation>]>([
    ['FAIL, with one left', by('AGE_ESTIMATION', 'FAIL', { triesLeft: 1 }), {}, AGAIN],
    ['ERROR, with one left', by('DOC_SCAN', 'ERROR', { triesLeft: 1 }), {}, AGAIN],
    ['FAIL, with none left', by('AGE_ESTIMATION', 'FAIL'), {}, BELOW],
    ['ERROR, with none left', by('DOC_SCAN', 'ERROR'), {}, FORGED],
    ['FAIL, with one left that nobody may use', by('AGE_ESTIMATION', 'FAIL', { triesLeft: 1 }), once, BELOW],
    [
      'FAIL, with one left to resume',
      { ...by('DOC_SCAN', 'FAIL', { triesLeft: 1 }), odd: { resume_enabled: true } },
      once,
      AGAIN,
    ],
    [
      'FAIL, with one left of a method that is not open',
      { ...by('DOC_SCAN', 'FAIL'), odd: { credit_card: { allowed: false, threshold: 18, attempts_remaining: 3 } } },
      {},
      BELOW,
    ],
    [
      'FAIL, with one left when the session is over',
      { ...by('DOC_SCAN', 'FAIL', { triesLeft: 1 }), odd: { expires_at: '2026-01-31T08:00:00Z' } },
      {},
      BELOW,
    ],
  ])('%s', async (_name, entry, circumstances, expected) => {
    expect(await fetched(entry, circumstances)).toMatchObject(expected);
  });

  it('and may be repeated has the page open for it, and no time that could displace anything', async () => {
    const { customerAction, providerTime } = await fetched(by('DOC_SCAN', 'FAIL', { triesLeft: 1 }));
    expect(customerAction?.url).toContain('sessionId=');
    expect(providerTime).toBeUndefined();
  });
});

describe('a pass', () => {
  const passed: Circumstances = { check: { passedBefore: true } };

  it('that is taken back fails, by a later time, whatever tries are left', async () => {
    const check = await started();
    vendor.change(check.reference ?? '', by('DOC_SCAN', 'COMPLETE', { updatedAt: '2026-01-31T08:01:00.000001Z' }));
    const first = await adapter.fetch(check, callOf());
    expect(first).toMatchObject({ ...VERIFIED, providerTime: '2026-01-31T08:01:00.000001Z' });
    const entry = by('DOC_SCAN', 'FAIL', { triesLeft: 1, updatedAt: '2026-01-31T08:01:00.000002Z' });
    vendor.change(check.reference ?? '', entry);
    const later = await adapter.fetch({ ...check, passedBefore: true }, callOf());
    expect(later).toMatchObject({ ...BELOW, providerTime: '2026-01-31T08:01:00.000002Z' });
  });

  it.each<[string, YotiEntry, Partial<Observation>]>([
    ['is taken back by a document that is none', by('DOC_SCAN', 'ERROR', { triesLeft: 1 }), FORGED],
    ['stands while nobody knows why a session has an error', by('AGE_ESTIMATION', 'ERROR'), UNCERTAIN],
    ['does not end with the time of its session', { status: 'EXPIRED' }, UNKNOWN],
    ['does not end with the wish to go on', { status: 'CANCELLED' }, UNKNOWN],
  ])('%s', async (_name, entry, expected) => {
    expect(await fetched(entry, passed)).toMatchObject(expected);
  });
});

describe('the time of a decision', () => {
  it('is that of the last change, and where none is told, of a pass the beginning: it never begins anew', async () => {
    const undated = (status: string): YotiEntry => odd({ updated_at: null }, by('DOC_SCAN', status));
    const changed = by('DOC_SCAN', 'COMPLETE', { updatedAt: '2026-01-31T08:01:00Z' });
    const seen = [await fetched(changed), await fetched(undated('COMPLETE')), await fetched(undated('FAIL'))];
    const beginning = '2026-01-31T08:00:00.000000Z';
    expect(seen.map(({ providerTime }) => providerTime)).toEqual(['2026-01-31T08:01:00.000000Z', beginning, undefined]);
  });

  it.each([
    ['2026-01-31T08:00:00.123456Z', '2026-01-31T08:00:00.123456Z'],
    ['2026-01-31T08:00:00.1234Z', '2026-01-31T08:00:00.123400Z'],
    ['2026-01-31T08:00:00.5Z', '2026-01-31T08:00:00.500000Z'],
    ['2026-01-31T08:00:00Z', '2026-01-31T08:00:00.000000Z'],
    ['2026-01-31T10:00:00.000001+02:00', '2026-01-31T08:00:00.000001Z'],
    ['2026-02-30T08:00:00Z', null],
    ['2026-01-31 08:00:00', null],
    ['', null],
    [null, null],
  ])('%j is %j', (written, expected) => {
    expect(momentOf(written)).toBe(expected);
  });
});
