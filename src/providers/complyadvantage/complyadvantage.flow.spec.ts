import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import {
  type ComplyAdvantageVendor,
  type SearchEntry,
  startComplyAdvantageVendor,
} from '../../../test/vendors/complyadvantage/complyadvantage.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { ComplyAdvantageAdapter } from './complyadvantage.adapter.js';

const key = 'a-key';
const clock = new ScriptedClock('2026-01-31T08:00:00.000000Z');
const adapter = new ComplyAdvantageAdapter({ clock, http: new FetchHttp() });
let vendor: ComplyAdvantageVendor;
let checks = 0;

beforeEach(async () => {
  vendor = await startComplyAdvantageVendor({ key, clock });
});
afterEach(() => vendor.close());

function checkOf(change: Partial<Check> = {}): Check {
  checks += 1;
  const verificationId = `01939c5e-7a00-7000-8000-${String(checks).padStart(12, '0')}`;
  const kind = { verificationType: 'screening', checkType: 'sanctions' };
  return { verificationId, ...kind, input: { entity_type: 'person', name: 'Ada' }, reference: null, ...change };
}

/** A call of the check's round, with that many before it. */
function callOf({ verificationId }: Check, round = 1, settings: JsonObject = {}): Call {
  const connection = { settings: { base_url: vendor.url, ...settings }, credentials: { api_key: key } };
  const idempotencyKey = round === 1 ? verificationId : `${verificationId}:${String(round)}`;
  return { connection, idempotencyKey, signal: AbortSignal.timeout(5_000) };
}

async function started(entry: SearchEntry = {}): Promise<Check> {
  vendor.put('Ada', entry);
  const check = checkOf();
  const { reference } = await adapter.start(check, callOf(check));
  return { ...check, reference: reference ?? null };
}

const asked = (): string[] => vendor.requests.map(({ method, path }) => `${method} ${path}`);
const CLEAR = { outcome: 'verified', reason: 'screening_clear' } as const;
const POSSIBLE = { outcome: 'pending', reason: 'screening_possible_match' } as const;

describe('a start', () => {
  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    [
      'of a person',
      { entity_type: 'person', name: 'Ada Lovelace', birth_date: '1815-12-10' },
      {},
      {
        fuzziness: 0.6,
        filters: { types: ['sanction', 'warning', 'fitness-probity'], entity_type: 'person', birth_year: 1815 },
      },
    ],
    [
      'of something unknown, with a wider net',
      { entity_type: 'legal_entity', name: 'Vent du Nord' },
      { fuzziness: 1 },
      { fuzziness: 1, filters: { types: ['sanction', 'warning', 'fitness-probity'] } },
    ],
    [
      'by a profile',
      { entity_type: 'organization', name: 'Vent du Nord' },
      { search_profiles: { sanctions: 'ofac-1' } },
      { search_profile: 'ofac-1', filters: { entity_type: 'organisation' } },
    ],
  ])('%s asks for one search under our id', async (_name, input, settings, expected) => {
    const check = checkOf({ input });
    const { outcome } = await adapter.start(check, callOf(check, 1, settings));
    expect(outcome).toBe('verified');
    expect(vendor.requests).toHaveLength(1);
    expect(vendor.requests[0]?.json).toEqual({
      search_term: input['name'],
      client_ref: check.verificationId,
      share_url: 0,
      limit: 100,
      offset: 0,
      ...expected,
    });
  });

  it.each<[string, Script, Partial<Observation>]>([
    ['400', answering(400, { code: 400 }), { reason: 'provider_response_unrecognised', retry: { class: 'operator' } }],
    ['401', answering(401, { code: 401 }), { reason: 'provider_auth_failed', retry: { class: 'operator' } }],
    ['403', answering(403, { code: 403 }), { reason: 'provider_auth_failed', retry: { class: 'operator' } }],
    ['429', answering(429), { reason: 'provider_throttled', retry: { class: 'throttle' } }],
    [
      '429 until',
      answering(429, '', { 'retry-after': '9' }),
      { reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 9_000 } },
    ],
    ['500', answering(500), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
    ['a page', answering(200, '<html>'), { reason: 'provider_response_unrecognised' }],
    ['half a body', answering(200, '{"status":"success","con'), { reason: 'provider_response_unrecognised' }],
    [
      'a failure with 200',
      answering(200, { status: 'failure', content: { data: {} } }),
      { reason: 'provider_response_unrecognised' },
    ],
  ])('answered with %s is pending', async (_name, script, expected) => {
    vendor.misbehave(script);
    const check = checkOf();
    expect(await adapter.start(check, callOf(check))).toMatchObject({ outcome: 'pending', ...expected });
  });
});

