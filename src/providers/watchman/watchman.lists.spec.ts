import { startWatchmanVendor, type WatchmanVendor } from '../../../test/vendors/watchman/watchman.vendor.js';
import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import { WatchmanAdapter } from './watchman.adapter.js';

const clock = new ScriptedClock('2026-01-31T12:00:00.000000Z');
const adapter = new WatchmanAdapter({ clock, http: new FetchHttp() });
const [FRESH, OLD] = ['2026-01-31T00:02:10.123456789Z', '2026-01-29T11:59:59Z'] as const;
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
}

const NAME = 'Ivanna Exampleova';

function ask({ input = {}, settings = {} }: Asked = {}): Promise<Observation> {
  const check = {
    verificationId: '01939c5e-7a00-7000-8000-000000000001',
    verificationType: 'screening',
    checkType: 'sanctions',
    input: { entity_type: 'person', name: NAME, ...input },
    reference: null,
  };
  const connection = {
    settings: { base_url: vendor.url, required_lists: ['us_ofac', 'eu_csl'], ...settings },
    credentials: {},
  };
  return adapter.start(check, { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) });
}

const CLEAR = { outcome: 'verified', reason: 'screening_clear' } as const;
const POSSIBLE = { outcome: 'pending', reason: 'screening_possible_match', awaiting: 'review' } as const;
const MOVED = { outcome: 'pending', reason: 'provider_index_not_ready', retry: { class: 'timeout' } } as const;
const operator = (reason: string) => ({ outcome: 'pending', reason, retry: { class: 'operator' } });
const unread = { outcome: 'pending', reason: 'provider_response_unrecognised', retry: { class: 'outage' } };

describe('lists', () => {
  type Load = readonly [lists: Readonly<Record<string, number>> | null, endedAt: string, hash?: null];
  it.each<[string, Load, JsonObject, object]>([
    ['that are all there', [BOTH, FRESH], {}, CLEAR],
    ['more than are required', [{ ...BOTH, un_csl: 0 }, FRESH], {}, CLEAR],
    ['of which one is missing', [{ us_ofac: 17_000 }, FRESH], {}, operator('provider_lists_not_loaded')],
    ['of which one is empty', [{ ...BOTH, eu_csl: 0 }, FRESH], {}, operator('provider_lists_not_loaded')],
    ['none', [{}, FRESH], {}, operator('provider_lists_not_loaded')],
    ['null', [null, '0001-01-01T00:00:00Z'], {}, operator('provider_lists_not_loaded')],
    ['too old', [BOTH, OLD], {}, operator('provider_lists_stale')],
    ['old, where that is allowed', [BOTH, OLD], { max_list_age_hours: 49 }, CLEAR],
    ['never loaded to the end', [BOTH, '0001-01-01T00:00:00Z'], {}, operator('provider_lists_stale')],
    ['of no known age', [BOTH, 'yesterday'], {}, operator('provider_lists_stale')],
    ['whose hashes nobody tells', [BOTH, FRESH, null], {}, CLEAR],
  ])('%s', async (_name, load, settings, expected) => {
    vendor.load(...load);
    expect(await ask({ settings })).toMatchObject(expected);
  });

  it.each<[string, string | null, JsonObject, object]>([
    ['failed', 'failed', {}, operator('provider_lists_stale')],
    ['failed, where that is accepted', 'failed', { accept_failed_refresh: true }, CLEAR],
    ['is running', 'running', {}, CLEAR],
    ['was never tried', 'idle', {}, CLEAR],
    ['is in a state nobody knows', 'paused', {}, unread],
    ['is not told of', null, {}, CLEAR],
  ])('whose latest refresh %s', async (_name, state, settings, expected) => {
    vendor.refresh(state);
    expect(await ask({ settings })).toMatchObject(expected);
  });

  it.each<[string, () => void, object]>([
    [
      'unloaded',
      () => {
        vendor.load({}, FRESH);
      },
      operator('provider_lists_not_loaded'),
    ],
    [
      'exchanged',
      () => {
        vendor.load(BOTH, FRESH, 'new');
      },
      MOVED,
    ],
    [
      'loaded anew, with the same contents',
      () => {
        vendor.load(BOTH, '2026-01-31T11:00:00Z');
      },
      CLEAR,
    ],
  ])('that are %s during a search', async (_name, work, expected) => {
    vendor.whileSearching(work);
    expect(await ask()).toMatchObject(expected);
  });

  it.each<[string, string, object]>([
    ['exchanged for as many others', '2026-01-31T11:00:00Z', MOVED],
    ['left alone', FRESH, CLEAR],
  ])('whose hashes nobody tells, and that are %s during a search', async (_name, endedAt, expected) => {
    vendor.load(BOTH, FRESH, null);
    vendor.whileSearching(() => {
      vendor.load(BOTH, endedAt, null);
    });
    expect(await ask()).toMatchObject(expected);
  });

  it('whose hashes are told before the search alone may be others', async () => {
    vendor.whileSearching(() => {
      vendor.load(BOTH, FRESH, null);
    });
    expect(await ask()).toMatchObject(MOVED);
  });

  it('show no words in place of a hash', async () => {
    vendor.load({ ...BOTH, 'Erika’s list': 1 }, FRESH, '0629');
    expect((await ask()).payload).toMatchObject({ list_hashes: { us_ofac: '0629us_ofac', eu_csl: '0629eu_csl' } });
    expect(JSON.stringify((await ask()).payload)).not.toContain('Erika');
  });

  it('that are unloaded after a hit take nothing from it', async () => {
    vendor.list('Somebody Listed', { match: 0.9 });
    vendor.whileSearching(() => {
      vendor.load({}, FRESH);
    });
    expect(await ask({ input: { name: 'Somebody Listed' } })).toMatchObject(POSSIBLE);
  });

  it('that could prove nothing are not searched', async () => {
    vendor.load({}, FRESH);
    const before = vendor.requests.length;
    await ask();
    expect(vendor.requests.slice(before).map(({ path }) => path)).toEqual(['/v2/listinfo']);
  });
});
