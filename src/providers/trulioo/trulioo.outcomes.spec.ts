import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import {
  type RecordEntry,
  startTruliooVendor,
  type TruliooVendor,
} from '../../../test/vendors/trulioo/trulioo.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { TruliooAdapter } from './trulioo.adapter.js';
import { TRULIOO_CONNECTION } from './trulioo.connection.js';

const clock = new ScriptedClock('2026-01-31T08:00:00.000000Z');
const adapter = new TruliooAdapter({ clock, http: new FetchHttp() });
const verificationId = '01939c5e-7a00-7000-8000-000000000001';
let vendor: TruliooVendor;

beforeAll(async () => {
  vendor = await startTruliooVendor(clock);
});
afterAll(() => vendor.close());

function callOf(settings: JsonObject = {}): Call {
  const connection = {
    settings: { base_url: vendor.url, terms_accepted: true, source_errors: 'ask_again', ...settings },
    credentials: vendor.credentials,
  };
  return { connection, idempotencyKey: verificationId, signal: AbortSignal.timeout(5_000) };
}

const input = { country: 'CA', given_name: 'Ada', family_name: 'Examplesson' };

function checkOf(change: Partial<Check> = {}): Check {
  return { verificationId, verificationType: 'identity', checkType: 'database', input, reference: null, ...change };
}

/** What sources that find that say at once. */
function answered(entry: RecordEntry, settings: JsonObject = {}, change: Partial<Check> = {}): Promise<Observation> {
  vendor.put('Examplesson', entry);
  return adapter.start(checkOf(change), callOf(settings));
}

const VERIFIED = { outcome: 'verified', reason: 'identity_verified' } as const;
const DIFFERENT = { outcome: 'failed', reason: 'data_mismatch' } as const;
const REVIEW = { outcome: 'pending', reason: 'manual_review', awaiting: 'review' } as const;
const UNASKED = { outcome: 'pending', reason: 'provider_review_required', awaiting: 'review' } as const;
const LISTED = { outcome: 'pending', reason: 'screening_possible_match', awaiting: 'review' } as const;
const AWAY = {
  outcome: 'pending',
  reason: 'provider_unavailable',
  retry: { class: 'outage', afterMs: 3_600_000, of: 'check' },
} as const;
const UNKNOWN = { outcome: 'pending', reason: 'provider_response_unrecognised', retry: { class: 'outage' } } as const;
const MISMATCH = { outcome: 'pending', reason: 'provider_response_mismatch', retry: { class: 'outage' } } as const;

const down = { source: ['1002'] };
const consent = { source: ['1005'] };

describe('a record', () => {
  it.each<[string, RecordEntry, JsonObject, object]>([
    ['match', {}, {}, VERIFIED],
    ['match, written otherwise', { status: 'Match' }, {}, VERIFIED],
    ['match, beside a source that is down', { errors: down }, {}, UNASKED],
    ['match, beside a source that was not asked', { errors: consent }, {}, UNASKED],
    ['match, whatever stands beside it', { errors: down }, { errors_beside_match: 'verified' }, VERIFIED],
    ['nomatch', { status: 'nomatch' }, {}, DIFFERENT],
    ['nomatch, beside a source that is down', { status: 'nomatch', errors: down }, {}, AWAY],
    [
      'nomatch, beside one that is down, looked at',
      { status: 'nomatch', errors: down },
      { source_errors: 'review' },
      UNASKED,
    ],
    ['nomatch, beside a source that was not asked', { status: 'nomatch', errors: consent }, {}, UNASKED],
    ['partial', { status: 'partial' }, {}, REVIEW],
    ['partial, beside a source that is down', { status: 'partial', errors: down }, {}, REVIEW],
    ['partial, taken for a failure', { status: 'partial' }, { partial: 'failed' }, DIFFERENT],
    [
      'partial, taken for a failure, beside one that is down',
      { status: 'partial', errors: down },
      { partial: 'failed' },
      AWAY,
    ],
    ['error', { status: 'error' }, {}, AWAY],
    ['error, looked at', { status: 'error' }, { source_errors: 'review' }, UNASKED],
    ['error, of a source that is down', { status: 'error', errors: down }, {}, AWAY],
    ['error, of a field that is missing', { status: 'error', errors: { answer: ['1001'] } }, {}, UNASKED],
    ['missing', { status: 'missing' }, {}, UNKNOWN],
    ['of a status of JavaScript', { status: 'constructor' }, {}, UNKNOWN],
    ['of several words', { status: 'a match of sorts' }, {}, UNKNOWN],
    ['of no status', { record: { RecordStatus: null } }, {}, UNKNOWN],
    ['of no id', { record: { TransactionRecordID: 'mine' } }, {}, UNKNOWN],
    ['that is none', { change: { Record: null } }, {}, UNKNOWN],
    ['with errors that are none', { change: { Errors: 'none' } }, {}, UNKNOWN],
    ['with sources that are none', { record: { DatasourceResults: {} } }, {}, UNKNOWN],
    ['of another country', { change: { CountryCode: 'US' } }, {}, MISMATCH],
    ['with the reference of another', { change: { CustomerReferenceID: 'customer-7' } }, {}, MISMATCH],
    [
      'that does not repeat what it was asked',
      { change: { CustomerReferenceID: null, CountryCode: null } },
      {},
      VERIFIED,
    ],
  ])('%s', async (_name, entry, settings, expected) => {
    expect(await answered(entry, settings)).toMatchObject(expected);
  });
});

