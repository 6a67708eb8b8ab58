import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import type { InquiryEntry } from '../../../test/vendors/persona/persona.inquiry.js';
import { MOST_SESSIONS, type PersonaVendor, startPersonaVendor } from '../../../test/vendors/persona/persona.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { PersonaAdapter } from './persona.adapter.js';

const key = 'persona_sandbox_key';
const clock = new ScriptedClock('2026-01-31T08:00:00.000000Z');
const adapter = new PersonaAdapter({ clock, http: new FetchHttp() });
let vendor: PersonaVendor;
let checks = 0;

beforeAll(async () => {
  vendor = await startPersonaVendor({ key, clock });
});
afterAll(() => vendor.close());

function checkOf(change: Partial<Check> = {}): Check {
  checks += 1;
  const verificationId = `01939c5e-7a00-7000-8000-${String(checks).padStart(12, '0')}`;
  const kind = { verificationType: 'identity', checkType: 'document_selfie' };
  return { verificationId, ...kind, input: { family_name: 'Mustermann' }, reference: null, ...change };
}

function callOf(settings: JsonObject = {}, idempotencyKey = 'key'): Call {
  const templates = { document_selfie: 'itmpl_1', age: 'itmplv_2', document: 'tmpl_3' };
  const connection = {
    settings: { environment: 'sandbox', base_url: vendor.url, templates, ...settings },
    credentials: { api_key: key },
  };
  return { connection, idempotencyKey, signal: AbortSignal.timeout(5_000) };
}

/** An open inquiry, as far as it is read. */
function inquiryNow({ reference, verificationId }: Check): JsonObject {
  return { type: 'inquiry', id: reference, attributes: { status: 'pending', note: verificationId } };
}

const FAULT = { outcome: 'pending', retry: { class: 'outage' } } as const;

