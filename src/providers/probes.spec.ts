import { ScriptedClock } from '../../test/support/scripted-clock.js';
import { answering, type Script } from '../../test/support/scripted-vendor.js';
import { type BrregVendor, startBrregVendor } from '../../test/vendors/brreg/brreg.vendor.js';
import {
  type CompaniesHouseVendor,
  startCompaniesHouseVendor,
} from '../../test/vendors/companies-house/companies-house.vendor.js';
import { startGleifVendor } from '../../test/vendors/gleif/gleif.vendor.js';
import { startHmrcVatVendor } from '../../test/vendors/hmrc-vat/hmrc-vat.vendor.js';
import { startMiddeskVendor } from '../../test/vendors/middesk/middesk.vendor.js';
import {
  type Indexed,
  type OpenSanctionsVendor,
  startOpenSanctionsVendor,
} from '../../test/vendors/opensanctions/opensanctions.vendor.js';
import { startOnfidoVendor } from '../../test/vendors/onfido/onfido.vendor.js';
import { startPersonaVendor } from '../../test/vendors/persona/persona.vendor.js';
import { startPlaidVendor } from '../../test/vendors/plaid/plaid.vendor.js';
import type { PlayedVendor } from '../../test/vendors/played-vendor.js';
import { type SireneVendor, startSireneVendor } from '../../test/vendors/sirene/sirene.vendor.js';
import { startStripeIdentityVendor } from '../../test/vendors/stripe-identity/stripe-identity.vendor.js';
import { startSumsubVendor } from '../../test/vendors/sumsub/sumsub.vendor.js';
import { startSwissUidVendor, type SwissUidVendor } from '../../test/vendors/swiss-uid/swiss-uid.vendor.js';
import { startVeriffVendor } from '../../test/vendors/veriff/veriff.vendor.js';
import { startViesVendor, type ViesVendor } from '../../test/vendors/vies/vies.vendor.js';
import { startWatchmanVendor, type WatchmanVendor } from '../../test/vendors/watchman/watchman.vendor.js';
import { FetchHttp } from '../platform/http.js';
import type { JsonObject } from '../platform/json.js';
import * as wired from './adapters.js';
import { observationOfFault } from './fault-observation.js';
import type { Observation } from './observation.js';
import type { Connection, ProviderAdapter } from './provider-adapter.js';

const clock = new ScriptedClock('2026-01-30T12:00:00.000000Z');
const adapters = new Map(
  Object.values(wired)
    .map((Adapter): ProviderAdapter => new Adapter({ clock, http: new FetchHttp() }))
    .map((one) => [one.provider, one]),
);
const KEY = 'a-key';
const MIDDESK_KEY = 'mk_test_a-key';
const sandbox = { environment: 'sandbox' };
const lists = { required_lists: ['us_ofac', 'eu_csl'] };

interface Row {
  readonly provider: string;
  readonly start: () => Promise<PlayedVendor>;
  readonly settings?: JsonObject;
  readonly right?: Connection['credentials'];
  /** Credentials that it does not know; left out where it knows none. */
  readonly wrong?: Connection['credentials'];
  /** What it is asked, in order. */
  readonly asked: readonly string[];
  /** How a 503 of it is called, where that has another name. */
  readonly down?: Observation['reason'];
  /** The same of a 429. */
  readonly busy?: Observation['reason'];
}

