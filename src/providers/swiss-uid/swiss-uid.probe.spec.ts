import { reasonOfTrial } from '../../../test/support/contract/probe-contract.js';
import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { startSwissUidVendor, type SwissUidVendor } from '../../../test/vendors/swiss-uid/swiss-uid.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { Reason } from '../reasons.js';
import { SwissUidAdapter } from './swiss-uid.adapter.js';

const clock = new ScriptedClock('2026-01-30T12:00:00.000000Z');
const adapter = new SwissUidAdapter({ clock, http: new FetchHttp() });

describe('a connection to the register of Switzerland', () => {
  let vendor: SwissUidVendor;
  beforeEach(async () => {
    vendor = await startSwissUidVendor();
  });
  afterEach(() => vendor.close());

  it.each<[string, string, Reason]>([
    ['above its limit', 'Request_limit_exceeded', 'provider_throttled'],
    ['while our form is wrong', 'Data_validation_failed', 'provider_response_unrecognised'],
  ])('does not work %s', async (_name, code, reason) => {
    vendor.refuse(code);
    const connection = { settings: { base_url: vendor.url }, credentials: {} };
    expect(await reasonOfTrial(adapter, connection, clock)).toBe(reason);
  });
});