describe('an error', () => {
  const of = (code: string, settings: JsonObject = {}): Promise<Observation> =>
    answered({ status: 'nomatch', errors: { source: [code] } }, settings);

  it.each<[object, readonly string[]]>([
    [AWAY, ['1000', '1002', '1003', '1010', '2000']],
    [UNASKED, ['1001', '1004', '1005', '1006', '1007', '1008', '1009', '1011', '1015', '4001', '4002', '4003']],
    [DIFFERENT, ['3000', '3001', '3002', '3003', '3004', '3005', '3008', '3009']],
    [UNASKED, ['9999', '', 'constructor']],
  ])('says %j, with the codes %j', async (expected, codes) => {
    for (const code of codes) expect(await of(code)).toMatchObject(expected);
  });

  it.each(['answer', 'record', 'source'])('counts where it stands in the %s', async (place) => {
    expect(await answered({ status: 'nomatch', errors: { [place]: ['1002'] } })).toMatchObject(AWAY);
  });

  it('of something that will never be asked counts more than one that passes', async () => {
    const errors = { source: ['1002'], record: ['1006'] };
    expect(await answered({ status: 'nomatch', errors })).toMatchObject(UNASKED);
  });

  it('means what the account says', async () => {
    const error_codes = { '1002': 'ignore', '3008': 'review', '9999': 'outage' };
    expect(await of('1002', { error_codes })).toMatchObject(DIFFERENT);
    expect(await of('3008', { error_codes })).toMatchObject(UNASKED);
    expect(await of('9999', { error_codes })).toMatchObject(AWAY);
  });

  it('that is a number is one, and one without a code is unknown', async () => {
    const record = (Errors: JsonObject[]): RecordEntry => ({ status: 'nomatch', record: { Errors } });
    expect(await answered(record([{ Code: 1002 }]))).toMatchObject(AWAY);
    expect(await answered(record([{ Message: 'Words' }]))).toMatchObject(UNASKED);
  });
});

describe('a source that screens', () => {
  it.each<[string, RecordEntry, object]>([
    ['a hit', { watchlist: 'Hit' }, LISTED],
    ['nobody', { watchlist: 'No Hit' }, VERIFIED],
    ['nobody, in one word', { watchlist: 'NoHit' }, VERIFIED],
    ['something new', { watchlist: 'Potential' }, LISTED],
    ['nothing', { watchlist: '' }, LISTED],
    ['a hit, of somebody unknown', { watchlist: 'Hit', status: 'nomatch' }, DIFFERENT],
    ['a hit, of somebody half known', { watchlist: 'Hit', status: 'partial' }, LISTED],
    ['a hit, beside a source that is down', { watchlist: 'Hit', status: 'nomatch', errors: down }, LISTED],
  ])('finds %s', async (_name, entry, expected) => {
    expect(await answered(entry)).toMatchObject(expected);
  });

  it('takes a standing pass back by a hit', async () => {
    const back = { outcome: 'expired', reason: 'screening_possible_match' };
    expect(await answered({ watchlist: 'Hit' }, {}, { holdsPass: true })).toMatchObject(back);
  });
});

