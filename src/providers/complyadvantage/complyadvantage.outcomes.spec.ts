import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import {
  type ComplyAdvantageVendor,
  type SearchEntry,
  startComplyAdvantageVendor,
} from '../../../test/vendors/complyadvantage/complyadvantage.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Check } from '../provider-adapter.js';
import { ComplyAdvantageAdapter } from './complyadvantage.adapter.js';

const key = 'a-key';
const clock = new ScriptedClock('2026-01-31T08:00:00.000000Z');
const adapter = new ComplyAdvantageAdapter({ clock, http: new FetchHttp() });
let vendor: ComplyAdvantageVendor;

beforeAll(async () => {
  vendor = await startComplyAdvantageVendor({ key, clock });
});
afterAll(() => vendor.close());

const NAME = 'Ivanna Exampleova';
const verificationId = '01939c5e-7a00-7000-8000-000000000001';

/** What a search that finds that says at once. */
function searched(entry: SearchEntry, settings: JsonObject = {}, change: Partial<Check> = {}): Promise<Observation> {
  vendor.put(NAME, entry);
  const kind = { verificationType: 'screening', checkType: 'sanctions_and_pep' };
  const check = { verificationId, ...kind, input: { entity_type: 'person', name: NAME }, reference: null, ...change };
  const connection = { settings: { base_url: vendor.url, ...settings }, credentials: { api_key: key } };
  return adapter.start(check, { connection, idempotencyKey: verificationId, signal: AbortSignal.timeout(5_000) });
}

const CLEAR = { outcome: 'verified', reason: 'screening_clear' } as const;
const HIT = { outcome: 'failed', reason: 'watchlist_hit' } as const;
const POSSIBLE = { outcome: 'pending', reason: 'screening_possible_match', awaiting: 'review' } as const;
const EXPOSED = { outcome: 'pending', reason: 'pep_possible_match', awaiting: 'review' } as const;
const UNKNOWN = { outcome: 'pending', reason: 'provider_response_unrecognised', retry: { class: 'outage' } } as const;
const MISMATCH = { outcome: 'pending', reason: 'provider_response_mismatch', retry: { class: 'outage' } } as const;
const NARROWED = { outcome: 'pending', reason: 'provider_response_mismatch', retry: { class: 'operator' } } as const;
const listed = [['sanction']] as const;

describe('a status', () => {
  it.each<[string, SearchEntry, object]>([
    ['no_match, of nobody', {}, CLEAR],
    ['no_match, with hits', { status: 'no_match', hits: listed }, POSSIBLE],
    ['no_match, with hits that are counted and not shown', { status: 'no_match', total: 1 }, POSSIBLE],
    ['no_match, with hits that are shown and not counted', { status: 'no_match', hits: listed, total: 0 }, POSSIBLE],
    ['potential_match', { hits: listed }, POSSIBLE],
    ['potential_match, of nobody', { status: 'potential_match' }, POSSIBLE],
    ['unknown', { status: 'unknown', hits: listed }, POSSIBLE],
    ['unknown, of nobody', { status: 'unknown' }, POSSIBLE],
    ['false_positive', { status: 'false_positive', hits: listed }, CLEAR],
    ['true_positive_approve', { status: 'true_positive_approve', hits: listed }, CLEAR],
    ['true_positive', { status: 'true_positive', hits: listed }, HIT],
    ['true_positive_reject', { status: 'true_positive_reject', hits: listed }, HIT],
    ['that is new', { status: 'escalated', hits: listed }, UNKNOWN],
    ['that is new, of nobody', { status: 'escalated' }, UNKNOWN],
    ['of another case', { status: 'No_Match' }, UNKNOWN],
    ['of JavaScript', { status: 'constructor' }, UNKNOWN],
    ['of several words', { status: 'Canary-Erika is fine' }, UNKNOWN],
    ['that is none', { change: { match_status: null } }, UNKNOWN],
  ])('%s', async (_name, entry, expected) => {
    expect(await searched(entry)).toMatchObject(expected);
  });

  it('has another meaning where the account gives it one', async () => {
    const match_statuses = { true_positive: 'review', escalated: 'review', cleared: 'clear' };
    const seen: unknown[] = [];
    for (const status of ['true_positive', 'escalated', 'cleared', 'false_positive'])
      seen.push((await searched({ status, hits: listed }, { match_statuses })).outcome);
    expect(seen).toEqual(['pending', 'pending', 'verified', 'verified']);
  });
});

describe('somebody who is found', () => {
  it.each<[string, SearchEntry, object]>([
    ['with an office', { hits: [['pep']] }, EXPOSED],
    ['with an office of a class', { hits: [['pep', 'pep-class-1']] }, EXPOSED],
    ['with an office, and sanctioned', { hits: [['pep', 'sanction']] }, POSSIBLE],
    ['with an office, beside one who is sanctioned', { hits: [['pep'], ['sanction']] }, POSSIBLE],
    ['with an office, and others not shown', { hits: [['pep']], total: 2 }, POSSIBLE],
    ['on a list of no kind', { hits: [[]] }, POSSIBLE],
    ['on a list of an unknown kind', { hits: [['peppered']] }, POSSIBLE],
    ['in a form of another kind', { hits: listed, change: { hits: [{ entity: 1 }] } }, UNKNOWN],
  ])('%s', async (_name, entry, expected) => {
    expect(await searched(entry)).toMatchObject(expected);
  });

  it('takes a standing pass back, and leaves none to a possible match', async () => {
    const held = { holdsPass: true };
    const back = { outcome: 'expired', reason: 'screening_possible_match', reference: expect.any(String) as string };
    expect(await searched({ hits: listed }, {}, held)).toMatchObject(back);
    expect(await searched({}, {}, held)).toMatchObject(CLEAR);
    expect(await searched({ status: 'escalated' }, {}, held)).toMatchObject(UNKNOWN);
  });
});

