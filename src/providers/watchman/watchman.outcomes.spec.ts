import {
  type Listed,
  startWatchmanVendor,
  type WatchmanVendor,
} from '../../../test/vendors/watchman/watchman.vendor.js';
import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script, startScriptedVendor } from '../../../test/support/scripted-vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import { WatchmanAdapter } from './watchman.adapter.js';
import { watchmanInput } from './watchman.check.js';

const clock = new ScriptedClock('2026-01-31T12:00:00.000000Z');
const adapter = new WatchmanAdapter({ clock, http: new FetchHttp() });
const FRESH = '2026-01-31T00:02:10.123456789Z';
const BOTH = { us_ofac: 17_000, eu_csl: 5_000 };
let vendor: WatchmanVendor;

beforeAll(async () => {
  vendor = await startWatchmanVendor(FRESH);
});
beforeEach(() => {
  vendor.load(BOTH, FRESH);
  vendor.refresh('succeeded');
});
afterAll(() => vendor.close());

interface Asked {
  readonly input?: JsonObject;
  readonly settings?: JsonObject;
  readonly holdsPass?: boolean;
}

const NAME = 'Ivanna Exampleova';

function ask({ input = {}, settings = {}, holdsPass = false }: Asked = {}): Promise<Observation> {
  const check = {
    verificationId: '01939c5e-7a00-7000-8000-000000000001',
    verificationType: 'screening',
    checkType: 'sanctions',
    input: { entity_type: 'person', name: NAME, ...input },
    reference: null,
    holdsPass,
  };
  const connection = {
    settings: { base_url: vendor.url, required_lists: ['us_ofac', 'eu_csl'], ...settings },
    credentials: {},
  };
  return adapter.start(check, { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) });
}

const CLEAR = { outcome: 'verified', reason: 'screening_clear' } as const;
const POSSIBLE = { outcome: 'pending', reason: 'screening_possible_match', awaiting: 'review' } as const;
const ENDED = { outcome: 'expired', reason: 'screening_possible_match' } as const;
const CONFIRMED = { outcome: 'failed', reason: 'sanctions_match_confirmed' } as const;
const operator = (reason: string) => ({ outcome: 'pending', reason, retry: { class: 'operator' } });
const unread = { outcome: 'pending', reason: 'provider_response_unrecognised', retry: { class: 'outage' } };

describe('a match', () => {
  const born = { input: { birth_date: '1970-01-01' }, settings: { fail_score: 0.95 } };
  const founded = { entity_type: 'organization', founding_date: '1990-05-01' };
  it.each<[string, Listed | null, Asked, object]>([
    ['of nobody', null, {}, CLEAR],
    ['of 0.99', { match: 0.99 }, {}, POSSIBLE],
    ['of 0.95', { match: 0.95 }, {}, POSSIBLE],
    ['of 0.94', { match: 0.94 }, {}, POSSIBLE],
    ['after a pass, which it ends', { match: 0.94 }, { holdsPass: true }, ENDED],
    ['of nobody after a pass', null, { holdsPass: true }, CLEAR],
    ['of the review threshold', { match: 0.75 }, {}, POSSIBLE],
    ['just below it', { match: 0.749 }, {}, CLEAR],
    ['below a raised one', { match: 0.84 }, { settings: { review_threshold: 0.85 } }, CLEAR],
    ['that may fail, with the same birth date', { match: 0.95, date: '1970-01-01' }, born, CONFIRMED],
    ['that may fail, with another', { match: 1, date: '1970-01-02' }, born, POSSIBLE],
    ['that may fail, with none on the list', { match: 1 }, born, POSSIBLE],
    ['that may fail, with none asked about', { match: 1, date: '1970-01-01' }, { ...born, input: {} }, POSSIBLE],
    [
      'that may fail, with a year alone',
      { match: 1, date: '1970-01-01' },
      { ...born, input: { birth_date: '1970' } },
      POSSIBLE,
    ],
    ['that may fail, below the score', { match: 0.94, date: '1970-01-01' }, born, POSSIBLE],
    ['that may not fail', { match: 1, date: '1970-01-01' }, { input: born.input }, POSSIBLE],
    ['of a business', { match: 0.9, type: 'business' }, { input: { entity_type: 'organization' } }, POSSIBLE],
    ['of an organization', { match: 0.9, type: 'organization' }, { input: { entity_type: 'organization' } }, POSSIBLE],
    [
      'of one founded that day',
      { match: 1, type: 'business', date: '1990-05-01' },
      { ...born, input: founded },
      CONFIRMED,
    ],
  ])('%s', async (_name, listed, asked, expected) => {
    vendor.list(NAME, ...(listed ? [listed] : []));
    expect(await ask(asked)).toMatchObject(expected);
  });

  it('of another name of the same person counts', async () => {
    vendor.list(NAME);
    vendor.list('Joanna Sampler', { match: 0.9 });
    expect(await ask({ input: { other_names: ['Joanna Sampler'] } })).toMatchObject(POSSIBLE);
  });

  it('is asked for with a type, a threshold and all details, and shown without a name', async () => {
    vendor.list(NAME, { match: 0.9, sourceID: '1' });
    const { payload, answer, reference } = await ask({ input: { birth_date: '1970-01', other_names: ['A', 'B'] } });
    expect(vendor.requests.at(-1)?.query.toString()).toBe(
      'name=Ivanna+Exampleova&type=person&minMatch=0.74&limit=25&altNames=A&altNames=B&birthDate=1970-01',
    );
    expect(payload).toEqual({
      list_hashes: { us_ofac: '0629us_ofac', eu_csl: '0629eu_csl' },
      ended_at: FRESH,
      threshold: 0.75,
      candidate_count: 1,
      candidates: [{ source_list: 'us_ofac', source_id: '1', match: 0.9 }],
    });
    expect(JSON.stringify(answer)).toContain('Canary-Ivanna');
    expect(reference).toBeUndefined();
    vendor.list(NAME);
  });

  it('on a list of an odd name shows none, and counts all the same', async () => {
    vendor.list(NAME, { match: 0.9, sourceID: '1', sourceList: 'Erika Mustermann' });
    const { payload, ...said } = await ask();
    expect(said).toMatchObject(POSSIBLE);
    expect(payload?.['candidates']).toEqual([{ source_list: 'other', source_id: '1', match: 0.9 }]);
    vendor.list(NAME);
  });
});