describe('a search that is there', () => {
  it('is read again, and follows its analyst', async () => {
    const check = await started({ hits: [['sanction']] });
    const seen: unknown[] = [];
    for (const status of ['potential_match', 'false_positive', 'true_positive_reject']) {
      vendor.change(check.reference ?? '', { hits: [['sanction']], status });
      seen.push((await adapter.fetch(check, callOf(check))).outcome);
    }
    expect(seen).toEqual(['pending', 'verified', 'failed']);
    expect(vendor.billed(check.verificationId)).toBe(1);
  });

  it('is read also where it is no longer kept whom it was about', async () => {
    const check = await started();
    expect(await adapter.fetch({ ...check, input: {} }, callOf(check))).toMatchObject(CLEAR);
  });

  it('is found by our id, as the first of several', async () => {
    const check = await started({ hits: [['sanction']] });
    vendor.put('Ada', {});
    await adapter.start(check, callOf(check));
    const found = await adapter.findByOurReference({ ...check, reference: null }, callOf(check));
    expect(found).toMatchObject({ ...POSSIBLE, reference: check.reference });
  });

  it('is not found among those of others', async () => {
    await started();
    vendor.ignoreFilters();
    const other = checkOf();
    const asking = adapter.findByOurReference(other, callOf(other));
    await expect(asking).rejects.toMatchObject({ reason: 'provider_response_mismatch' });
  });

  it('that was found narrowed is no pass either', async () => {
    const check = await started({ change: { filters: {} } });
    const narrowed = { outcome: 'pending', reason: 'provider_response_mismatch', retry: { class: 'operator' } };
    expect(await adapter.findByOurReference(check, callOf(check))).toMatchObject(narrowed);
    expect(await adapter.fetch(check, callOf(check))).toMatchObject(narrowed);
  });

  it('that is another is no answer', async () => {
    const [mine, other] = [await started(), await started()];
    const crossed = adapter.fetch({ ...mine, reference: other.reference }, callOf(mine));
    expect(await crossed).toMatchObject({ outcome: 'pending', reason: 'provider_response_mismatch' });
  });

  it('with another id than was asked for is no answer', async () => {
    const check = await started();
    vendor.change(check.reference ?? '', { change: { id: 7 } });
    const other = { outcome: 'pending', reason: 'provider_response_mismatch' };
    expect(await adapter.fetch(check, callOf(check))).toMatchObject(other);
  });

  it('that somebody else than ComplyAdvantage has not says that the address is wrong', async () => {
    const check = await started();
    vendor.misbehave(answering(404, '<html>'));
    expect(await adapter.fetch(check, callOf(check))).toMatchObject({
      ...{ outcome: 'pending', reason: 'provider_endpoint_gone', retry: { class: 'operator' } },
    });
  });

  it('that was deleted says nothing about anybody', async () => {
    const check = checkOf({ reference: '1' });
    const gone = { outcome: 'pending', reason: 'provider_response_unrecognised', retry: { class: 'outage' } };
    expect(await adapter.fetch(check, callOf(check))).toMatchObject(gone);
  });
});

describe('a further round', () => {
  it('has a search of its own, of that day, whose hits end a standing pass', async () => {
    const check = await started();
    clock.advance(24 * 3_600_000);
    vendor.put('Ada', { hits: [['sanction']] });
    const again = await adapter.fetch({ ...check, holdsPass: true }, callOf(check, 2));
    expect(again).toMatchObject({ outcome: 'expired', reason: 'screening_possible_match' });
    expect(again.reference).not.toBe(check.reference);
    expect(vendor.requests.at(-1)?.json).toMatchObject({ client_ref: `${check.verificationId}:2` });
  });

  it('passes by what was found that day, and not by what was found before', async () => {
    const check = await started();
    clock.advance(24 * 3_600_000);
    const again = await adapter.fetch(check, callOf(check, 2));
    expect(again).toMatchObject({ ...CLEAR, providerTime: clock.now() });
  });

  it('makes its search once, also where the answer to it was lost', async () => {
    const check = await started();
    const call = callOf(check, 2);
    const first = await adapter.fetch(check, call);
    const again = await adapter.fetch(check, call);
    const known = await adapter.fetch({ ...check, reference: first.reference ?? null }, call);
    expect([again.reference, known.reference]).toEqual([first.reference, first.reference]);
    expect(vendor.billed(`${check.verificationId}:2`)).toBe(1);
    expect(asked().slice(-1)).toEqual([`GET /searches/${first.reference ?? ''}/details`]);
  });

  it('does not pass where it is no longer kept who is looked for', async () => {
    const check = await started();
    const again = await adapter.fetch({ ...check, input: {} }, callOf(check, 2));
    expect(again).toMatchObject({ outcome: 'pending', reason: 'resubmission_requested', retry: { class: 'operator' } });
    expect(vendor.billed(`${check.verificationId}:2`)).toBe(0);
  });
});

describe('an account', () => {
  it('is tried by searches that nobody has made, and needs its key', async () => {
    const call = callOf(checkOf());
    await adapter.probe(call);
    await adapter.probe(call);
    expect(vendor.requests.map(({ target }) => target)).toEqual(
      Array(2).fill('/searches?client_ref=connection-test&per_page=10'),
    );
    const other = { ...call, connection: { ...call.connection, credentials: { api_key: 'another' } } };
    await expect(adapter.probe(other)).rejects.toMatchObject({ reason: 'provider_auth_failed' });
  });

  it.each([
    [{}, 100],
    [{ requests_per_minute: 600 }, 200],
    [{ requests_per_minute: 3 }, 1],
    [{ requests_per_minute: 'many' }, 100],
  ])('with %j is asked %d times a minute', (settings, calls) => {
    const limit = adapter.limitOf(checkOf(), { settings, credentials: {} });
    expect(limit).toEqual({ calls, perMs: 60_000 });
  });

  it.each([
    ['eu', 'https://api.complyadvantage.com/searches?client_ref=connection-test&per_page=10'],
    ['us', 'https://api.us.complyadvantage.com/searches?client_ref=connection-test&per_page=10'],
    ['ap', 'https://api.ap.complyadvantage.com/searches?client_ref=connection-test&per_page=10'],
  ])('of the region %s is tried there', async (region, url) => {
    const urls: string[] = [];
    const http = {
      send: (request: { readonly url: string }) => {
        urls.push(request.url);
        return Promise.resolve({
          status: 200,
          headers: {},
          body: Buffer.from('{"status":"success","content":{"data":[]}}'),
        });
      },
    };
    const connection = { settings: { region }, credentials: { api_key: key } };
    await new ComplyAdvantageAdapter({ clock, http }).probe({ ...callOf(checkOf()), connection });
    expect(urls).toEqual([url]);
  });
});
