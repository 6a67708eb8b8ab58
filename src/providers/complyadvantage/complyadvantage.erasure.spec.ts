import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import {
  type ComplyAdvantageVendor,
  startComplyAdvantageVendor,
} from '../../../test/vendors/complyadvantage/complyadvantage.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { Call, Check } from '../provider-adapter.js';
import { ComplyAdvantageAdapter } from './complyadvantage.adapter.js';

const key = 'a-key';
const clock = new ScriptedClock('2026-01-31T08:00:00.000000Z');
const adapter = new ComplyAdvantageAdapter({ clock, http: new FetchHttp() });
const verificationId = '01939c5e-7a00-7000-8000-000000000001';
const OTHER = '01939c5e-7a00-7000-8000-000000000010';
let vendor: ComplyAdvantageVendor;

beforeEach(async () => {
  vendor = await startComplyAdvantageVendor({ key, clock });
});
afterEach(() => vendor.close());

function checkOf(change: Partial<Check> = {}): Check {
  const kind = { verificationType: 'screening', checkType: 'sanctions' };
  return { verificationId, ...kind, input: { entity_type: 'person', name: 'Ada' }, reference: null, ...change };
}

/** A call of that check's round. */
function callOf(round = 1, id = verificationId): Call {
  const connection = { settings: { base_url: vendor.url }, credentials: { api_key: key } };
  const idempotencyKey = round === 1 ? id : `${id}:${String(round)}`;
  return { connection, idempotencyKey, signal: AbortSignal.timeout(5_000) };
}

/** Has a search made, and gives the check as it is known then. */
async function searched(round = 1, id = verificationId): Promise<Check> {
  const check = checkOf({ verificationId: id });
  const { reference = null } = await adapter.start(check, callOf(round, id));
  return { ...check, reference };
}

const asked = (): string[] => vendor.requests.map(({ method, target }) => `${method} ${target}`);
const MISMATCH = { reason: 'provider_response_mismatch' };

