import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import { startSumsubVendor, type SumsubVendor } from '../../../test/vendors/sumsub/sumsub.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Call, CallbackHint, Check } from '../provider-adapter.js';
import { SumsubAdapter } from './sumsub.adapter.js';

const token = 'sbx:token';
const clock = new ScriptedClock();
const adapter = new SumsubAdapter({ clock, http: new FetchHttp() });
let vendor: SumsubVendor;
let checks = 0;

beforeAll(async () => {
  const levels = { 'basic kyc': 'individual', company: 'company' } as const;
  vendor = await startSumsubVendor({ clock, token, secret: 'secret', levels });
});
afterAll(() => vendor.close());

function checkOf(change: Partial<Check> = {}): Check {
  checks += 1;
  const verificationId = `01939c5e-7a00-7000-8000-${String(checks).padStart(12, '0')}`;
  const kind = { verificationType: 'identity', checkType: 'document' };
  return { verificationId, ...kind, input: {}, reference: null, ...change };
}

function callOf(settings: JsonObject = {}): Call {
  const connection = {
    settings: {
      ...{ environment: 'sandbox', base_url: vendor.url, levels: { document: 'basic kyc', kyb: 'company' } },
      ...settings,
    },
    credentials: { app_token: token, secret_key: 'secret' },
    callbackSecrets: ['callback-secret'],
  };
  return { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) };
}

const sent = (end: string): JsonObject | undefined =>
  vendor.requests.findLast(({ path }) => path.endsWith(end))?.json as JsonObject | undefined;

describe('a start', () => {
  it('makes an applicant of our id in the level, with what is known of the person', async () => {
    const input = { given_name: 'Erika', family_name: 'Mustermann', birth_date: '1964-08-12', language: 'de' };
    const check = checkOf({ input: { ...input, phone_number: '+4915112345678' } });
    await adapter.start(check, callOf());
    const made = vendor.requests.findLast(({ path }) => path === '/resources/applicants');
    expect(made?.target).toBe('/resources/applicants?levelName=basic%20kyc');
    expect(made?.json).toEqual({
      ...{ externalUserId: check.verificationId, type: 'individual', phone: '+4915112345678', lang: 'de' },
      fixedInfo: { firstName: 'Erika', lastName: 'Mustermann', dob: '1964-08-12' },
    });
  });

  it('of a company makes one of its type', async () => {
    await adapter.start(checkOf({ verificationType: 'business_entity', checkType: 'kyb' }), callOf());
    expect(sent('/resources/applicants')).toMatchObject({ type: 'company' });
    expect(sent('/resources/applicants')).not.toHaveProperty('fixedInfo');
  });

  it('sends the customer to a page that ends when it says', async () => {
    const check = checkOf();
    const pages = { success_url: 'https://shop.example/ok', reject_url: 'https://shop.example/no' };
    const { customerAction } = await adapter.start(check, callOf({ link_ttl_seconds: 3600, ...pages }));
    expect(customerAction).toMatchObject({ type: 'redirect', expiresAt: '2026-11-22T10:30:00.123456Z' });
    expect(sent('/websdkLink')).toEqual({
      ...{ levelName: 'basic kyc', userId: check.verificationId, ttlInSecs: 3600 },
      redirect: { successUrl: pages.success_url, rejectUrl: pages.reject_url },
    });
  });

  it('whose answer was lost is found, and repeated makes no second applicant', async () => {
    const check = checkOf();
    // The request arrives, the answer doesn't.
    const { reference } = await adapter.start(check, callOf());
    expect(await adapter.findByOurReference(check, callOf())).toMatchObject({ reference, awaiting: 'customer' });
    vendor.change(reference ?? '', { status: 'pending' });
    expect(await adapter.start(check, callOf())).toMatchObject({ reference, awaiting: 'provider' });
    expect(vendor.billed(check.verificationId)).toBe(1);
  });

  it('is not taken for one that began where the applicant is taken and can not be read', async () => {
    const check = checkOf();
    vendor.misbehave(answering(409, { code: 409, description: 'already exists' }));
    const expected = { outcome: 'pending', reason: 'provider_response_unrecognised', retry: { class: 'outage' } };
    expect(await adapter.start(check, callOf())).toMatchObject(expected);
  });

  it('of a check without a level is not made', async () => {
    const before = vendor.requests.length;
    const check = checkOf({ checkType: 'document_selfie' });
    const expected = { reason: 'provider_not_configured', retry: { class: 'operator' } };
    expect(await adapter.start(check, callOf())).toMatchObject(expected);
    expect(vendor.requests.length).toBe(before);
  });

  it('in a level that the account does not have needs an operator', async () => {
    const started = adapter.start(checkOf(), callOf({ levels: { document: 'gone' } }));
    expect(await started).toMatchObject({ outcome: 'pending', retry: { class: 'operator' } });
  });

  it.each<[string, Script, string]>([
    ['503', answering(503), 'provider_unavailable'],
    ['429', answering(429), 'provider_throttled'],
    ['a page', answering(200, '<html>'), 'provider_response_unrecognised'],
    ['a link that is none', answering(200, { url: 'javascript:alert(1)' }), 'provider_response_unrecognised'],
    ['a reset', (response) => response.socket?.resetAndDestroy(), 'network_error'],
  ])('whose page alone could not be had (%s) leaves the applicant known', async (_name, script, reason) => {
    const check = checkOf();
    const made: Script = (response) => {
      const review = { reviewStatus: 'init' };
      const applicant = { id: '5cb56e8e0a975a35f333cb83', externalUserId: check.verificationId, review };
      answering(201, applicant)(response, undefined as never);
    };
    vendor.misbehave(made);
    vendor.misbehave(script);
    const expected = { outcome: 'pending', reason, reference: '5cb56e8e0a975a35f333cb83' };
    expect(await adapter.start(check, callOf())).toMatchObject(expected);
  });

  it('whose applicant comes without a review waits for the customer', async () => {
    const check = checkOf();
    const made: Script = (response) => {
      const applicant = { id: '5cb56e8e0a975a35f333cb83', externalUserId: check.verificationId };
      answering(201, applicant)(response, undefined as never);
    };
    vendor.misbehave(made);
    expect(await adapter.start(check, callOf())).toMatchObject({ outcome: 'pending', awaiting: 'customer' });
  });
});

