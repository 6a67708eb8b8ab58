import { reasonOfTrial } from '../../../test/support/contract/probe-contract.js';
import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering } from '../../../test/support/scripted-vendor.js';
import { type SireneVendor, startSireneVendor } from '../../../test/vendors/sirene/sirene.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import { SireneAdapter } from './sirene.adapter.js';

const clock = new ScriptedClock('2026-01-30T12:00:00.000000Z');
const adapter = new SireneAdapter({ clock, http: new FetchHttp() });
const KEY = 'a-key';

describe('a connection to the register of France', () => {
  let vendor: SireneVendor;
  beforeEach(async () => {
    vendor = await startSireneVendor(KEY);
  });
  afterEach(() => vendor.close());

  const insee = () => ({ settings: { base_url: vendor.url }, credentials: { api_key: KEY } });

  it('works where INSEE finds itself', async () => {
    vendor.put('120027016');
    expect(await reasonOfTrial(adapter, insee(), clock)).toBeNull();
  });

  it('does not where INSEE refuses to show itself', async () => {
    vendor.misbehave(answering(403, { header: { statut: 403 } }));
    expect(await reasonOfTrial(adapter, insee(), clock)).toBe('provider_auth_failed');
  });

  it('works where the open search finds many others', async () => {
    vendor.crowd(3);
    const search = { settings: { base_url: vendor.url, service: 'search' }, credentials: {} };
    expect(await reasonOfTrial(adapter, search, clock)).toBeNull();
  });
});
