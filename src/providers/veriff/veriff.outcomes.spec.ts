import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import type { VeriffEntry } from '../../../test/vendors/veriff/veriff.session.js';
import { startVeriffVendor, type VeriffVendor } from '../../../test/vendors/veriff/veriff.vendor.js';
import { instant } from '../../platform/clock.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { VeriffAdapter } from './veriff.adapter.js';
import { momentOf } from './veriff.messages.js';

const adapter = new VeriffAdapter({ clock: new ScriptedClock(), http: new FetchHttp() });
let vendor: VeriffVendor;
let checks = 0;

beforeAll(async () => {
  vendor = await startVeriffVendor({ integrations: { key: 'secret', 'age-key': 'age-secret' } });
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
  const credentials = {
    ...{ api_key: 'key', shared_secret: 'secret' },
    ...{ age_api_key: 'age-key', age_shared_secret: 'age-secret' },
  };
  const connection = { settings: { base_url: vendor.url, ...settings }, credentials, callbackSecrets: ['secret'] };
  return { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) };
}

async function started(change: Partial<Check> = {}): Promise<Check & { readonly reference: string }> {
  const check = checkOf(change);
  const { reference = '' } = await adapter.start(check, callOf());
  return { ...check, reference };
}

/** What is read of a session once that has become of it. */
async function fetched(
  entry: VeriffEntry,
  change: Partial<Check> = {},
  settings: JsonObject = {},
): Promise<Observation> {
  const check = await started(change);
  vendor.change(check.reference, entry);
  return adapter.fetch(check, callOf(settings));
}