const yente = { provider: 'opensanctions', down: 'provider_index_not_ready' } as const;
const sirene = { provider: 'sirene', start: () => startSireneVendor(KEY) };
const rows: Readonly<Record<string, Row>> = {
  vies: { provider: 'vies', start: startViesVendor, asked: ['GET /check-status'], down: 'network_error' },
  hmrc_vat: {
    ...{ provider: 'hmrc_vat', start: () => startHmrcVatVendor() },
    right: { client_id: 'canary-client-7c1d', client_secret: 'canary-secret-90aa' },
    wrong: { client_id: 'canary-client-7c1d', client_secret: 'another' },
    asked: ['POST /oauth/token'],
  },
  gleif: { provider: 'gleif', start: startGleifVendor, asked: ['GET /lei-records/506700GE1G29325QX363'] },
  companies_house: {
    ...{ provider: 'companies_house', start: startCompaniesHouseVendor, asked: ['GET /company/00000006'] },
    ...{ right: { api_key: 'ch-key-7d1f0c' }, wrong: { api_key: 'another' } },
  },
  brreg: { provider: 'brreg', start: startBrregVendor, asked: ['GET /enheter/974760673'] },
  'opensanctions, hosted': {
    ...{ ...yente, start: () => startOpenSanctionsVendor('20260130100000-abc', KEY) },
    ...{ right: { api_key: KEY }, wrong: { api_key: 'another' }, busy: 'provider_quota_exhausted' },
    asked: ['GET /catalog', 'GET /entities/connection-test'],
  },
  'opensanctions, self-hosted': {
    ...{ ...yente, start: () => startOpenSanctionsVendor('20260130100000-abc') },
    settings: { service: 'self_hosted' },
    asked: ['GET /catalog', 'GET /readyz'],
  },
  watchman: {
    ...{ provider: 'watchman', start: () => startWatchmanVendor('2026-01-30T11:00:00Z') },
    ...{ settings: lists, asked: ['GET /v2/listinfo'] },
  },
  middesk: {
    ...{ provider: 'middesk', start: () => startMiddeskVendor({ key: MIDDESK_KEY }) },
    ...{ settings: { environment: 'sandbox' }, asked: ['GET /businesses?page=1&per_page=1'] },
    ...{ right: { api_key: MIDDESK_KEY }, wrong: { api_key: 'mk_test_another' } },
  },
  'sirene by INSEE': {
    ...{ ...sirene, right: { api_key: KEY }, wrong: { api_key: 'another' }, asked: ['GET /siren/120027016'] },
  },
  'sirene by the open search': { ...sirene, settings: { service: 'search' }, asked: ['GET /search?q=120027016'] },
  swiss_uid: { provider: 'swiss_uid', start: startSwissUidVendor, asked: ['POST '] },
  onfido: {
    ...{ provider: 'onfido', start: () => startOnfidoVendor({ token: 'api_sandbox.1', clock }) },
    ...{ settings: sandbox, right: { api_token: 'api_sandbox.1' }, wrong: { api_token: 'api_sandbox.2' } },
    asked: ['GET /workflow_runs?tags=connection-test'],
  },
  persona: {
    ...{ provider: 'persona', start: () => startPersonaVendor({ key: 'persona_sandbox_1', clock }) },
    settings: { ...sandbox, templates: { document: 'itmpl_1' } },
    ...{ right: { api_key: 'persona_sandbox_1' }, wrong: { api_key: 'persona_sandbox_2' } },
    asked: ['GET /inquiries?filter%5Bnote%5D=connection-test&page%5Bsize%5D=10'],
  },
  plaid: {
    ...{ provider: 'plaid', start: () => startPlaidVendor({ clientId: 'we', secret: KEY, clock, keys: [] }) },
    settings: { ...sandbox, templates: { document: 'idvtmp_1' } },
    ...{ right: { client_id: 'we', secret: KEY }, wrong: { client_id: 'we', secret: 'another' } },
    asked: ['POST /identity_verification/list'],
  },
  stripe_identity: {
    ...{ provider: 'stripe_identity', start: () => startStripeIdentityVendor({ key: 'sk_test_1', clock }) },
    ...{ settings: sandbox, right: { api_key: 'sk_test_1' }, wrong: { api_key: 'sk_test_2' } },
    asked: ['GET /v1/identity/verification_sessions?client_reference_id=connection-test&limit=1'],
  },
  sumsub: {
    ...{ provider: 'sumsub', start: () => startSumsubVendor({ clock, token: 'sbx:1', secret: KEY }) },
    settings: { ...sandbox, levels: { document: 'kyc' } },
    ...{ right: { app_token: 'sbx:1', secret_key: KEY }, wrong: { app_token: 'sbx:1', secret_key: 'another' } },
    asked: ['GET /resources/applicants/-/byExternalUserId/connection-test'],
  },
  veriff: {
    ...{ provider: 'veriff', start: () => startVeriffVendor({ integrations: { we: KEY } }) },
    ...{ right: { api_key: 'we', shared_secret: KEY }, wrong: { api_key: 'we', shared_secret: 'another' } },
    asked: ['GET /v1/sessions/00000000-0000-4000-8000-000000000000/decision'],
  },
};

/** What is said of the connection; null: it works. */
async function tried(row: Row, vendor: PlayedVendor, credentials = row.right ?? {}): Promise<Observation['reason']> {
  const { provider, settings = {} } = row;
  const connection = { settings: { base_url: vendor.url, ...settings }, credentials };
  const call = { connection, idempotencyKey: 'connection-test', signal: AbortSignal.timeout(5_000) };
  try {
    await adapters.get(provider)?.probe?.(call);
    return null;
  } catch (error) {
    return observationOfFault(error, clock.now()).reason;
  }
}

function askedOf({ requests, url }: PlayedVendor): string[] {
  const base = new URL(url).pathname.replace(/\/$/, '');
  return requests.map(({ method, path, query }) => {
    return `${method} ${path.slice(base.length)}${query.size > 0 ? `?${query.toString()}` : ''}`;
  });
}

it('every provider that is called can be tried', () => {
  const networked = [...adapters.values()].filter(({ connectionForm }) => connectionForm !== null);
  expect(networked.filter(({ probe }) => !probe)).toEqual([]);
  const covered = new Set(Object.values(rows).map(({ provider }) => provider));
  expect(networked.map(({ provider }) => provider).filter((name) => !covered.has(name))).toEqual(['sandbox']);
});