describe('an answer', () => {
  it.each<[string, JsonObject, object]>([
    ['about another name', { search_term: 'Somebody Else', submitted_term: 'Somebody Else' }, MISMATCH],
    ['about no name', { search_term: null, submitted_term: null }, MISMATCH],
    ['about the name in another case', { search_term: 'ivanna  EXAMPLEOVA', submitted_term: null }, CLEAR],
    ['about another year', { filters: { types: ['sanction'], birth_year: 1970 } }, MISMATCH],
    ['with the reference of another', { client_ref: '01939c5e-7a00-7000-8000-000000000002' }, MISMATCH],
    ['without a reference', { client_ref: null }, MISMATCH],
    ['that looked into fewer lists', { filters: { types: ['pep'], fuzziness: 0.6 } }, NARROWED],
    ['that does not say into which', { filters: { fuzziness: 0.6 } }, NARROWED],
    ['that does not say how', { filters: [] }, NARROWED],
    ['with a count that is none', { total_hits: '0' }, UNKNOWN],
    ['without a count', { total_hits: null }, UNKNOWN],
    ['without an id', { id: null }, UNKNOWN],
    ['with hits that are none', { hits: 'none' }, UNKNOWN],
  ])('%s', async (_name, change, expected) => {
    expect(await searched({ change })).toMatchObject(expected);
  });

  it.each<[string, JsonObject, object]>([
    ['narrower than asked', { fuzziness: 0.3 }, NARROWED],
    ['as wide as asked', { fuzziness: 0.6 }, CLEAR],
    ['by the very letters', { exact_match: true }, NARROWED],
    ['by the very letters, told otherwise', { exact_match: 1 }, NARROWED],
  ])('of a search %s', async (_name, change, expected) => {
    const types = ['sanction', 'warning', 'fitness-probity', 'pep'];
    expect(await searched({ change: { filters: { types, ...change } } })).toMatchObject(expected);
  });

  it('that found nobody keeps the id of its search where it proves too little', async () => {
    const { reference } = await searched({ change: { filters: {} } });
    expect(reference).toMatch(/^9365\d+$/);
  });

  it('is believed without repeating its lists where that is set, or a profile has its own', async () => {
    const change = { filters: [] };
    expect(await searched({ change }, { repeats_lists: false })).toMatchObject(CLEAR);
    const profiled = await searched({ change }, { search_profiles: { sanctions_and_pep: 'ofac-1' } });
    expect(profiled).toMatchObject({ ...CLEAR, payload: { search_profile: 'ofac-1' } });
  });
});

describe('a time', () => {
  const made = '2026-01-31T08:00:00.000000Z';
  const later = { updatedAt: '2026-01-31 09:30:00' };
  it.each<[string, SearchEntry, string | undefined]>([
    ['of nobody found, when it was searched', later, made],
    [
      'of hits set aside, when that was',
      { ...later, status: 'false_positive', hits: listed },
      made.replace('08:00', '09:30'),
    ],
    ['of a hit, when it was recognised', { ...later, status: 'true_positive' }, made.replace('08:00', '09:30')],
    ['of a review, none', { ...later, hits: listed }, undefined],
    ['of an unknown status, none', { ...later, status: 'escalated', hits: listed }, undefined],
    ['in another form, none', { change: { created_at: 'yesterday' } }, undefined],
  ])('is, %s', async (_name, entry, time) => {
    expect((await searched(entry)).providerTime).toBe(time);
  });
});

describe('a pass that is taken back', () => {
  it.each(['potential_match', 'true_positive'])(
    'by %s is the later word than the analyst’s before it',
    async (status) => {
      const hits = listed;
      const passed = await searched({ status: 'false_positive', hits, updatedAt: '2026-01-31 09:30:00' });
      const back = await searched({ status, hits, updatedAt: '2026-01-31 10:15:00' }, {}, { holdsPass: true });
      expect(passed.outcome).toBe('verified');
      expect(back.outcome).not.toBe('pending');
      expect(back.providerTime).toBe('2026-01-31T10:15:00.000000Z');
    },
  );
});

describe('an observation', () => {
  it('shows codes and counts alone, and keeps all but links as evidence', async () => {
    const { payload, answer, providerCode } = await searched({ hits: [['sanction', 'Words of a person']] });
    expect(providerCode).toBe('potential_match');
    expect(payload).toEqual({
      match_status: 'potential_match',
      risk_level: 'unknown',
      total_hits: 1,
      lists: ['sanction', 'warning', 'fitness-probity', 'pep'],
      hits: [
        { id: 'TPD7IM2E6LW91J0', types: ['sanction'], match_types: ['name_exact'], match_status: 'potential_match' },
      ],
    });
    const evidence = JSON.stringify(answer);
    for (const kept of ['Canary-Ivanna', '1962-01-31', 'zz-invented-list']) expect(evidence).toContain(kept);
    expect(evidence).not.toMatch(/https?:/);
  });

  it('shows ten of many', async () => {
    const { payload } = await searched({ hits: Array.from({ length: 40 }, () => ['sanction']) });
    expect(payload?.['total_hits']).toBe(40);
    expect(payload?.['hits']).toHaveLength(10);
  });
});
