import { reasonOfTrial } from '../../../test/support/contract/probe-contract.js';
import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { startWatchmanVendor, type WatchmanVendor } from '../../../test/vendors/watchman/watchman.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { Reason } from '../reasons.js';
import { WatchmanAdapter } from './watchman.adapter.js';

const clock = new ScriptedClock('2026-01-30T12:00:00.000000Z');
const adapter = new WatchmanAdapter({ clock, http: new FetchHttp() });
const [FRESH, OLD] = ['2026-01-30T11:00:00Z', '2026-01-01T11:00:00Z'] as const;

describe('a connection to Watchman', () => {
  let vendor: WatchmanVendor;
  beforeEach(async () => {
    vendor = await startWatchmanVendor(FRESH);
  });
  afterEach(() => vendor.close());

  it.each<[string, Readonly<Record<string, number>>, string, Reason | null]>([
    ['works with all lists, and fresh ones', { us_ofac: 1, eu_csl: 1 }, FRESH, null],
    ['does not while a list is missing', { us_ofac: 1 }, FRESH, 'provider_lists_not_loaded'],
    ['does not while the lists are old', { us_ofac: 1, eu_csl: 1 }, OLD, 'provider_lists_stale'],
  ])('%s', async (_name, loaded, at, reason) => {
    vendor.load(loaded, at);
    const settings = { base_url: vendor.url, required_lists: ['us_ofac', 'eu_csl'] };
    expect(await reasonOfTrial(adapter, { settings, credentials: {} }, clock)).toBe(reason);
  });
});