describe('an erasure', () => {
  it('deletes the searches of all rounds, the known one last, and nobody else’s', async () => {
    await searched();
    // A round whose answer was lost, one that came to nothing, and one whose search was made twice.
    await searched(2);
    const check = await searched(4);
    await searched(4);
    const other = await searched(1, OTHER);
    expect(await adapter.redact(check, callOf(4))).toBe('done');
    expect([vendor.held(), asked().at(-1)]).toEqual([1, `DELETE /searches/${check.reference ?? ''}`]);
    expect(await adapter.fetch(other, callOf(1, OTHER))).toMatchObject({ outcome: 'verified' });
  });

  it('once more finds nothing to delete, and is done', async () => {
    const check = await searched();
    await adapter.redact(check, callOf());
    const before = asked().length;
    expect(await adapter.redact(check, callOf())).toBe('done');
    expect(asked().slice(before).join()).not.toContain('DELETE');
  });

  it('knows by the search itself of rounds that it is not asked in', async () => {
    await searched(2);
    const check = await searched(3);
    expect(await adapter.redact(check, callOf())).toBe('done');
    expect(vendor.held()).toBe(0);
  });

  it('is done also of a search that nobody has the id of', async () => {
    const check = await searched();
    expect(await adapter.redact({ ...check, reference: null }, callOf())).toBe('done');
    expect(vendor.held()).toBe(0);
  });

  it('deletes a search that no list shows yet', async () => {
    const check = await searched();
    await adapter.fetch(check, callOf());
    const shown = await fetch(`${vendor.url}/searches/${check.reference ?? ''}/details`, {
      headers: { authorization: `Token ${key}` },
    });
    vendor.misbehave(answering(200, await shown.text()));
    vendor.misbehave(answering(200, { status: 'success', content: { data: [] } }));
    expect(await adapter.redact(check, callOf())).toBe('done');
    expect(vendor.held()).toBe(0);
  });

  it('takes a search that was deleted meanwhile for deleted', async () => {
    const check = await searched();
    const listed = { status: 'success', content: { data: [{ id: 7, client_ref: verificationId }] } };
    vendor.misbehave(answering(404, { status: 'failure' }));
    vendor.misbehave(answering(200, listed));
    expect(await adapter.redact(check, callOf())).toBe('done');
    expect(asked()).toContain('DELETE /searches/7');
    // Of the one that was known by its id that was said, too; but a list shows it.
    expect(vendor.held()).toBe(0);
  });

  it.each([10, 11, 25])('deletes all %i searches of a round: a list shows ten', async (count) => {
    const check = await searched();
    for (let made = 1; made < count; made += 1) await searched();
    expect(await adapter.redact(check, callOf())).toBe('done');
    expect([vendor.held(), asked().at(-1)]).toEqual([0, `DELETE /searches/${check.reference ?? ''}`]);
  });

  it('is not done while a list is full of what is deleted: another may be further down', async () => {
    const ids = Array.from({ length: 10 }, (_, index) => ({ id: index + 1, client_ref: verificationId }));
    const behind = answering(200, { status: 'success', content: { data: ids } });
    vendor.misbehave(behind);
    vendor.misbehave(answering(204), 10);
    vendor.misbehave(behind);
    const UNKNOWN = { reason: 'provider_response_unrecognised', retry: { of: 'check' } };
    await expect(adapter.redact(checkOf(), callOf())).rejects.toMatchObject(UNKNOWN);
  });

  it('is done while a list that is not full still shows what is deleted', async () => {
    const behind = answering(200, { status: 'success', content: { data: [{ id: 7, client_ref: verificationId }] } });
    vendor.misbehave(behind);
    vendor.misbehave(answering(204));
    vendor.misbehave(behind);
    expect(await adapter.redact(checkOf(), callOf())).toBe('done');
    expect(asked().filter((request) => request.startsWith('DELETE'))).toHaveLength(1);
  });

  it.each([4_001, 999_999_999])('looks through no %i rounds that only the vendor tells of', async (round) => {
    const check = await searched();
    vendor.change(check.reference ?? '', { change: { client_ref: `${verificationId}:${String(round)}` } });
    const before = asked().length;
    await expect(adapter.redact(check, callOf())).rejects.toMatchObject(MISMATCH);
    expect(asked().length - before).toBe(1);
  });

  it('leaves the search of somebody else', async () => {
    const [check, { reference }] = [await searched(), await searched(1, OTHER)];
    await expect(adapter.redact({ ...check, reference }, callOf())).rejects.toMatchObject(MISMATCH);
    expect(vendor.held()).toBe(2);
  });

  it('is not done where a list shows those of others: one of ours may be further down', async () => {
    const check = await searched();
    await searched(1, OTHER);
    vendor.ignoreFilters();
    await expect(adapter.redact(check, callOf())).rejects.toMatchObject(MISMATCH);
    expect(vendor.held()).toBe(2);
  });

  it.each<[string, Script, object]>([
    ['500', answering(500), { reason: 'provider_unavailable' }],
    ['429', answering(429, '', { 'retry-after': '9' }), { reason: 'provider_throttled' }],
    ['401', answering(401, { status: 'failure' }), { reason: 'provider_auth_failed' }],
    ['a page', answering(200, '<html>'), { reason: 'provider_response_unrecognised' }],
    ['a failure', answering(200, { status: 'failure' }), { reason: 'provider_response_unrecognised' }],
    ['nothing', answering(202), { reason: 'provider_response_unrecognised' }],
    ['a 404 of somebody else', answering(404, '<html>'), { reason: 'provider_endpoint_gone' }],
  ])('that is answered with %s is not believed', async (_name, script, expected) => {
    await searched();
    const listed = { status: 'success', content: { data: [{ id: 7, client_ref: verificationId }] } };
    vendor.misbehave(answering(200, listed));
    vendor.misbehave(script);
    await expect(adapter.redact(checkOf(), callOf())).rejects.toMatchObject(expected);
  });

  it('is done by an answer that says so', async () => {
    const listed = { status: 'success', content: { data: [{ id: 7, client_ref: `${verificationId}:2` }] } };
    vendor.misbehave(answering(200, listed));
    vendor.misbehave(answering(200, { code: 200, status: 'success', content: [] }));
    expect(await adapter.redact(checkOf(), callOf())).toBe('done');
  });
});
