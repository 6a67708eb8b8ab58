import {
  type Indexed,
  type OpenSanctionsVendor,
  startOpenSanctionsVendor,
} from '../../../test/vendors/opensanctions/opensanctions.vendor.js';
import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import { OpenSanctionsAdapter } from './opensanctions.adapter.js';

const clock = new ScriptedClock('2026-01-30T12:00:00.000000Z');
const adapter = new OpenSanctionsAdapter({ clock, http: new FetchHttp() });
const [FRESH, NEWER, OLD] = ['20260130100000-abc', '20260130110000-def', '20260128110000-xyz'] as const;
let vendor: OpenSanctionsVendor;

beforeAll(async () => {
  vendor = await startOpenSanctionsVendor(FRESH);
});
beforeEach(() => {
  vendor.index({ name: 'default', version: FRESH });
});
afterAll(() => vendor.close());

interface Asked {
  readonly input?: JsonObject;
  readonly settings?: JsonObject;
  readonly key?: string;
}

function ask({ input = {}, settings = {}, key = '' }: Asked = {}): Promise<Observation> {
  const check = {
    verificationId: '01939c5e-7a00-7000-8000-000000000001',
    verificationType: 'screening',
    checkType: 'sanctions',
    input: { entity_type: 'person', name: 'Ivanna Exampleova', ...input },
    reference: null,
  };
  const connection = {
    settings: { service: 'self_hosted', base_url: vendor.url, ...settings },
    credentials: key === '' ? {} : { api_key: key },
  };
  return adapter.start(check, { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) });
}

const CLEAR = { outcome: 'verified', reason: 'screening_clear' } as const;
const operator = (reason: string) => ({ outcome: 'pending', reason, retry: { class: 'operator' } });

describe('lists', () => {
  const parts = { name: 'sanctions', version: FRESH, load: false, children: ['zz_invented_sanctions'] };
  const leaf = { name: 'zz_invented_sanctions', version: OLD, load: false };
  it.each<[string, readonly Indexed[], JsonObject, object]>([
    ['that are loaded and fresh', [{ name: 'default', version: FRESH }], {}, CLEAR],
    ['that are not there', [{ name: 'other', version: FRESH }], {}, operator('provider_lists_not_loaded')],
    ['of which none are', [], {}, operator('provider_lists_not_loaded')],
    [
      'that were never indexed',
      [{ name: 'default', version: FRESH, index_version: null }],
      {},
      operator('provider_lists_stale'),
    ],
    [
      'whose index is behind, and old',
      [{ name: 'default', version: FRESH, index_version: OLD }],
      {},
      operator('provider_lists_stale'),
    ],
    [
      'whose index is behind, and young',
      [{ name: 'default', version: NEWER, index_version: FRESH }],
      {},
      { outcome: 'pending', reason: 'provider_lists_stale', retry: { class: 'outage' } },
    ],
    ['that are too old', [{ name: 'default', version: OLD }], {}, operator('provider_lists_stale')],
    ['that are old, where that is allowed', [{ name: 'default', version: OLD }], { max_list_age_hours: 72 }, CLEAR],
    ['of no known age', [{ name: 'default', version: 'static' }], {}, operator('provider_lists_stale')],
    [
      'of the day after tomorrow',
      [{ name: 'default', version: '20260201120000-abc' }],
      {},
      operator('provider_lists_stale'),
    ],
    [
      'that are part of what is indexed',
      [{ name: 'default', version: FRESH, children: ['sanctions'] }, parts, leaf],
      { dataset: 'zz_invented_sanctions' },
      { ...CLEAR, payload: { dataset: 'zz_invented_sanctions', versions: { default: FRESH } } },
    ],
    [
      'that are part of what is not',
      [parts, leaf],
      { dataset: 'zz_invented_sanctions' },
      operator('provider_lists_stale'),
    ],
  ])('%s', async (_name, indexed, settings, expected) => {
    vendor.index(...indexed);
    expect(await ask({ settings })).toMatchObject(expected);
  });

  it('that could prove nothing are not searched, and not paid for', async () => {
    vendor.index({ name: 'default', version: OLD });
    const before = vendor.requests.length;
    await ask();
    expect(vendor.requests.slice(before).map(({ path }) => path)).toEqual(['/catalog']);
  });

  it.each<[string, readonly Indexed[], object]>([
    [
      'exchanged',
      [{ name: 'default', version: NEWER }],
      { outcome: 'pending', reason: 'provider_index_not_ready', retry: { class: 'timeout' } },
    ],
    ['unloaded', [], operator('provider_lists_not_loaded')],
  ])('that are %s during a search let nobody pass', async (_name, then, expected) => {
    vendor.whileSearching(() => {
      vendor.index(...then);
    });
    expect(await ask()).toMatchObject(expected);
  });

  it('that are unloaded after a hit take nothing from it', async () => {
    vendor.list('Somebody Listed', { score: 0.9, topics: ['sanction'] });
    vendor.whileSearching(() => {
      vendor.index();
    });
    expect(await ask({ input: { name: 'Somebody Listed' } })).toMatchObject({ reason: 'screening_possible_match' });
  });
});