describe.each(Object.entries(rows))('a connection to %s', (_name, row) => {
  let vendor: PlayedVendor;
  beforeEach(async () => {
    vendor = await row.start();
  });
  afterEach(() => vendor.close());

  it('works, asked afresh each time', async () => {
    expect([await tried(row, vendor), await tried(row, vendor)]).toEqual([null, null]);
    expect(askedOf(vendor)).toEqual([...row.asked, ...row.asked]);
  });

  it('does not work with credentials that the vendor does not know, also after right ones', async () => {
    if (!row.wrong) return;
    expect(await tried(row, vendor)).toBeNull();
    expect(await tried(row, vendor, row.wrong)).toBe('provider_auth_failed');
  });

  it.each<[string, Script, Observation['reason']]>([
    ['is down', answering(503), row.down ?? 'provider_unavailable'],
    ['wants to be left alone', answering(429), row.busy ?? 'provider_throttled'],
    ['is another', answering(404, { message: 'no Route matched' }), 'provider_endpoint_gone'],
    ['speaks otherwise', answering(200, '<html>'), 'provider_response_unrecognised'],
  ])('does not work while the vendor %s', async (_vendor, script, reason) => {
    vendor.misbehave(script);
    expect(await tried(row, vendor)).toBe(reason);
    expect(vendor.requests).toHaveLength(1);
  });
});

describe('the answer to a trial', () => {
  async function of(name: string, play: (vendor: PlayedVendor) => void): Promise<Observation['reason']> {
    const row = rows[name];
    if (!row) throw new Error(`no row ${name}`);
    const vendor = await row.start();
    play(vendor);
    return tried(row, vendor).finally(() => vendor.close());
  }
  const said = (script: Script) => (vendor: PlayedVendor) => {
    vendor.misbehave(script);
  };
  const codes = (error: string) => said(answering(200, { actionSucceed: false, errorWrappers: [{ error }] }));
  const vies = (is: boolean) => (vendor: PlayedVendor) => {
    (vendor as ViesVendor).available(is);
  };
  const yenteIndex =
    (datasets: readonly Indexed[], isReady = true) =>
    (vendor: PlayedVendor) => {
      (vendor as OpenSanctionsVendor).index(...datasets);
      (vendor as OpenSanctionsVendor).ready(isReady);
    };
  const watchman = (loaded: Readonly<Record<string, number>>, at: string) => (vendor: PlayedVendor) => {
    (vendor as WatchmanVendor).load(loaded, at);
  };
  const fresh = [{ name: 'default', version: '20260130100000-abc' }];

  it.each<[string, string, (vendor: PlayedVendor) => void, Observation['reason']]>([
    ['VIES is up', 'vies', vies(true), null],
    ['VIES is down', 'vies', vies(false), 'provider_unavailable'],
    ['SERVICE_UNAVAILABLE', 'vies', codes('SERVICE_UNAVAILABLE'), 'provider_unavailable'],
    ['IP_BLOCKED', 'vies', codes('IP_BLOCKED'), 'provider_blocked'],
    ['a code about a number', 'vies', codes('INVALID_INPUT'), 'provider_response_unrecognised'],
    ['a refused token, early or late', 'hmrc_vat', said(answering(403)), 'provider_auth_failed'],
    ['a token that is none', 'hmrc_vat', said(answering(200, {})), 'provider_response_unrecognised'],
    ['a company that is there', 'companies_house', (one) => (one as CompaniesHouseVendor).put('00000006'), null],
    ['our address is unwelcome', 'companies_house', said(answering(403)), 'provider_blocked'],
    [
      'an entry of another',
      'brreg',
      (one) => (one as BrregVendor).put('974760673', { number: '923609016' }),
      'provider_response_mismatch',
    ],
    ['no such dataset', 'opensanctions, hosted', yenteIndex([]), 'provider_lists_not_loaded'],
    [
      'old lists',
      'opensanctions, hosted',
      yenteIndex([{ name: 'default', version: '20260101100000-abc' }]),
      'provider_lists_stale',
    ],
    ['an index that is not ready', 'opensanctions, self-hosted', yenteIndex(fresh, false), 'provider_index_not_ready'],
    [
      'a list that is missing',
      'watchman',
      watchman({ us_ofac: 1 }, '2026-01-30T11:00:00Z'),
      'provider_lists_not_loaded',
    ],
    [
      'lists that are old',
      'watchman',
      watchman({ us_ofac: 1, eu_csl: 1 }, '2026-01-01T11:00:00Z'),
      'provider_lists_stale',
    ],
    ['INSEE is known', 'sirene by INSEE', (one) => (one as SireneVendor).put('120027016'), null],
    ['INSEE refuses', 'sirene by INSEE', said(answering(403, { header: { statut: 403 } })), 'provider_auth_failed'],
    ['many others', 'sirene by the open search', (one) => (one as SireneVendor).crowd(3), null],
    ['the limit', 'swiss_uid', (one) => (one as SwissUidVendor).refuse('Request_limit_exceeded'), 'provider_throttled'],
    [
      'our form is wrong',
      'swiss_uid',
      (one) => (one as SwissUidVendor).refuse('Data_validation_failed'),
      'provider_response_unrecognised',
    ],
  ])('%s', async (_name, row, play, reason) => {
    expect(await of(row, play)).toBe(reason);
  });
});