describe('a record that is read later', () => {
  const kept = async (entry: RecordEntry): Promise<Check> => {
    const { reference } = await answered(entry);
    return checkOf({ reference: reference ?? null });
  };

  it('says the same, and nobody is asked again', async () => {
    const check = await kept({ status: 'partial' });
    const before = vendor.billed(verificationId);
    expect(await adapter.fetch(check, callOf())).toMatchObject({ ...REVIEW, reference: check.reference });
    expect(vendor.billed(verificationId)).toBe(before);
  });

  it('of sources that were away has them asked anew', async () => {
    const check = await kept({ status: 'error' });
    const before = vendor.billed(verificationId);
    vendor.put('Examplesson', {});
    const again = await adapter.fetch(check, callOf());
    expect(again).toMatchObject(VERIFIED);
    expect(again.reference).not.toBe(check.reference);
    expect(vendor.billed(verificationId)).toBe(before + 1);
  });

  it.each<[string, Partial<Check>, JsonObject, object]>([
    ['where it is no longer kept who it was about', { input: {} }, {}, AWAY],
    ['where a person looks at them', {}, { source_errors: 'review' }, UNASKED],
  ])('of sources that were away is all there is %s', async (_name, change, settings, expected) => {
    const check = await kept({ status: 'error' });
    const before = vendor.billed(verificationId);
    expect(await adapter.fetch({ ...check, ...change }, callOf(settings))).toMatchObject(expected);
    expect(vendor.billed(verificationId)).toBe(before);
  });

  it('of sources that were away is put before a person unless the connection says otherwise', () => {
    expect(TRULIOO_CONNECTION.settings.parse({ terms_accepted: true }).source_errors).toBe('review');
  });

  it.each<[string, Script, object, number]>([
    ['was made, and its answer lost', (response) => response.socket?.destroy(), AWAY, 3_600_000],
    ['was made, and its answer can not be read', answering(200, '<html>'), AWAY, 3_600_000],
    ['came to an outage', answering(503, {}), AWAY, 3_600_000],
    ['was turned away', answering(429, {}, { 'retry-after': '7' }), { reason: 'provider_throttled' }, 7_000],
  ])('of sources that were away is asked anew no sooner where that %s', async (_name, script, expected, afterMs) => {
    const check = await kept({ status: 'error' });
    const Record = { TransactionRecordID: check.reference, RecordStatus: 'error' };
    vendor.misbehave(answering(200, { CustomerReferenceID: verificationId, Record }));
    vendor.misbehave(script);
    const { retry, ...observation } = await adapter.fetch(check, callOf());
    expect({ ...observation, retry }).toMatchObject(expected);
    expect(retry?.afterMs).toBe(afterMs);
  });

  it('of a pass that does not say how old it is does not begin anew', async () => {
    const check = await kept({ change: { UploadedDt: null } });
    expect(await adapter.fetch(check, callOf())).toMatchObject(VERIFIED);
    expect(await adapter.fetch({ ...check, passedBefore: true }, callOf())).toMatchObject(UNKNOWN);
  });

  it('with another id than was asked for is no answer', async () => {
    const check = await kept({});
    const Record = { TransactionRecordID: verificationId, RecordStatus: 'match' };
    vendor.misbehave(answering(200, { CustomerReferenceID: verificationId, Record }));
    expect(await adapter.fetch(check, callOf())).toMatchObject(MISMATCH);
  });

  it('is no other, and one that is gone says nothing about anybody', async () => {
    const { reference } = await kept({ record: { TransactionRecordID: verificationId } });
    const other = (await kept({})).reference ?? '';
    const check = checkOf({ reference: other, verificationId: '01939c5e-7a00-7000-8000-000000000002' });
    expect(reference).toBe(verificationId);
    expect(await adapter.fetch(check, callOf())).toMatchObject(MISMATCH);
    expect(await adapter.fetch(checkOf({ reference }), callOf())).toMatchObject(UNKNOWN);
  });
});

describe('an observation', () => {
  it('has the time of the answer, in UTC with its zone or without, where it decides', async () => {
    const times = ['2026-01-31T07:59:58', '2026-01-31T07:59:58.25Z', '2026-01-31T08:59:58+01:00', 'yesterday'];
    const seen: unknown[] = [];
    for (const UploadedDt of times) seen.push((await answered({ change: { UploadedDt } })).providerTime);
    const at = '2026-01-31T07:59:58.000000Z';
    expect(seen).toEqual([at, '2026-01-31T07:59:58.250000Z', at, undefined]);
    expect((await answered({ status: 'partial' })).providerTime).toBeUndefined();
  });

  it('shows fields and codes alone, and keeps all but links as evidence', async () => {
    const { payload, answer, providerCode } = await answered({ errors: { source: ['3008'] }, watchlist: 'No Hit' });
    expect(providerCode).toBe('match');
    expect(payload).toEqual({
      record_status: 'match',
      source_count: 2,
      fields: [
        { field: 'FirstGivenName', status: 'match' },
        { field: 'DayOfBirth', status: 'missing' },
      ],
      error_codes: ['3008'],
    });
    const evidence = JSON.stringify(answer);
    for (const found of ['Canary-Found', 'Canary Credit Bureau', 'Canary-Street 1']) expect(evidence).toContain(found);
    expect(evidence).not.toMatch(/https?:/);
  });
});