describe('a start', () => {
  it('sends what the settings say, by the member that the template needs', async () => {
    const settings = { redirect_uri: 'https://shop.example/done', expires_after_seconds: 3_600 };
    const check = checkOf({ checkType: 'document', input: { given_name: 'Erika', country: 'DE' } });
    const { customerAction } = await adapter.start(check, callOf(settings, 'sent'));
    const { json, headers } = vendor.requests.at(-1) ?? {};
    expect(json).toEqual({
      data: {
        attributes: {
          'template-id': 'tmpl_3',
          note: check.verificationId,
          fields: { 'name-first': 'Erika', 'address-country-code': 'DE' },
          'redirect-uri': 'https://shop.example/done',
        },
      },
      meta: {
        'auto-create-account': false,
        'auto-create-one-time-link': true,
        'expiration-after-create-interval-seconds': 3_600,
      },
    });
    expect(headers).toMatchObject({ 'persona-version': '2025-12-08', 'key-inflection': 'kebab' });
    expect(headers?.['idempotency-key']).toMatch(/^sent-[0-9a-f]{16}$/);
    expect(customerAction).toMatchObject({
      url: expect.stringMatching(/^https:\/\/withpersona\.com\//) as string,
      expiresAt: null,
    });
  });

  it('by another template after a refusal is a new one, and not the refusal again', async () => {
    const check = checkOf();
    const refused: Script = answering(400, { errors: [{ title: 'Bad Request' }] });
    vendor.misbehave(refused);
    await adapter.start(check, callOf({}, 'once'));
    await adapter.start(check, callOf({ expires_after_seconds: 600 }, 'once'));
    const keys = vendor.requests.slice(-2).map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(2);
  });

  it('without a template of its kind needs an operator, and asks nobody', async () => {
    const before = vendor.requests.length;
    const observation = await adapter.start(checkOf({ checkType: 'id_number' }), callOf());
    expect(observation).toMatchObject({ reason: 'provider_not_configured', retry: { class: 'operator' } });
    expect(vendor.requests.length).toBe(before);
  });

  it.each<[string, Script, Partial<Observation>]>([
    [
      '400',
      answering(400, { errors: [{ title: 'Bad Request' }] }),
      { reason: 'provider_response_unrecognised', retry: { class: 'operator' } },
    ],
    [
      '401',
      answering(401, { errors: [{ title: 'Unauthorized' }] }),
      { reason: 'provider_auth_failed', retry: { class: 'operator' } },
    ],
    [
      '403',
      answering(403, { errors: [{ title: 'Forbidden' }] }),
      { reason: 'provider_auth_failed', retry: { class: 'operator' } },
    ],
    [
      '403 for the quota',
      answering(403, { errors: [{ title: 'Forbidden', details: 'Monthly quota exceeded' }] }),
      { reason: 'provider_quota_exhausted', retry: { class: 'quota' } },
    ],
    [
      '409',
      answering(409, { errors: [{ title: 'Conflict' }] }),
      { reason: 'provider_busy', retry: { class: 'outage' } },
    ],
    [
      '422',
      answering(422, { errors: [{ title: 'Invalid' }] }),
      { reason: 'provider_response_unrecognised', retry: { class: 'operator' } },
    ],
    [
      '429',
      answering(429, { errors: [{ title: 'Too Many Requests' }] }, { 'RateLimit-Reset': '17' }),
      { reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 17_000 } },
    ],
    ['500', answering(500), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
    [
      'a page',
      answering(200, '<!doctype html>'),
      { reason: 'provider_response_unrecognised', retry: { class: 'outage' } },
    ],
    [
      'half a body',
      answering(201, '{"data":{"type":"inq'),
      { reason: 'provider_response_unrecognised', retry: { class: 'outage' } },
    ],
  ])('answered with %s is pending', async (_name, script, expected) => {
    vendor.misbehave(script);
    const { outcome, reason, retry } = await adapter.start(checkOf(), callOf());
    expect({ outcome, reason, retry }).toEqual({ outcome: 'pending', ...expected });
  });
});

describe('an inquiry that is there already', () => {
  const begun = async (entry: InquiryEntry = {}): Promise<Check> => {
    const check = checkOf();
    const { reference = '' } = await adapter.start(check, callOf({}, check.verificationId));
    vendor.change(reference, entry);
    return { ...check, reference };
  };

  it('has a link that was never given before, with an end', async () => {
    const check = await begun({ status: 'pending' });
    const links = [
      await adapter.customerAction(check, callOf({}, 'a')),
      await adapter.customerAction(check, callOf({}, 'b')),
    ];
    expect(new Set(links.map((link) => link?.url)).size).toBe(2);
    expect(links[0]?.expiresAt).toBe('2026-02-01T08:00:00.000000Z');
  });

  it.each(['completed', 'needs_review', 'approved', 'declined', 'failed', 'expired', 'unheard_of'])(
    'has no link once it is %s, and no session is begun',
    async (status) => {
      const check = await begun({ status });
      expect(await adapter.customerAction(check, callOf())).toBeNull();
      expect(vendor.requests.at(-1)?.method).toBe('GET');
    },
  );

  it('has no link any more once Persona lets it have no more sessions', async () => {
    const check = await begun({ status: 'pending' });
    const links = [];
    for (let opened = 2; opened <= MOST_SESSIONS; opened += 1)
      links.push(await adapter.customerAction(check, callOf({}, `${check.verificationId}-${String(opened)}`)));
    expect(links).not.toContain(null);
    expect(await adapter.customerAction(check, callOf({}, `${check.verificationId}-over`))).toBeNull();
    expect(vendor.requests.at(-1)?.path).toMatch(/generate-one-time-link$/);
    expect(await adapter.fetch(check, callOf())).toMatchObject({ outcome: 'pending', awaiting: 'customer' });
  });

  it.each<[string, Script]>([
    [
      'names a member',
      answering(422, { errors: [{ title: 'Invalid', source: { pointer: '/meta/expires-in-seconds' } }] }),
    ],
    ['is not Persona’s', answering(422, '<html>')],
    ['says nothing', answering(422, { errors: [] })],
    ['names nothing', answering(422, { errors: [{}] })],
  ])('whose link is refused with a 422 that %s can’t be told of', async (_name, script) => {
    const check = await begun({ status: 'pending' });
    vendor.misbehave(answering(200, { data: inquiryNow(check) }));
    vendor.misbehave(script);
    await expect(adapter.customerAction(check, callOf())).rejects.toMatchObject({
      reason: 'provider_response_unrecognised',
      retry: { class: 'operator' },
    });
  });

  it('is found by our reference with the reason of its failure', async () => {
    const document = {
      type: 'government-id',
      status: 'failed',
      checks: [{ name: 'id_expired_detection', status: 'failed' }],
    } as const;
    const check = await begun({ status: 'declined', verifications: [document] });
    const found = await adapter.findByOurReference({ ...check, reference: null }, callOf());
    expect(found).toMatchObject({ reference: check.reference, outcome: 'failed', reason: 'document_expired' });
  });

  it('is not found in a search that finds everything', async () => {
    const { reference } = await begun();
    const other = { type: 'inquiry', id: reference, attributes: { status: 'approved', note: 'VIP' } };
    vendor.misbehave(answering(200, { data: [other], links: { prev: null, next: null } }));
    await expect(adapter.findByOurReference(checkOf(), callOf())).rejects.toMatchObject({
      reason: 'provider_response_mismatch',
    });
  });

  it('that Persona no longer knows says nothing about the subject', async () => {
    const gone = await adapter.fetch(checkOf({ reference: 'inq_gone' }), callOf());
    expect(gone).toMatchObject({ ...FAULT, reason: 'provider_response_unrecognised' });
  });

  it('is ended by a second try where the first one failed, which no key keeps', async () => {
    const check = await begun();
    vendor.misbehave(answering(500));
    const outcomes = await Promise.allSettled([adapter.cancel(check, callOf({}, 'end'))]);
    expect(outcomes).toMatchObject([{ reason: { reason: 'provider_unavailable' } }]);
    await adapter.cancel(check, callOf({}, 'end'));
    expect(vendor.requests.at(-1)).toMatchObject({
      method: 'POST',
      path: `/api/v1/inquiries/${check.reference ?? ''}/expire`,
    });
    expect(vendor.requests.at(-1)?.headers).not.toHaveProperty('idempotency-key');
    expect(await adapter.fetch(check, callOf())).toMatchObject({ outcome: 'expired' });
  });

  it.each([null, ''])('is known by its id once it was erased, and its note with it: %j', async (note) => {
    const check = await begun({ status: 'approved' });
    vendor.change(check.reference ?? '', { status: 'approved', note });
    expect(await adapter.fetch(check, callOf())).toMatchObject({ reason: 'provider_response_mismatch' });
    expect(await adapter.redact(check, callOf())).toBe('accepted');
    expect(await adapter.fetch(check, callOf())).toMatchObject({ outcome: 'verified', reference: check.reference });
  });

  it('is erased once, and a second time is none the worse', async () => {
    const check = await begun({ status: 'approved' });
    expect([await adapter.redact(check, callOf()), await adapter.redact(check, callOf())]).toEqual([
      'accepted',
      'accepted',
    ]);
    const after = await adapter.fetch(check, callOf());
    expect(after.outcome).toBe('verified');
    expect(JSON.stringify(after)).not.toContain('Mustermann');
  });
});