describe('an answer', () => {
  const query = {
    name: NAME,
    entityType: 'person',
    person: { birthDate: '1970-01-01T00:00:00Z', altNames: ['Joanna'] },
  };
  const echo =
    (change: JsonObject) =>
    (answer: JsonObject): JsonObject => ({ ...answer, query: { ...query, ...change } });
  const mismatched = (retry: string) => ({
    outcome: 'pending',
    reason: 'provider_response_mismatch',
    retry: { class: retry },
  });
  const candidate = { sourceList: 'us_ofac', sourceID: '1', match: 0.9 };
  it.each<[string, (answer: JsonObject) => JsonObject, object]>([
    ['to this question', echo({}), CLEAR],
    ['about another name', echo({ name: 'Somebody Else' }), mismatched('outage')],
    ['about another type', echo({ entityType: 'business' }), mismatched('outage')],
    ['that says of no question', ({ entities }) => ({ entities: entities ?? [] }), mismatched('operator')],
    ['without the birth date', echo({ person: { altNames: ['Joanna'], birthDate: null } }), mismatched('operator')],
    [
      'with another birth date',
      echo({ person: { altNames: ['Joanna'], birthDate: '1980-01-01T00:00:00Z' } }),
      mismatched('operator'),
    ],
    ['without the other name', echo({ person: { birthDate: '1970-01-01T00:00:00Z' } }), mismatched('operator')],
    ['without any detail', echo({ person: null }), mismatched('operator')],
    ['with null for nobody', (answer) => ({ ...answer, entities: null }), CLEAR],
    ['without a list of entities', (answer) => ({ query: answer['query'] ?? null }), unread],
    [
      'with an entity without a match',
      (answer) => ({ ...answer, entities: [{ sourceList: 'us_ofac', sourceID: '1' }] }),
      unread,
    ],
    ['with a nested entity', (answer) => ({ ...answer, entities: [{ entity: candidate, match: 0.9 }] }), unread],
    ['with a match beyond 1', (answer) => ({ ...answer, entities: [{ ...candidate, match: 95 }] }), unread],
  ])('%s', async (_name, altered, expected) => {
    vendor.alter(altered);
    expect(await ask({ input: { birth_date: '1970-01-01', other_names: ['Joanna'] } })).toMatchObject(expected);
  });
});

describe('a fault', () => {
  const listinfo = { lists: BOTH, listHashes: {}, endedAt: FRESH };
  it.each<[string, Script, object]>([
    ['404', answering(404, '404 page not found'), operator('provider_endpoint_gone')],
    [
      '429 of something in between',
      answering(429, {}, { 'retry-after': '7' }),
      { reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 7_000 } },
    ],
    ['500', answering(500), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
    [
      '503',
      answering(503, '', { 'retry-after': '60' }),
      { reason: 'provider_unavailable', retry: { class: 'outage', afterMs: 60_000 } },
    ],
    ['a page', answering(200, '<!doctype html>'), unread],
    ['half an answer', answering(200, '{"query": {'), unread],
  ])('of the search: %s', async (_name, script, expected) => {
    vendor.misbehave(answering(200, listinfo));
    vendor.misbehave(script);
    expect(await ask()).toMatchObject({ outcome: 'pending', ...expected });
  });

  it.each([
    ['once: asked again, it answers', 1, CLEAR],
    ['twice: we ask wrongly', 2, operator('provider_response_unrecognised')],
  ])('of the search: 400, its word for everything, %s', async (_name, times, expected) => {
    const loaded = (await (await fetch(`${vendor.url}/v2/listinfo`)).json()) as JsonObject;
    vendor.misbehave(answering(200, loaded));
    for (let count = 0; count < times; count += 1) vendor.misbehave(answering(400, { error: 'unused parameters' }));
    const before = vendor.requests.length;
    expect(await ask()).toMatchObject(expected);
    const searches = vendor.requests.slice(before).filter(({ path }) => path === '/v2/search');
    expect(searches.length).toBe(2);
  });

  it('of a service that does not listen yet, because it loads its lists first', async () => {
    const gone = await startScriptedVendor(() => undefined);
    await gone.close();
    const said = await ask({ settings: { base_url: gone.url } });
    const retry = { class: 'outage', unsent: true };
    expect(said).toMatchObject({ outcome: 'pending', reason: 'provider_index_not_ready', retry });
  });

  it('of the second question after the lists is one of the whole', async () => {
    vendor.whileSearching(() => {
      vendor.misbehave(answering(503));
    });
    expect(await ask()).toMatchObject({ outcome: 'pending', reason: 'provider_unavailable' });
  });
});

it.each([
  ['a birth date of an organization', { entity_type: 'organization', birth_date: '1970' }],
  ['a founding date of a person', { entity_type: 'person', founding_date: '1970' }],
  ['a document number, which would stand in a URL', { entity_type: 'person', id_number: '1' }],
])('refuses %s', (_name, input) => {
  expect(watchmanInput.safeParse({ name: NAME, ...input }).success).toBe(false);
});
