import { reasonOfTrial } from '../../../test/support/contract/probe-contract.js';
import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering } from '../../../test/support/scripted-vendor.js';
import { startViesVendor, type ViesVendor } from '../../../test/vendors/vies/vies.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { Reason } from '../reasons.js';
import { ViesAdapter } from './vies.adapter.js';

const clock = new ScriptedClock('2026-01-30T12:00:00.000000Z');
const adapter = new ViesAdapter({ clock, http: new FetchHttp() });

describe('a connection to VIES', () => {
  let vendor: ViesVendor;
  beforeEach(async () => {
    vendor = await startViesVendor();
  });
  afterEach(() => vendor.close());

  const trial = (): Promise<Reason | null> =>
    reasonOfTrial(adapter, { settings: { base_url: vendor.url }, credentials: {} }, clock);

  it.each<[boolean, Reason | null]>([
    [true, null],
    [false, 'provider_unavailable'],
  ])('works as VIES says of itself: %s', async (isAvailable, reason) => {
    vendor.available(isAvailable);
    expect(await trial()).toBe(reason);
  });

  it.each<[string, Reason]>([
    ['SERVICE_UNAVAILABLE', 'provider_unavailable'],
    ['IP_BLOCKED', 'provider_blocked'],
    // A code about a number, which nobody asked about.
    ['INVALID_INPUT', 'provider_response_unrecognised'],
  ])('does not work where it is answered %s', async (error, reason) => {
    vendor.misbehave(answering(200, { actionSucceed: false, errorWrappers: [{ error }] }));
    expect(await trial()).toBe(reason);
  });
});