const CUSTOMER = { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' } as const;
const PROCESSING = { outcome: 'pending', reason: 'provider_processing', awaiting: 'provider' } as const;
const REVIEW = { outcome: 'pending', reason: 'manual_review', awaiting: 'review' } as const;
const AGAIN = { outcome: 'pending', reason: 'resubmission_requested', awaiting: 'customer' } as const;
const VERIFIED = { outcome: 'verified', reason: 'identity_verified' } as const;
const UNKNOWN = {
  outcome: 'pending',
  reason: 'provider_response_unrecognised',
  retry: { class: 'outage' },
} as const;
const MISMATCH = { outcome: 'pending', reason: 'provider_response_mismatch' } as const;
const AT = { providerTime: instant('2026-01-31T08:00:00.123000Z') };

describe('a decision', () => {
  it.each<[string, VeriffEntry, Partial<Observation>]>([
    ['approved', { status: 'approved' }, { ...VERIFIED, ...AT, providerCode: 'approved' }],
    ['declined', { status: 'declined' }, { outcome: 'failed', reason: 'provider_rejected', ...AT }],
    [
      'resubmission_requested',
      { status: 'resubmission_requested', reasonCode: 201 },
      { ...AGAIN, providerCode: '201' },
    ],
    ['review', { status: 'review' }, REVIEW],
    ['review with the number of the abandoned', { status: 'review', code: 9104 }, REVIEW],
    ['expired', { status: 'expired' }, { outcome: 'expired', reason: 'session_expired', ...AT }],
    ['abandoned', { status: 'abandoned' }, { outcome: 'expired', reason: 'abandoned', ...AT }],
    ['abandoned with the number of a review', { status: 'abandoned', code: 9121 }, { outcome: 'expired' }],
    ['declined with the number of an approval', { status: 'declined', code: 9001 }, { outcome: 'failed' }],
    ['of an unknown status', { status: 'archived' }, { ...UNKNOWN, providerCode: 'archived' }],
    ['of an unknown status with the number of an approval', { status: 'archived', code: 9001 }, UNKNOWN],
    ['Approved', { status: 'Approved' }, UNKNOWN],
    ['created', { status: 'created' }, UNKNOWN],
    ['of somebody else', { status: 'approved', echo: 'somebody' }, MISMATCH],
    ['of nobody', { status: 'approved', echo: null }, MISMATCH],
  ])('%s', async (_name, entry, expected) => {
    expect(await fetched(entry)).toMatchObject(expected);
  });

  it('of a pending kind has no time that could displace anything', async () => {
    for (const status of ['review', 'resubmission_requested', 'archived'])
      expect((await fetched({ status })).providerTime).toBeUndefined();
    expect((await fetched({ status: 'approved', decisionTime: null })).providerTime).toBeUndefined();
  });

  it('later than another one of the session is later by its time', async () => {
    const check = await started();
    vendor.change(check.reference, { status: 'approved', decisionTime: '2026-01-31T08:00:00.000Z' });
    const approved = await adapter.fetch(check, callOf());
    vendor.change(check.reference, { status: 'declined', reasonCode: 106, decisionTime: '2026-02-01T08:00:00.000Z' });
    const taken = await adapter.fetch({ ...check, passedBefore: true }, callOf());
    expect(taken).toMatchObject({ outcome: 'failed', reason: 'fraud_suspected' });
    expect((taken.providerTime ?? '') > (approved.providerTime ?? '')).toBe(true);
  });

  it('shows words and numbers of closed lists alone', async () => {
    const { payload, answer } = await fetched({ status: 'declined', reasonCode: '102' });
    expect(payload).toEqual({ status: 'declined', code: 9102, reason_code: '102' });
    expect(JSON.stringify(answer)).toContain('CANARY01X00T47');
    const odd = await fetched({ status: 'Erika Mustermann', reasonCode: 'born 1964' });
    expect(odd).toMatchObject({ ...UNKNOWN, payload: { code: 9001 } });
    expect(odd.providerCode).toBeUndefined();
  });
});

describe('a decline', () => {
  it.each<[number | string | null, Observation['reason']]>([
    [101, 'document_unreadable'],
    [102, 'document_fraud'],
    ['102', 'document_fraud'],
    [103, 'selfie_mismatch'],
    [104, 'data_mismatch'],
    [105, 'fraud_suspected'],
    [106, 'fraud_suspected'],
    [107, 'duplicate_identity'],
    [108, 'duplicate_identity'],
    [109, 'duplicate_identity'],
    [110, 'duplicate_identity'],
    [111, 'fraud_suspected'],
    [112, 'region_not_supported'],
    [113, 'fraud_suspected'],
    [120, 'selfie_mismatch'],
    [121, 'data_mismatch'],
    [122, 'data_mismatch'],
    [123, 'data_mismatch'],
    [124, 'duplicate_identity'],
    [126, 'watchlist_hit'],
    [127, 'watchlist_hit'],
    [128, 'data_mismatch'],
    ...[501, 502, 503, 504, 505, 506, 507].map((code) => [code, 'document_fraud'] as [number, Observation['reason']]),
    [539, 'retry_limit_reached'],
    [999, 'provider_rejected'],
    ['A1', 'provider_rejected'],
    [null, 'provider_rejected'],
  ])('for %j is %s', async (reasonCode, reason) => {
    const code = reasonCode === null ? 'declined' : String(reasonCode);
    const expected = { outcome: 'failed', reason, providerCode: code };
    expect(await fetched({ status: 'declined', reasonCode })).toMatchObject(expected);
  });

  it.each([129, '129'])(
    'for a workflow that is invalid (%j) is a fault of ours and no word about the person',
    async (reasonCode) => {
      expect(await fetched({ status: 'declined', reasonCode })).toMatchObject({
        ...{ outcome: 'pending', reason: 'provider_not_configured', retry: { class: 'operator' } },
      });
    },
  );
});

describe('an estimate', () => {
  it.each<[string, VeriffEntry, JsonObject, Partial<Observation>]>([
    ['that passes', { status: 'approved', estimatedAge: 30 }, {}, { outcome: 'verified', reason: 'age_met' }],
    ['that passes and is not told', { status: 'approved' }, {}, { outcome: 'verified', reason: 'age_met' }],
    [
      'of just enough',
      { status: 'approved', estimatedAge: 21 },
      { minimum_age: 21 },
      { outcome: 'verified', payload: { status: 'approved', code: 9001, minimum_age: 21, minimum_reached: true } },
    ],
    [
      'that passes there and is not enough here',
      { status: 'approved', estimatedAge: 20.9 },
      { minimum_age: 21 },
      { outcome: 'failed', reason: 'age_below_minimum' },
    ],
    [
      'that passes there and can not be compared here',
      { status: 'approved', estimatedAge: null },
      { minimum_age: 21 },
      { outcome: 'pending', reason: 'age_uncertain', awaiting: 'review' },
    ],
    [
      'that is declined for nothing and too low',
      { status: 'declined', estimatedAge: 15 },
      { minimum_age: 21 },
      { outcome: 'failed', reason: 'age_below_minimum', providerCode: 'declined' },
    ],
    [
      'that is declined for something and too low',
      { status: 'declined', reasonCode: 106, estimatedAge: 15 },
      { minimum_age: 21 },
      { outcome: 'failed', reason: 'fraud_suspected' },
    ],
    [
      'that is declined',
      { status: 'declined', estimatedAge: 40 },
      { minimum_age: 21 },
      { outcome: 'failed', reason: 'provider_rejected' },
    ],
  ])('%s', async (_name, entry, settings, expected) => {
    expect(await fetched(entry, AGE, settings)).toMatchObject(expected);
  });

  it('is asked for, and read, by the integration for ages', async () => {
    await fetched({ status: 'approved' }, AGE);
    const [made, read] = vendor.requests.slice(-2);
    expect([made?.headers['x-auth-client'], read?.headers['x-auth-client']]).toEqual(['age-key', 'age-key']);
  });

  it('has nothing to do with a document', async () => {
    const observation = await fetched({ status: 'approved', estimatedAge: 12 }, {}, { minimum_age: 21 });
    expect(observation).toMatchObject(VERIFIED);
    expect(observation.payload).toEqual({ status: 'approved', code: 9001 });
  });
});

describe('a session without a decision', () => {
  it.each<[string, readonly string[], Partial<Observation>]>([
    ['nobody has opened', [], CUSTOMER],
    ['is created', ['created'], CUSTOMER],
    ['is begun', ['started'], CUSTOMER],
    ['is sent in', ['submitted'], PROCESSING],
    ['is sent in again', ['resubmission_requested', 'submitted'], PROCESSING],
    ['is to be sent in again', ['submitted', 'resubmission_requested'], AGAIN],
    ...['approved', 'declined', 'review', 'expired', 'abandoned'].map(
      (status) => [`is ${status}, which is told in a moment`, [status], PROCESSING] as [string, string[], object],
    ),
    ['is in an unknown state', ['paused'], { ...UNKNOWN, providerCode: 'paused' }],
  ])('that %s', async (_name, tries, expected) => {
    expect(await fetched({ tries })).toMatchObject(expected);
  });
});

describe('the time of a decision', () => {
  it.each([
    ['2026-01-31T08:00:00.123Z', '2026-01-31T08:00:00.123000Z'],
    ['2026-01-31T08:00:00Z', '2026-01-31T08:00:00.000000Z'],
    ['2026-01-31T10:00:00+02:00', '2026-01-31T08:00:00.000000Z'],
    ['2026-02-30T08:00:00Z', null],
    ['2026-01-31 08:00:00', null],
    ['', null],
    [null, null],
  ])('%j is %j', (written, expected) => {
    expect(momentOf(written)).toBe(expected);
  });
});
