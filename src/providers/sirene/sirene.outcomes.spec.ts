import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import { type SireneEntry, type SireneVendor, startSireneVendor } from '../../../test/vendors/sirene/sirene.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import { SireneAdapter } from './sirene.adapter.js';

const key = 'a-key';
const adapter = new SireneAdapter({ clock: new ScriptedClock(), http: new FetchHttp() });
const [siren, siret] = ['732829320', '73282932000074'] as const;
let vendor: SireneVendor;

beforeAll(async () => {
  vendor = await startSireneVendor(key);
});
afterAll(() => vendor.close());

function ask(input: JsonObject, settings: JsonObject = {}, credentials = { api_key: key }): Promise<Observation> {
  const check = {
    verificationId: '01939c5e-7a00-7000-8000-000000000001',
    verificationType: 'business_entity',
    checkType: 'siret' in input ? 'company_site' : 'company_register',
    input,
    reference: null,
  };
  const connection = { settings: { base_url: vendor.url, ...settings }, credentials };
  return adapter.start(check, { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) });
}

const search = (): Promise<Observation> => ask({ siren }, { service: 'search' });
const UNCLEAR = { outcome: 'pending', reason: 'register_status_unclear', awaiting: 'review' } as const;
const UNRECOGNISED = { outcome: 'pending', reason: 'provider_response_unrecognised' } as const;
const ACTIVE = { outcome: 'verified', reason: 'register_active' } as const;
const CEASED = { outcome: 'failed', reason: 'company_dissolved' } as const;
const UNKNOWN = { outcome: 'failed', reason: 'company_not_found' } as const;
const MISMATCH = { outcome: 'pending', reason: 'provider_response_mismatch' } as const;

describe('a company', () => {
  it.each<[string, SireneEntry, Partial<Observation>]>([
    ['active', {}, { ...ACTIVE, reference: siren }],
    ['active again', { past: ['C', 'A'] }, ACTIVE],
    ['ceased', { state: 'C', past: ['A'] }, CEASED],
    ['ceased, told with the oldest period first', { state: 'C', past: ['A'], backwards: true }, CEASED],
    ['published in part', { diffusion: 'P' }, ACTIVE],
    ['with the state of a site', { state: 'F' }, UNRECOGNISED],
    ['that is another', { digits: '552100554' }, MISMATCH],
  ])('%s', async (_name, entry, expected) => {
    vendor.put(siren, entry);
    expect(await ask({ siren })).toMatchObject(expected);
  });

  it('that the register does not know has failed', async () => {
    expect(await ask({ siren: '552 100 554' })).toMatchObject(UNKNOWN);
  });

  it('is shown by letters alone, and kept whole as evidence', async () => {
    vendor.put(siren, { diffusion: 'P' });
    const { payload, answer } = await ask({ siren });
    expect(payload).toEqual({ administrative_status: 'A', diffusion_status: 'P' });
    expect(JSON.stringify(answer)).toContain('Canary-Erika');
  });
});

describe('a site', () => {
  it.each<[string, SireneEntry, Partial<Observation>]>([
    [
      'open',
      {},
      {
        ...ACTIVE,
        reference: siret,
        payload: { administrative_status: 'A', diffusion_status: 'O', company_status: 'A' },
      },
    ],
    ['open, of a company of which nothing is said', { company: null }, ACTIVE],
    ['open, of a company that has ceased', { company: 'C' }, CEASED],
    ['closed', { state: 'F' }, CEASED],
    ['with the state of a company', { state: 'C' }, UNRECOGNISED],
    ['that is another', { digits: '73282932000066' }, MISMATCH],
  ])('%s', async (_name, entry, expected) => {
    vendor.put(siret, entry);
    expect(await ask({ siret })).toMatchObject(expected);
  });

  it('is nothing that the open search can tell', async () => {
    const asked = ask({ siret }, { service: 'search' });
    expect(await asked).toMatchObject({ reason: 'provider_not_entitled', retry: { class: 'operator' } });
  });
});

describe('the open search', () => {
  it.each<[string, SireneEntry, Partial<Observation>]>([
    ['a company that is active', {}, { ...ACTIVE, reference: siren }],
    ['a company that has ceased', { state: 'C' }, CEASED],
    ['a company of an unknown state', { state: 'X' }, UNRECOGNISED],
    ['nothing but another company', { digits: '552100554' }, UNCLEAR],
  ])('finds %s among others', async (_name, entry, expected) => {
    vendor.put(siren, entry);
    vendor.crowd(3);
    expect(await search()).toMatchObject(expected);
  });

  it.each<[number, Partial<Observation>]>([
    [0, UNKNOWN],
    [2, UNCLEAR],
  ])('finds no such company among %d', async (others, expected) => {
    vendor.crowd(others);
    expect(await ask({ siren: '552100554' }, { service: 'search' })).toMatchObject(expected);
  });

  it('gets no key', async () => {
    await search();
    expect(JSON.stringify(vendor.requests.at(-1)?.headers)).not.toContain(key);
  });
});

