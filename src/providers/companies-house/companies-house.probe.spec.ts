import { reasonOfTrial } from '../../../test/support/contract/probe-contract.js';
import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering } from '../../../test/support/scripted-vendor.js';
import {
  type CompaniesHouseVendor,
  startCompaniesHouseVendor,
} from '../../../test/vendors/companies-house/companies-house.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import { CompaniesHouseAdapter } from './companies-house.adapter.js';

const clock = new ScriptedClock('2026-01-30T12:00:00.000000Z');
const adapter = new CompaniesHouseAdapter({ clock, http: new FetchHttp() });

describe('a connection to Companies House', () => {
  let vendor: CompaniesHouseVendor;
  beforeEach(async () => {
    vendor = await startCompaniesHouseVendor();
  });
  afterEach(() => vendor.close());

  const connection = () => ({ settings: { base_url: vendor.url }, credentials: { api_key: vendor.apiKey } });

  it('works whether or not the register has the company that is asked for', async () => {
    expect(await reasonOfTrial(adapter, connection(), clock)).toBeNull();
    vendor.put('00000006');
    expect(await reasonOfTrial(adapter, connection(), clock)).toBeNull();
  });

  it('does not where our address is unwelcome', async () => {
    vendor.misbehave(answering(403));
    expect(await reasonOfTrial(adapter, connection(), clock)).toBe('provider_blocked');
  });
});