describe('an answer to another question', () => {
  const KEY = '01939c5e-7a00-7000-8000-000000000001';
  type Responses = Record<string, JsonObject>;
  const change =
    (part: (ours: JsonObject) => JsonObject) =>
    (answer: JsonObject): JsonObject => ({
      ...answer,
      responses: { [KEY]: part((answer['responses'] as Responses)[KEY] ?? {}) },
    });
  const echo = (schema: string, properties: JsonObject) =>
    change((ours) => ({ ...ours, query: { schema, properties } }));
  const mismatched = (retry: string) => ({
    outcome: 'pending',
    reason: 'provider_response_mismatch',
    retry: { class: retry },
  });
  const unread = { outcome: 'pending', reason: 'provider_response_unrecognised', retry: { class: 'outage' } };
  const candidate = { id: 'NK-1', score: 0.9, match: true, properties: {} };

  it.each<[string, (answer: JsonObject) => JsonObject, object]>([
    ['without ours', (answer) => ({ ...answer, responses: {} }), mismatched('outage')],
    [
      'about another name',
      echo('Person', { name: ['Somebody Else'], birthDate: ['1970-01-01'] }),
      mismatched('outage'),
    ],
    [
      'about another birth date',
      echo('Person', { name: ['Ivanna Exampleova'], birthDate: ['1980-01-01'] }),
      mismatched('outage'),
    ],
    [
      'about another kind',
      echo('Company', { name: ['Ivanna Exampleova'], birthDate: ['1970-01-01'] }),
      mismatched('outage'),
    ],
    ['without the birth date', echo('Person', { name: ['Ivanna Exampleova'] }), mismatched('operator')],
    [
      'with an empty birth date',
      echo('Person', { name: ['Ivanna Exampleova'], birthDate: [] }),
      mismatched('operator'),
    ],
    ['without a name', echo('Person', { birthDate: ['1970-01-01'] }), mismatched('operator')],
    [
      'without an echo',
      change((ours) => ({ status: 200, results: ours['results'] ?? [], total: { value: 0 } })),
      unread,
    ],
    ['of another status', change((ours) => ({ ...ours, status: 500 })), unread],
    ['with no list of results', change((ours) => ({ ...ours, results: null })), unread],
    [
      'with a candidate without a score',
      change((ours) => ({ ...ours, results: [{ ...candidate, score: null }] })),
      unread,
    ],
    ['with a score beyond 1', change((ours) => ({ ...ours, results: [{ ...candidate, score: 7 }] })), unread],
    [
      'with topics that are no texts',
      change((ours) => ({ ...ours, results: [{ ...candidate, properties: { topics: [7] } }] })),
      unread,
    ],
  ])('%s', async (_name, altered, expected) => {
    vendor.alter(altered);
    expect(await ask({ input: { birth_date: '1970-01-01' } })).toMatchObject(expected);
  });

  it('that reads the name in other letter case and spacing is still ours', async () => {
    vendor.alter(echo('Person', { name: ['IVANNA  EXAMPLEOVA'], birthDate: ['1970-01-01'], country: ['se'] }));
    expect(await ask({ input: { birth_date: '1970-01-01' } })).toMatchObject(CLEAR);
  });

  it('that ignored a detail proves less than was asked', async () => {
    expect(await ask({ input: { id_number: 'ignored by the played service' } })).toMatchObject(mismatched('operator'));
  });
});