describe('a page for the customer', () => {
  it('is a fresh one each time, while there is something to do', async () => {
    const check = checkOf();
    const { reference = '', customerAction } = await adapter.start(check, callOf());
    const known = { ...check, input: {}, reference };
    const again = await adapter.customerAction(known, callOf());
    expect(again?.url).toMatch(/^https:/);
    expect(again?.url).not.toBe(customerAction?.url);
    vendor.change(reference, { status: 'completed', answer: 'RED', rejectType: 'RETRY' });
    expect(await adapter.customerAction(known, callOf())).not.toBeNull();
    vendor.change(reference, { status: 'pending' });
    expect(await adapter.customerAction(known, callOf())).toBeNull();
  });

  it('is for the level that a workflow has moved the applicant to, where that level counts', async () => {
    const check = checkOf();
    const { reference = '' } = await adapter.start(check, callOf());
    const levelOfPage = async (level: string): Promise<unknown> => {
      vendor.change(reference, { status: 'awaitingUser', level });
      await adapter.customerAction({ ...check, reference }, callOf({ further_levels: ['basic 2'] }));
      return sent('/websdkLink')?.['levelName'];
    };
    expect(await levelOfPage('basic 2')).toBe('basic 2');
    expect(await levelOfPage('basic kyc')).toBe('basic kyc');
    expect(await levelOfPage('lenient')).toBe('basic kyc');
  });

  it('does not exist before the applicant does', async () => {
    expect(await adapter.customerAction(checkOf(), callOf())).toBeNull();
  });

  it('is not had, and not denied, where the status is not known', async () => {
    const check = checkOf();
    const { reference = '' } = await adapter.start(check, callOf());
    vendor.change(reference, { status: 'archived' });
    await expect(adapter.customerAction({ ...check, reference }, callOf())).rejects.toMatchObject({
      reason: 'provider_response_unrecognised',
    });
  });
});

describe('an applicant', () => {
  it('tells by a callback what a reading then finds: approved, and later not any more', async () => {
    const check = checkOf();
    const { reference = '' } = await adapter.start(check, callOf());
    const news = async (): Promise<CallbackHint[]> =>
      adapter.readCallback(vendor.callback(reference, 'applicantReviewed', 'callback-secret'), callOf().connection);
    const known = { ...check, reference };
    vendor.change(reference, { status: 'completed', answer: 'GREEN', reviewDate: '2026-11-22 09:00:00+0000' });
    expect(await news()).toEqual([{ reference, ourReference: check.verificationId }]);
    const approved = await adapter.fetch(known, callOf());
    const gone = { status: 'completed', answer: 'RED', rejectType: 'FINAL', labels: ['FRAUDULENT_PATTERNS'] };
    vendor.change(reference, { ...gone, reviewDate: '2026-11-22 09:10:00+0000' });
    expect(await news()).toEqual([{ reference, ourReference: check.verificationId }]);
    const revoked = await adapter.fetch({ ...known, passedBefore: true }, callOf());
    expect([approved.outcome, revoked.outcome]).toEqual(['verified', 'failed']);
    expect((revoked.providerTime ?? '') > (approved.providerTime ?? '')).toBe(true);
  });

  it('that carries another id than the one that was read is none of ours', async () => {
    const [one, other] = [checkOf(), checkOf()];
    const { reference = '' } = await adapter.start(one, callOf());
    const mismatch = { outcome: 'pending', reason: 'provider_response_mismatch' };
    expect(await adapter.fetch({ ...other, reference }, callOf())).toMatchObject(mismatch);
    const foreign: Script = (response) => {
      const review = { reviewStatus: 'completed', reviewResult: { reviewAnswer: 'GREEN' } };
      const applicant = { id: '5cb56e8e0a975a35f333cb83', externalUserId: one.verificationId, review };
      answering(200, applicant)(response, undefined as never);
    };
    vendor.misbehave(foreign);
    expect(await adapter.fetch({ ...one, reference }, callOf())).toMatchObject(mismatch);
  });
});

it('is tried by a question about nobody', async () => {
  await adapter.probe(callOf());
  expect(vendor.requests.at(-1)?.target).toBe('/resources/applicants/-/byExternalUserId/connection-test');
  const stranger = { ...callOf().connection, credentials: { app_token: 'sbx:another', secret_key: 'secret' } };
  await expect(adapter.probe({ ...callOf(), connection: stranger })).rejects.toMatchObject({
    reason: 'provider_auth_failed',
  });
});
