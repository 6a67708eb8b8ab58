import { FetchHttp } from '#app/platform/http.js';
import type { ProviderAdapter } from '#app/providers/provider-adapter.js';
import { wiredAdapters } from '#app/providers/provider-registry.js';
import type { DeploymentConnection } from '#app/connections/index.js';
import { type BrregVendor, startBrregVendor } from '../../vendors/brreg/brreg.vendor.js';
import {
  type CompaniesHouseVendor,
  startCompaniesHouseVendor,
} from '../../vendors/companies-house/companies-house.vendor.js';
import {
  type ComplyAdvantageVendor,
  startComplyAdvantageVendor,
} from '../../vendors/complyadvantage/complyadvantage.vendor.js';
import { type GleifVendor, startGleifVendor } from '../../vendors/gleif/gleif.vendor.js';
import { type HmrcVatVendor, startHmrcVatVendor } from '../../vendors/hmrc-vat/hmrc-vat.vendor.js';
import { type MiddeskVendor, startMiddeskVendor } from '../../vendors/middesk/middesk.vendor.js';
import {
  type OpenSanctionsVendor,
  startOpenSanctionsVendor,
} from '../../vendors/opensanctions/opensanctions.vendor.js';
import type { PlayedVendor } from '../../vendors/played-vendor.js';
import { type SireneVendor, startSireneVendor } from '../../vendors/sirene/sirene.vendor.js';
import { startSwissUidVendor, type SwissUidVendor } from '../../vendors/swiss-uid/swiss-uid.vendor.js';
import { startTruliooVendor, type TruliooVendor } from '../../vendors/trulioo/trulioo.vendor.js';
import { startViesVendor, type ViesVendor } from '../../vendors/vies/vies.vendor.js';
import { startWatchmanVendor, type WatchmanVendor } from '../../vendors/watchman/watchman.vendor.js';
import type { ScriptedClock } from '../scripted-clock.js';

/** The vendors who answer without a page for the customer and are wired, each on loopback. */
export interface PlayedProviders {
  readonly vies: ViesVendor;
  readonly hmrc_vat: HmrcVatVendor;
  readonly gleif: GleifVendor;
  readonly companies_house: CompaniesHouseVendor;
  readonly brreg: BrregVendor;
  readonly opensanctions: OpenSanctionsVendor;
  readonly watchman: WatchmanVendor;
  readonly middesk: MiddeskVendor;
  readonly swiss_uid: SwissUidVendor;
  readonly sirene: SireneVendor;
  readonly complyadvantage: ComplyAdvantageVendor;
  readonly trulioo: TruliooVendor;
}

/** The name of a played provider. */
export type PlayedProvider = keyof PlayedProviders;

/** The secrets of the deployment's connections to them. */
export const VENDOR_SECRETS = {
  opensanctions: 'canary-opensanctions-key-3f',
  middesk: 'mk_live_canary-key-9b',
  sirene: 'canary-sirene-key-55',
  complyadvantage: 'canary-complyadvantage-key-8d',
  callback: 'canary-callback-secret-7e',
} as const;

/** The organization's own VAT numbers, which the registers must know. */
export const REQUESTERS = { vies: 'DE811907980', hmrc_vat: '553557881' } as const;

/** Starts them all. Lists are as fresh as the clock says. */
export async function startPlayedProviders(clock: ScriptedClock): Promise<PlayedProviders> {
  const [vies, hmrc_vat, gleif, companies_house, brreg] = await Promise.all([
    startViesVendor(),
    startHmrcVatVendor(),
    startGleifVendor(),
    startCompaniesHouseVendor(),
    startBrregVendor(),
  ]);
  const { complyadvantage: key } = VENDOR_SECRETS;
  const [complyadvantage, trulioo] = await Promise.all([
    startComplyAdvantageVendor({ key, clock }),
    startTruliooVendor(clock),
  ]);
  const [opensanctions, watchman, middesk, swiss_uid, sirene] = await Promise.all([
    startOpenSanctionsVendor(versionOf(clock), VENDOR_SECRETS.opensanctions),
    startWatchmanVendor(clock.now()),
    startMiddeskVendor({ key: VENDOR_SECRETS.middesk, from: clock.now() }),
    startSwissUidVendor(),
    startSireneVendor(VENDOR_SECRETS.sirene),
  ]);
  vies.put(REQUESTERS.vies);
  hmrc_vat.put(REQUESTERS.hmrc_vat);
  const registers = { vies, hmrc_vat, gleif, companies_house, brreg, swiss_uid, sirene };
  return { ...registers, opensanctions, watchman, middesk, complyadvantage, trulioo };
}