describe('a fault', () => {
  const quota = { reason: 'provider_quota_exhausted', retry: { class: 'quota', afterMs: 36 * 3_600_000 } };
  const hosted = { settings: { service: 'hosted' }, key: 'key' };
  it.each<[string, Script, Asked, object]>([
    ['400', answering(400, { detail: 'Cannot parse example entity' }), {}, operator('provider_response_unrecognised')],
    [
      '422 with a list',
      answering(422, { detail: [{ loc: [], msg: 'x' }] }),
      {},
      operator('provider_response_unrecognised'),
    ],
    ['401', answering(401, { detail: 'x' }), hosted, operator('provider_auth_failed')],
    ['403', answering(403, { detail: 'x' }), hosted, operator('provider_auth_failed')],
    ['404 of the dataset', answering(404, { detail: 'No such dataset.' }), {}, operator('provider_lists_not_loaded')],
    ['404 of something else', answering(404, { detail: 'Not Found' }), {}, operator('provider_endpoint_gone')],
    ['429 of the hosted service', answering(429, { detail: 'x' }, { 'retry-after': '5' }), hosted, quota],
    ['402 of the hosted service', answering(402, { detail: 'x' }), hosted, quota],
    [
      "429 of one's own",
      answering(429, {}, { 'retry-after': '5' }),
      {},
      { reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 5_000 } },
    ],
    [
      '500 without an index',
      answering(500, { detail: 'index_not_found_exception' }),
      {},
      { reason: 'provider_index_not_ready', retry: { class: 'outage' } },
    ],
    [
      '500 of something else',
      answering(500, { detail: 'x' }),
      {},
      { reason: 'provider_unavailable', retry: { class: 'outage' } },
    ],
    [
      '503',
      answering(503, { detail: 'x' }, { 'retry-after': '60' }),
      {},
      { reason: 'provider_index_not_ready', retry: { class: 'outage', afterMs: 60_000 } },
    ],
    [
      'a page',
      answering(200, '<!doctype html>'),
      {},
      { reason: 'provider_response_unrecognised', retry: { class: 'outage' } },
    ],
    [
      'half an answer',
      answering(200, '{"responses": {'),
      {},
      { reason: 'provider_response_unrecognised', retry: { class: 'outage' } },
    ],
  ])('of the search: %s', async (_name, script, asked, expected) => {
    vendor.misbehave((response, request) => {
      // The catalog answers as ever: its answer is what the search is then asked with.
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ datasets: [{ name: 'default', version: FRESH }], current: ['default'] }));
      request.resume();
    });
    vendor.misbehave(script);
    expect(await ask(asked)).toMatchObject({ outcome: 'pending', ...expected });
  });

  it.each<[string, Script, object]>([
    ['503', answering(503), { reason: 'provider_index_not_ready' }],
    [
      'a catalog without what is current',
      answering(200, { datasets: [] }),
      { reason: 'provider_response_unrecognised' },
    ],
  ])('of the catalog: %s', async (_name, script, expected) => {
    vendor.misbehave(script);
    expect(await ask()).toMatchObject({ outcome: 'pending', ...expected });
  });

  it('asks the hosted service with its key', async () => {
    expect(await ask({ settings: { service: 'hosted' }, key: 'key-1' })).toMatchObject(CLEAR);
    expect(vendor.requests.slice(-3).map(({ headers }) => headers['authorization'])).toEqual(
      Array(3).fill('ApiKey key-1'),
    );
  });
});