describe('a limit', () => {
  const of = (settings: JsonObject, credentials: Readonly<Record<string, string>>): [string, object] => {
    const connection = { settings, credentials };
    return [adapter.partitionOf(null as never, connection), adapter.limitOf(null as never, connection)];
  };
  const open = { service: 'search' };

  it('of the open search is one for everybody, with a key or without', () => {
    const limit = ['search', { calls: 7, perMs: 1_000 }];
    expect([of(open, {}), of(open, { api_key: 'one' }), of(open, { api_key: 'other' })]).toEqual([limit, limit, limit]);
  });

  it('of INSEE is one for each key, and tells none', () => {
    const [one, again, other] = ['one-key', 'one-key', 'other-key'].map((api_key) => of({}, { api_key }));
    expect(one).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/), { calls: 30, perMs: 60_000 }]);
    expect([again, of({ service: 'insee' }, { api_key: 'one-key' })]).toEqual([one, one]);
    expect(other?.[0]).not.toBe(one?.[0]);
  });
});

describe('a number', () => {
  it.each<[string, JsonObject, string]>([
    ['of another form', { siren: '73282932' }, 'identifier_format_invalid'],
    ['of a site in place of a company', { siren: siret }, 'identifier_format_invalid'],
    ['of a company in place of a site', { siret: siren }, 'identifier_format_invalid'],
    ['with a wrong check digit', { siren: '732829321' }, 'identifier_checksum_invalid'],
    ['of a site with a wrong check digit', { siret: '73282932000075' }, 'identifier_checksum_invalid'],
    ['of the post office with a wrong sum', { siret: '35600000000002' }, 'identifier_checksum_invalid'],
  ])('%s fails without a question', async (_name, input, reason) => {
    const before = vendor.requests.length;
    expect(await ask(input)).toMatchObject({ outcome: 'failed', reason });
    expect(vendor.requests.length).toBe(before);
  });

  it('of a site of the post office is asked about though its check digit is wrong', async () => {
    vendor.put('35600000000001');
    expect(await ask({ siret: '356 000 000 00001' })).toMatchObject(ACTIVE);
  });
});

const insee = (statut: number): Script => answering(statut, { header: { statut, message: 'Words' } });

describe('a refusal', () => {
  it.each<[string, Script, Partial<Observation>]>([
    ['404 of the register', insee(404), UNKNOWN],
    ['301 of the register: a duplicate', insee(301), UNCLEAR],
    ['403 of the register: not published', insee(403), UNCLEAR],
    ['404 of a gateway', answering(404, { message: 'no route' }), { reason: 'provider_endpoint_gone' }],
    [
      '403 of a gateway',
      answering(403, { message: 'no' }),
      { reason: 'provider_auth_failed', retry: { class: 'operator' } },
    ],
    ['404 about another status', answering(404, { header: { statut: 200 } }), { reason: 'provider_endpoint_gone' }],
    ['429', answering(429), { reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 61_000 } }],
    ['429 until', answering(429, {}, { 'retry-after': '5' }), { retry: { class: 'throttle', afterMs: 5_000 } }],
    ['400 of the register', insee(400), { ...UNRECOGNISED, retry: { class: 'operator' } }],
    ['500 of the register', insee(500), { reason: 'provider_unavailable' }],
    ['200 without a company', insee(200), UNRECOGNISED],
  ])('%s', async (_name, script, expected) => {
    vendor.misbehave(script);
    expect(await ask({ siren })).toMatchObject(expected);
  });

  it('of a key is for an operator', async () => {
    const asked = ask({ siren }, {}, { api_key: 'another' });
    expect(await asked).toMatchObject({ reason: 'provider_auth_failed', retry: { class: 'operator' } });
  });

  it.each<[string, Script, Partial<Observation>]>([
    ['429', answering(429), { reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 61_000 } }],
    ['404', answering(404, {}), { reason: 'provider_endpoint_gone' }],
    ['a page', answering(200, '<html>'), UNRECOGNISED],
    ['503', answering(503), { reason: 'provider_unavailable' }],
  ])('of the open search: %s', async (_name, script, expected) => {
    vendor.misbehave(script);
    expect(await search()).toMatchObject({ outcome: 'pending', ...expected });
  });
});
