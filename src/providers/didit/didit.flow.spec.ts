import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import type { DiditEntry } from '../../../test/vendors/didit/didit.session.js';
import { type DiditVendor, startDiditVendor } from '../../../test/vendors/didit/didit.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { DiditAdapter } from './didit.adapter.js';

const clock = new ScriptedClock('2026-01-31T08:00:00.000000Z');
const adapter = new DiditAdapter({ clock, http: new FetchHttp() });
const workflow = '5d0e7a52-8f2c-4a8e-9f51-0b6f1a2c3d41';
const session = '8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10';
let vendor: DiditVendor;
let checks = 0;

beforeAll(async () => {
  vendor = await startDiditVendor({ key: 'key', clock });
});
afterAll(() => vendor.close());

function checkOf(change: Partial<Check> = {}): Check {
  checks += 1;
  const verificationId = `01939c5e-7a00-7000-8000-${String(checks).padStart(12, '0')}`;
  const kind = { verificationType: 'identity', checkType: 'document_selfie' };
  return { verificationId, ...kind, input: {}, reference: null, ...change };
}

function callOf(settings: JsonObject = {}, key = 'key'): Call {
  const workflows = { document_selfie: workflow };
  const connection = {
    settings: { base_url: vendor.url, workflows, ...settings },
    credentials: { api_key: key },
    callbackSecrets: ['secret'],
  };
  return { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) };
}

async function started(entry: DiditEntry = {}): Promise<Check & { readonly reference: string }> {
  const check = checkOf();
  const { reference = '' } = await adapter.start(check, callOf());
  vendor.change(reference, entry);
  return { ...check, reference };
}

const UNKNOWN = {
  outcome: 'pending',
  reason: 'provider_response_unrecognised',
  retry: { class: 'outage' },
} as const;
const MISMATCH = { outcome: 'pending', reason: 'provider_response_mismatch', retry: { class: 'outage' } } as const;
const sorry = { detail: 'Words of the vendor.' };

