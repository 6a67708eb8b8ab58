import { reasonOfTrial } from '../../../test/support/contract/probe-contract.js';
import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { type BrregVendor, startBrregVendor } from '../../../test/vendors/brreg/brreg.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import { BrregAdapter } from './brreg.adapter.js';

const clock = new ScriptedClock('2026-01-30T12:00:00.000000Z');
const adapter = new BrregAdapter({ clock, http: new FetchHttp() });

describe('a connection to the register of Norway', () => {
  let vendor: BrregVendor;
  beforeEach(async () => {
    vendor = await startBrregVendor();
  });
  afterEach(() => vendor.close());

  it('does not work where its own entry is that of another', async () => {
    vendor.put('974760673', { number: '923609016' });
    const connection = { settings: { base_url: vendor.url }, credentials: {} };
    expect(await reasonOfTrial(adapter, connection, clock)).toBe('provider_response_mismatch');
  });
});
