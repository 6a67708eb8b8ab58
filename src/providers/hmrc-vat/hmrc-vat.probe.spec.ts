import { reasonOfTrial } from '../../../test/support/contract/probe-contract.js';
import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import { type HmrcVatVendor, startHmrcVatVendor } from '../../../test/vendors/hmrc-vat/hmrc-vat.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { Reason } from '../reasons.js';
import { HmrcVatAdapter } from './hmrc-vat.adapter.js';

const clock = new ScriptedClock('2026-01-30T12:00:00.000000Z');
const adapter = new HmrcVatAdapter({ clock, http: new FetchHttp() });

describe('a connection to HMRC', () => {
  let vendor: HmrcVatVendor;
  beforeEach(async () => {
    vendor = await startHmrcVatVendor();
  });
  afterEach(() => vendor.close());

  it.each<[string, Script, Reason]>([
    ['refuses the application as it may refuse its token', answering(403), 'provider_auth_failed'],
    ['gives a token that is none', answering(200, {}), 'provider_response_unrecognised'],
  ])('does not work where it %s', async (_name, script, reason) => {
    vendor.misbehave(script);
    const connection = { settings: { base_url: vendor.url }, credentials: vendor.credentials };
    expect(await reasonOfTrial(adapter, connection, clock)).toBe(reason);
  });
});
