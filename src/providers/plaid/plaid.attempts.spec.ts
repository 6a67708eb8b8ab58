import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import type { AttemptEntry } from '../../../test/vendors/plaid/plaid.attempt.js';
import { type PlaidVendor, startPlaidVendor } from '../../../test/vendors/plaid/plaid.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Call, Check } from '../provider-adapter.js';
import { PlaidAdapter } from './plaid.adapter.js';

const clock = new ScriptedClock('2026-01-31T08:00:00.000000Z');
const adapter = new PlaidAdapter({ clock, http: new FetchHttp() });
let vendor: PlaidVendor;
let checks = 0;

beforeAll(async () => {
  vendor = await startPlaidVendor({ clientId: 'client', secret: 'secret', clock, keys: [] });
});
afterAll(() => vendor.close());

function checkOf(change: Partial<Check> = {}): Check {
  checks += 1;
  const verificationId = `01939c5e-7a00-7000-8000-${String(checks).padStart(12, '0')}`;
  const kind = { verificationType: 'identity', checkType: 'document_selfie' };
  return { verificationId, ...kind, input: {}, reference: null, ...change };
}

function callOf(): Call {
  const settings = { environment: 'sandbox', base_url: vendor.url, templates: { document_selfie: 'idvtmp_1' } };
  const connection = { settings, credentials: { client_id: 'client', secret: 'secret' } };
  return { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) };
}

/** A check whose attempt is begun, and what became of it. */
async function begun(entry: AttemptEntry = {}): Promise<Check & { readonly reference: string }> {
  const check = checkOf();
  const { reference = '' } = await adapter.start(check, callOf());
  vendor.change(reference, entry);
  return { ...check, reference };
}

/** An attempt as the API shows it now. */
async function shown(identity_verification_id: string): Promise<JsonObject> {
  const answer = await fetch(`${vendor.url}/identity_verification/get`, {
    method: 'POST',
    headers: { 'plaid-client-id': 'client', 'plaid-secret': 'secret', 'plaid-version': '2020-09-14' },
    body: JSON.stringify({ identity_verification_id }),
  });
  return (await answer.json()) as JsonObject;
}

const done = { completedAt: '2026-01-31T08:10:00Z' };
const passed = { status: 'success', completedAt: '2026-01-31T08:20:00Z' };
const UNKNOWN = { outcome: 'pending', reason: 'provider_response_unrecognised', retry: { class: 'outage' } } as const;
const MISMATCH = { outcome: 'pending', reason: 'provider_response_mismatch', retry: { class: 'outage' } } as const;

describe('an attempt that was begun anew', () => {
  it.each(['active', 'pending_review', 'success', 'failed', 'expired', 'canceled', 'unheard_of'])(
    'counts in place of one that is %s',
    async (status) => {
      const check = await begun({ status, ...done });
      const again = vendor.retry(check.reference, passed);
      const expected = { outcome: 'verified', reference: again, providerTime: '2026-01-31T08:20:00.000000Z' };
      expect(await adapter.fetch(check, callOf())).toMatchObject(expected);
      expect(await adapter.findByOurReference({ ...check, reference: null }, callOf())).toMatchObject(expected);
    },
  );

  it('after a pass is waited for, and takes the pass back where it fails', async () => {
    const check = await begun({ status: 'success', ...done });
    const again = vendor.retry(check.reference, {});
    expect(await adapter.fetch(check, callOf())).toMatchObject({ outcome: 'pending', awaiting: 'customer' });
    vendor.change(again, { ...passed, status: 'failed', steps: { selfie_check: 'failed' } });
    expect(await adapter.fetch(check, callOf())).toMatchObject({ outcome: 'failed', reason: 'selfie_mismatch' });
  });

  it.each(['expired', 'canceled'])('takes nothing back where it is %s', async (status) => {
    const check = await begun({ status: 'success', ...done });
    const again = vendor.retry(check.reference, { status });
    const first = { outcome: 'verified', reference: check.reference };
    expect(await adapter.fetch(check, callOf())).toMatchObject(first);
    // Nor once it is the one that is known.
    expect(await adapter.fetch({ ...check, reference: again }, callOf())).toMatchObject(first);
  });

  it.each(['expired', 'canceled'])('that is %s as well is the one of them that counts', async (status) => {
    const check = await begun({ status: 'expired' });
    const again = vendor.retry(check.reference, { status });
    expect(await adapter.fetch(check, callOf())).toMatchObject({ outcome: 'expired', reference: again });
  });

  it('counts though the search has not seen it yet', async () => {
    const check = await begun({ status: 'failed', ...done });
    const older = await shown(check.reference);
    const again = vendor.retry(check.reference, passed);
    const newer = await shown(again);
    vendor.misbehave(answering(200, newer));
    vendor.misbehave(answering(200, { identity_verifications: [older], next_cursor: null }));
    expect(await adapter.fetch({ ...check, reference: again }, callOf())).toMatchObject({
      ...{ outcome: 'verified', reference: again },
    });
  });

  it('has a link of its own', async () => {
    const check = await begun();
    const again = vendor.retry(check.reference, {});
    expect((await adapter.customerAction(check, callOf()))?.url).toContain(again);
  });
});

describe('a customer', () => {
  it.each(['success', 'failed', 'pending_review', 'expired', 'canceled', 'unheard_of'])(
    'has nothing to do once an attempt is %s',
    async (status) => {
      expect(await adapter.customerAction(await begun({ status }), callOf())).toBeNull();
    },
  );

  it('has nothing to do that could be told where Plaid does not know the attempt', async () => {
    const gone = { ...(await begun()), reference: 'idv_Gone' };
    await expect(adapter.customerAction(gone, callOf())).rejects.toMatchObject({
      reason: 'provider_response_unrecognised',
    });
    expect(await adapter.fetch(gone, callOf())).toMatchObject(UNKNOWN);
  });

  it('of another id among the attempts is no answer to a search', async () => {
    const { reference } = await begun({ clientUserId: 'somebody' });
    vendor.misbehave(answering(200, { identity_verifications: [await shown(reference)], next_cursor: null }));
    await expect(adapter.findByOurReference(checkOf(), callOf())).rejects.toMatchObject({
      reason: 'provider_response_mismatch',
    });
  });
});

describe('an answer', () => {
  const asked = (): string[] => vendor.requests.map(({ path }) => path);

  it('about another attempt than was asked for is none, be it of the same customer', async () => {
    const check = await begun(passed);
    const other: Script = answering(200, { ...(await shown(check.reference)), id: 'idv_Other' });
    vendor.misbehave(other);
    expect(await adapter.fetch(check, callOf())).toMatchObject(MISMATCH);
  });

  it('costs Plaid one creation and one search at most, which the limit leaves room for', async () => {
    const check = checkOf();
    const before = asked().length;
    expect(await adapter.findByOurReference(check, callOf())).toBeNull();
    const { reference = '' } = await adapter.start(check, callOf());
    expect(asked().slice(before)).toEqual(['/identity_verification/list', '/identity_verification/create']);
    await adapter.fetch({ ...check, reference }, callOf());
    expect(asked().slice(before + 2)).toEqual(['/identity_verification/get', '/identity_verification/list']);
    expect(adapter.limitOf()).toEqual({ calls: 180, perMs: 60_000 });
  });
});