describe('a start', () => {
  it('gives our id, and what is known of the person', async () => {
    const person = { given_name: 'Erika', family_name: 'Mustermann', birth_date: '1964-08-12' };
    const contact = { email_address: 'erika@example.com', phone_number: '+4930123456' };
    const check = checkOf({ input: { ...person, ...contact, language: 'de' } });
    const { customerAction } = await adapter.start(check, callOf({ return_url: 'https://shop.example/back' }));
    const { json, path, headers } = vendor.requests.at(-1) ?? {};
    expect([path, headers?.['x-api-key']]).toEqual(['/v3/session/', 'key']);
    expect(json).toEqual({
      ...{ workflow_id: workflow, vendor_data: check.verificationId, callback: 'https://shop.example/back' },
      expected_details: { first_name: 'Erika', last_name: 'Mustermann', date_of_birth: '1964-08-12' },
      contact_details: { email: 'erika@example.com', phone: '+4930123456' },
      language: 'de',
    });
    expect(customerAction).toMatchObject({
      ...{ type: 'redirect', expiresAt: null },
      url: expect.stringMatching(/^https:\/\/verify\.didit\.me\/de\/session\//) as string,
    });
  });

  it('keeps the address and the token of the page nowhere else', async () => {
    const { customerAction, answer, payload } = await adapter.start(checkOf(), callOf());
    const token = customerAction?.url.split('/').at(-1) ?? '';
    expect(token).not.toBe('');
    expect(JSON.stringify([answer, payload])).not.toContain(token);
    expect(payload).toEqual({ status: 'Not Started', workflow, workflow_version: 3 });
  });

  it('whose answer was lost is found by our id; repeated, it may make a second session, so it is not repeated unseen', async () => {
    const check = await started({ status: 'In Progress' });
    const [lost, first] = [
      { ...check, reference: null },
      { reference: check.reference, reason: 'awaiting_customer' },
    ];
    expect(await adapter.findByOurReference(lost, callOf())).toMatchObject(first);
    expect(await adapter.start(lost, callOf())).toMatchObject(first);
    vendor.publish();
    expect((await adapter.start(lost, callOf())).reference).not.toBe(check.reference);
    expect(vendor.billed(check.verificationId)).toBe(2);
    expect(adapter.capabilities).toMatchObject({ find: true, idempotentStart: false });
  });

  it('without a workflow of its kind needs an operator, and asks nobody', async () => {
    const before = vendor.requests.length;
    const observation = await adapter.start(checkOf({ checkType: 'address' }), callOf());
    expect(observation).toMatchObject({ reason: 'provider_not_configured', retry: { class: 'operator' } });
    expect(vendor.requests.length).toBe(before);
  });

  it.each<[string, Script, Partial<Observation>]>([
    [
      '400',
      answering(400, { workflow_id: 'Invalid workflow_id.' }),
      { reason: 'provider_response_unrecognised', retry: { class: 'operator' } },
    ],
    [
      '400 for the credits',
      answering(400, { detail: "You don't have enough credits to perform this request." }),
      { reason: 'provider_quota_exhausted', retry: { class: 'quota' } },
    ],
    ['403', answering(403, sorry), { reason: 'provider_auth_failed', retry: { class: 'operator' } }],
    [
      '429',
      answering(429, sorry, { 'retry-after': '42' }),
      { reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 42_000 } },
    ],
    ['429 without a time', answering(429, sorry), { reason: 'provider_throttled', retry: { class: 'throttle' } }],
    [
      '429 for the day’s sessions of the sandbox',
      answering(429, { detail: 'Sandbox session quota exceeded (500 sessions per 24h).' }, { 'retry-after': '3600' }),
      { reason: 'provider_quota_exhausted', retry: { class: 'quota', afterMs: 3_600_000 } },
    ],
    ['500', answering(500, sorry), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
    ['503', answering(503), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
    ['a page', answering(200, '<!doctype html>'), UNKNOWN],
    ['half an answer', answering(201, '{"session_id":"8ec3ab33-9aa5'), UNKNOWN],
  ])('answered with %s is pending', async (_name, script, expected) => {
    vendor.misbehave(script);
    expect(await adapter.start(checkOf(), callOf())).toMatchObject({ outcome: 'pending', ...expected });
  });

  it.each<[string, JsonObject, Partial<Observation>]>([
    ['a session of another reference', { vendor_data: 'customer-7' }, MISMATCH],
    ['a session of no reference', { vendor_data: null }, MISMATCH],
    // An approval that was there before decides nothing: it is read by itself.
    ['an old approval', { status: 'Approved' }, { ...UNKNOWN, reference: session }],
    ['a session of an unknown status', { status: 'Archived' }, { ...UNKNOWN, reference: session }],
    ['a session with a page that is none', { url: 'javascript:alert(1)' }, UNKNOWN],
  ])('answered with %s', async (_name, members, expected) => {
    const check = checkOf();
    const made = { session_id: session, url: 'https://verify.didit.me/session/token', status: 'Not Started' };
    vendor.misbehave(answering(201, { ...made, vendor_data: check.verificationId, workflow_id: workflow, ...members }));
    const observation = await adapter.start(check, callOf());
    expect(observation).toMatchObject({ outcome: 'pending', ...expected });
    expect(observation.customerAction).toBeUndefined();
  });
});

describe('a search', () => {
  it('finds a session with the reason of its decline, and the newest of several', async () => {
    const check = await started({ status: 'Abandoned' });
    const newer = await adapter.start({ ...check, reference: null }, callOf());
    vendor.change(newer.reference ?? '', { status: 'Declined', risks: { DOCUMENT_EXPIRED: 'error' } });
    const found = await adapter.findByOurReference({ ...check, reference: null }, callOf());
    expect(newer.reference).not.toBe(check.reference);
    expect(found).toMatchObject({ reference: newer.reference, outcome: 'failed', reason: 'document_expired' });
  });

  it('that finds others has not searched', async () => {
    vendor.misbehave(answering(200, { count: 1, results: [{ session_id: session, vendor_data: 'customer-7' }] }));
    await expect(adapter.findByOurReference(checkOf(), callOf())).rejects.toMatchObject({
      reason: 'provider_response_mismatch',
    });
  });

  it('whose second question fails has found nothing out', async () => {
    const check = await started();
    vendor.misbehave(answering(200, { results: [{ session_id: check.reference, vendor_data: check.verificationId }] }));
    vendor.misbehave(answering(503));
    await expect(adapter.findByOurReference({ ...check, reference: null }, callOf())).rejects.toMatchObject({
      reason: 'provider_unavailable',
    });
  });
});

describe('the page', () => {
  it.each(['Not Started', 'In Progress', 'Awaiting User', 'Resubmitted'])(
    'is the same as before while the session is %s',
    async (status) => {
      const check = checkOf();
      const { reference = '', customerAction } = await adapter.start(check, callOf());
      vendor.change(reference, { status });
      const again = await adapter.customerAction({ ...check, reference }, callOf());
      expect(again).toEqual({ type: 'redirect', url: customerAction?.url, expiresAt: null });
      expect(vendor.requests.at(-1)?.method).toBe('GET');
    },
  );

  it.each(['In Review', 'Approved', 'Declined', 'Expired', 'Abandoned', 'Kyc Expired'])(
    'is none once the session is %s',
    async (status) => {
      expect(await adapter.customerAction(await started({ status }), callOf())).toBeNull();
    },
  );

  it.each<[string, DiditEntry, string]>([
    ['of an unknown status', { status: 'Archived' }, 'provider_response_unrecognised'],
    ['of no address', { members: { session_url: null } }, 'provider_response_unrecognised'],
    [
      'of an address that is none',
      { members: { session_url: 'javascript:alert(1)' } },
      'provider_response_unrecognised',
    ],
    ['of somebody else', { members: { vendor_data: 'customer-7' } }, 'provider_response_mismatch'],
  ])('can not be told of a session %s', async (_name, entry, reason) => {
    await expect(adapter.customerAction(await started(entry), callOf())).rejects.toMatchObject({ reason });
  });

  it('is none before it is known whether the start arrived', async () => {
    const before = vendor.requests.length;
    expect(await adapter.customerAction(checkOf(), callOf())).toBeNull();
    expect(vendor.requests.length).toBe(before);
  });
});

describe('a reading', () => {
  it('by the id of another check is none of ours', async () => {
    const [one, other] = [await started({ status: 'Approved' }), await started()];
    expect(await adapter.fetch({ ...other, reference: one.reference }, callOf())).toMatchObject(MISMATCH);
  });

  it('of a session that Didit has forgotten says nothing about the person', async () => {
    expect(await adapter.fetch(checkOf({ reference: session }), callOf())).toMatchObject(UNKNOWN);
  });

  it('at an address that is not Didit’s needs an operator', async () => {
    const check = await started();
    vendor.misbehave(answering(404, '<html>'));
    expect(await adapter.fetch(check, callOf())).toMatchObject({ reason: 'provider_endpoint_gone' });
  });

  it('goes from try to try until somebody takes the approval back', async () => {
    const check = await started();
    const seen: unknown[] = [];
    for (const status of [
      'In Progress',
      'Declined',
      'Resubmitted',
      'In Progress',
      'Approved',
      'Declined',
      'Kyc Expired',
    ]) {
      vendor.change(check.reference, { status });
      seen.push((await adapter.fetch(check, callOf())).reason);
    }
    expect(seen).toEqual([
      ...['awaiting_customer', 'provider_rejected', 'resubmission_requested', 'awaiting_customer'],
      ...['identity_verified', 'provider_rejected', 'pass_outlived'],
    ]);
  });

  it('is asked for by what the vendor sends', async () => {
    const check = await started({ status: 'Approved' });
    const hints = await adapter.readCallback(vendor.callback(check.reference, 'secret'), callOf().connection);
    expect(hints).toMatchObject([{ reference: check.reference, ourReference: check.verificationId }]);
  });
});

describe('an erasure', () => {
  it('is done once, and a second time is none the worse', async () => {
    const check = await started({ status: 'Approved' });
    expect([await adapter.redact(check, callOf()), await adapter.redact(check, callOf())]).toEqual([
      'accepted',
      'accepted',
    ]);
    const after = await adapter.fetch(check, callOf());
    expect(after).toMatchObject(UNKNOWN);
    expect(JSON.stringify(after)).not.toContain('Canary');
    expect(await adapter.findByOurReference({ ...check, reference: null }, callOf())).toBeNull();
  });

  it.each<[string, Script, string | null]>([
    ['the session that was deleted', answering(200, { session_id: session, face_retention_outcome: 'deleted' }), null],
    ['another session', answering(200, { session_id: workflow }), 'provider_response_mismatch'],
    ['nothing that we know', answering(200, {}), 'provider_response_unrecognised'],
    ['somebody else’s 404', answering(404, { message: 'no Route matched' }), 'provider_endpoint_gone'],
    ['503', answering(503, sorry), 'provider_unavailable'],
  ])('answered with %s', async (_name, script, reason) => {
    vendor.misbehave(script);
    const asked = adapter.redact(checkOf({ reference: session }), callOf());
    if (reason === null) expect(await asked).toBe('accepted');
    else await expect(asked).rejects.toMatchObject({ reason });
  });
});

describe('a connection', () => {
  it('is tried by a search for what nobody has', async () => {
    await adapter.probe(callOf());
    expect(vendor.requests.at(-1)?.target).toBe('/v3/sessions/?vendor_data=connection-test&limit=1');
  });

  it('with a key that is not known does not work', async () => {
    await expect(adapter.probe(callOf({}, 'another'))).rejects.toMatchObject({ reason: 'provider_auth_failed' });
  });
});
