import { reasonOfTrial } from '../../../test/support/contract/probe-contract.js';
import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import {
  type Indexed,
  type OpenSanctionsVendor,
  startOpenSanctionsVendor,
} from '../../../test/vendors/opensanctions/opensanctions.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { Reason } from '../reasons.js';
import { OpenSanctionsAdapter } from './opensanctions.adapter.js';

const clock = new ScriptedClock('2026-01-30T12:00:00.000000Z');
const adapter = new OpenSanctionsAdapter({ clock, http: new FetchHttp() });
const [KEY, FRESH, OLD] = ['a-key', '20260130100000-abc', '20260101100000-abc'] as const;

describe('a connection to OpenSanctions', () => {
  let vendor: OpenSanctionsVendor;
  beforeEach(async () => {
    vendor = await startOpenSanctionsVendor(FRESH, KEY);
  });
  afterEach(() => vendor.close());

  const hosted = () => ({ settings: { base_url: vendor.url }, credentials: { api_key: KEY } });

  it.each<[string, readonly Indexed[], Reason | null]>([
    ['works while the lists are fresh', [{ name: 'default', version: FRESH }], null],
    ['does not without the dataset', [], 'provider_lists_not_loaded'],
    ['does not while the lists are old', [{ name: 'default', version: OLD }], 'provider_lists_stale'],
  ])('%s', async (_name, indexed, reason) => {
    vendor.index(...indexed);
    expect(await reasonOfTrial(adapter, hosted(), clock)).toBe(reason);
  });

  it.each<[boolean, Reason | null]>([
    [true, null],
    [false, 'provider_index_not_ready'],
  ])("of one's own needs its index: ready %s", async (isReady, reason) => {
    vendor.ready(isReady);
    const own = { settings: { base_url: vendor.url, service: 'self_hosted' }, credentials: {} };
    expect(await reasonOfTrial(adapter, own, clock)).toBe(reason);
  });
});
