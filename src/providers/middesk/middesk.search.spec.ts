import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering } from '../../../test/support/scripted-vendor.js';
import {
  type MiddeskPlay,
  type MiddeskVendor,
  startMiddeskVendor,
} from '../../../test/vendors/middesk/middesk.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import { ProviderFault } from '../fault-observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { MiddeskAdapter } from './middesk.adapter.js';

const key = 'mk_test_key';
const adapter = new MiddeskAdapter({ clock: new ScriptedClock(), http: new FetchHttp() });
const open: MiddeskVendor[] = [];

afterEach(async () => {
  for (const vendor of open.splice(0)) await vendor.close();
});

async function vendorOf(play: Omit<MiddeskPlay, 'key'> = {}): Promise<MiddeskVendor> {
  const vendor = await startMiddeskVendor({ key, pageSize: 3, ...play });
  open.push(vendor);
  return vendor;
}

/** A check whose id was made at that time. */
function checkOf(madeAt: string): Check {
  const time = Date.parse(madeAt).toString(16).padStart(12, '0');
  return {
    verificationId: `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000001`,
    verificationType: 'business_entity',
    checkType: 'kyb',
    input: { name: 'Northwind LLC', address: '1 Harbor St, San Francisco, CA 94105', tin: '123456780' },
    reference: null,
  };
}

const callTo = ({ url }: MiddeskVendor): Call => ({
  connection: { settings: { environment: 'sandbox', base_url: url }, credentials: { api_key: key } },
  idempotencyKey: 'key',
  signal: AbortSignal.timeout(5_000),
});

const early = checkOf('2026-01-31T07:59:00Z');
const late = checkOf('2026-01-31T10:00:00Z');

describe('a start whose answer was lost', () => {
  it.each([0, 2, 7, 11])('is found behind %d newer ones', async (newer) => {
    const vendor = await vendorOf();
    vendor.fill(4);
    const { reference } = await adapter.start(early, callTo(vendor));
    vendor.fill(newer);
    expect(await adapter.findByOurReference(early, callTo(vendor))).toMatchObject({ outcome: 'verified', reference });
  });

  it('is found in a list of the other order', async () => {
    const vendor = await vendorOf({ order: 'oldest first' });
    vendor.fill(4);
    const { reference } = await adapter.start(early, callTo(vendor));
    expect(await adapter.findByOurReference(early, callTo(vendor))).toMatchObject({ reference });
  });

  it('costs no more requests than the limit of the vendor lets through at once', async () => {
    const vendor = await vendorOf();
    await adapter.start(early, callTo(vendor));
    vendor.fill(11);
    const before = vendor.requests.length;
    await adapter.findByOurReference(early, callTo(vendor));
    const { calls, perMs } = adapter.limitOf();
    expect([(vendor.requests.length - before) * calls <= 20, perMs]).toEqual([true, 1_000]);
    expect(vendor.requests.at(before)?.query.get('per_page')).toBe('100');
  });

  it('is told apart where it is sent again', async () => {
    const vendor = await vendorOf();
    await adapter.start(early, callTo(vendor));
    const again = await adapter.start(early, callTo(vendor));
    expect(again).toMatchObject({ outcome: 'pending', retry: { class: 'outage' } });
    expect(vendor.billed(early.verificationId)).toBe(1);
  });
});

describe('a start that never arrived', () => {
  it('is not found in a list that was read to its end', async () => {
    const vendor = await vendorOf();
    vendor.fill(7);
    expect(await adapter.findByOurReference(early, callTo(vendor))).toBeNull();
    expect(vendor.requests.length).toBe(3);
  });

  it('is not looked for further back than its own time', async () => {
    const vendor = await vendorOf();
    vendor.fill(40);
    expect(await adapter.findByOurReference(late, callTo(vendor))).toBeNull();
    expect(vendor.requests.length).toBe(1);
  });

  it.each<[string, Omit<MiddeskPlay, 'key'>, Check, number]>([
    ['a list that is too long', {}, early, 4],
    ['a list of the other order, which is too long', { order: 'oldest first' }, late, 4],
    ['a list whose pages are too short to show an order', { pageSize: 1 }, late, 4],
    ['a list that begins anew on each page', { order: 'always the first page' }, early, 2],
  ])('can not be told by %s', async (_name, play, check, questions) => {
    const vendor = await vendorOf(play);
    vendor.fill(80);
    await expect(adapter.findByOurReference(check, callTo(vendor))).rejects.toBeInstanceOf(ProviderFault);
    expect(vendor.requests.length).toBe(questions);
  });

  it('is not found among businesses of which much is known', async () => {
    const vendor = await vendorOf();
    vendor.misbehave(answering(200, { data: [], has_more: false, more: 'x'.repeat(2_000_000) }));
    expect(await adapter.findByOurReference(early, callTo(vendor))).toBeNull();
  });

  it('can not be told where the second page fails', async () => {
    const vendor = await vendorOf();
    vendor.fill(7);
    const first = { data: [{ id: '8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10', external_id: null }], has_more: true };
    vendor.misbehave(answering(200, first));
    vendor.misbehave(answering(503));
    await expect(adapter.findByOurReference(early, callTo(vendor))).rejects.toMatchObject({
      reason: 'provider_unavailable',
    });
  });
});