/** Ends them all; rejects where one of them was asked or answered out of its contract. */
export async function closePlayedProviders(vendors: PlayedProviders): Promise<void> {
  await Promise.all(Object.values(vendors).map((vendor: PlayedVendor) => vendor.close()));
}

/** The adapters of all of them, those that are experimental too. */
export function playedAdapters(clock: ScriptedClock, vendors: PlayedProviders): readonly ProviderAdapter[] {
  const adapters = wiredAdapters({ clock, http: new FetchHttp() }, 'all');
  return adapters.filter(({ provider }) => Object.hasOwn(vendors, provider));
}

/** The deployment's connections to them; by `callbackToken` Middesk finds us. */
export function connectionsTo(
  vendors: PlayedProviders,
  callbackToken: string,
): Readonly<Record<PlayedProvider, DeploymentConnection>> {
  const at = (provider: PlayedProvider): { base_url: string } => ({ base_url: vendors[provider].url });
  const open = { credentials: {} };
  return {
    vies: {
      ...open,
      settings: {
        ...at('vies'),
        ...{ requester_country: 'DE', requester_vat: REQUESTERS.vies, mismatch: 'review' },
      },
    },
    hmrc_vat: {
      settings: { ...at('hmrc_vat'), requester_vat: REQUESTERS.hmrc_vat },
      credentials: vendors.hmrc_vat.credentials,
    },
    gleif: { ...open, settings: at('gleif') },
    companies_house: { settings: at('companies_house'), credentials: { api_key: vendors.companies_house.apiKey } },
    brreg: { ...open, settings: at('brreg') },
    opensanctions: {
      settings: { ...at('opensanctions'), fail_score: 0.95 },
      credentials: { api_key: VENDOR_SECRETS.opensanctions },
    },
    watchman: { ...open, settings: { ...at('watchman'), required_lists: ['us_ofac', 'eu_csl'], fail_score: 0.95 } },
    middesk: {
      settings: at('middesk'),
      credentials: { api_key: VENDOR_SECRETS.middesk },
      ...{ callbackToken, callbackSecrets: [VENDOR_SECRETS.callback] },
    },
    swiss_uid: { ...open, settings: at('swiss_uid') },
    sirene: { settings: at('sirene'), credentials: { api_key: VENDOR_SECRETS.sirene } },
    complyadvantage: { settings: at('complyadvantage'), credentials: { api_key: VENDOR_SECRETS.complyadvantage } },
    trulioo: { settings: { ...at('trulioo'), terms_accepted: true }, credentials: applicationOf(vendors.trulioo) },
  };
}

/** Trulioo takes either an application or a key. */
function applicationOf({ credentials: { api_key: _key, ...application } }: TruliooVendor): Record<string, string> {
  return application;
}

/** Has the screenings' lists renewed at this moment. */
export function renewLists({ opensanctions, watchman }: PlayedProviders, clock: ScriptedClock): void {
  opensanctions.index({ name: 'default', version: versionOf(clock) });
  watchman.load({ us_ofac: 17_000, eu_csl: 5_000 }, clock.now());
}

/** A version of OpenSanctions' lists that was made now. */
export function versionOf(clock: ScriptedClock): string {
  return `${clock.now().replace(/\D/g, '').slice(0, 14)}-abc`;
}
