import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import type { MiddeskEntry } from '../../../test/vendors/middesk/middesk.business.js';
import { type MiddeskVendor, startMiddeskVendor } from '../../../test/vendors/middesk/middesk.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { MiddeskAdapter } from './middesk.adapter.js';

const key = 'mk_test_key';
const adapter = new MiddeskAdapter({ clock: new ScriptedClock(), http: new FetchHttp() });
let vendor: MiddeskVendor;
let checks = 0;

beforeAll(async () => {
  vendor = await startMiddeskVendor({ key });
});
afterAll(() => vendor.close());

interface Asked {
  readonly input?: JsonObject;
  readonly settings?: JsonObject;
  readonly holdsPass?: boolean;
}

function checkOf(input: JsonObject = {}): Check {
  checks += 1;
  return {
    verificationId: `01939c5e-7a00-7000-8000-${String(checks).padStart(12, '0')}`,
    verificationType: 'business_entity',
    checkType: 'kyb',
    input: { name: 'Northwind LLC', address: '1 Harbor St, San Francisco, CA 94105', tin: '12-3456780', ...input },
    reference: null,
  };
}

function callOf(settings: JsonObject = {}): Call {
  const connection = {
    settings: { environment: 'sandbox', base_url: vendor.url, ...settings },
    credentials: { api_key: key },
  };
  return { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) };
}

const ask = ({ input, settings, holdsPass = false }: Asked = {}): Promise<Observation> =>
  adapter.start({ ...checkOf(input), holdsPass }, callOf(settings));

const WORKING = { outcome: 'pending', reason: 'provider_processing', awaiting: 'provider' } as const;
const REVIEW = { outcome: 'pending', reason: 'provider_review_required', awaiting: 'review' } as const;
const HIT = { outcome: 'pending', reason: 'screening_possible_match', awaiting: 'review' } as const;
const VERIFIED = { outcome: 'verified', reason: 'register_active' } as const;
const task = (category: string, status: string, name = category): MiddeskEntry => ({
  tasks: [{ category, key: name, status }],
});
const mixed = (category: string, ...statuses: readonly string[]): MiddeskEntry => ({
  tasks: statuses.map((status) => ({ category, key: category, status })),
});
const order = (status: string): MiddeskEntry => ({ orders: [{ object: 'order', product: 'tin', status }] });
const unregistered = { registrations: [], ...task('sos', 'failure', 'sos_not_found') };
const inactive = { registrations: ['inactive', 'inactive'], ...task('sos', 'failure', 'sos_inactive') };
const mismatched = { mismatch: true, ...task('tin', 'failure') };
const ruled = (rule: JsonObject): Asked => ({ settings: { rule } });

describe('a business', () => {
  it.each<[string, MiddeskEntry, Asked, Partial<Observation>]>([
    ['open', { status: 'open' }, {}, WORKING],
    ['pending', { status: 'pending' }, {}, WORKING],
    ['in_audit', { status: 'in_audit' }, {}, WORKING],
    ['approved', { status: 'approved' }, {}, VERIFIED],
    ['approved, though the rule is not kept', { status: 'approved', ...unregistered }, {}, VERIFIED],
    ['rejected', { status: 'rejected' }, {}, { outcome: 'failed', reason: 'provider_rejected' }],
    [
      'of an unknown status',
      { status: 'archived' },
      {},
      { outcome: 'pending', reason: 'provider_response_unrecognised', retry: { class: 'outage' } },
    ],
    ['in_review, in order', {}, {}, VERIFIED],
    ['in_review with an order that is pending', order('pending'), {}, WORKING],
    ['in_review with an order that was made', order('created'), {}, WORKING],
    ['in_review with an order of an unknown status', order('queued'), {}, WORKING],
    ['in_review with an order that is audited', order('audited'), {}, WORKING],
    ['in_review with an order that is completed', order('completed'), {}, VERIFIED],
    ['in_review with an order that is approved', order('approved'), {}, VERIFIED],
    ['in_review with an order that is rejected', order('rejected'), {}, VERIFIED],
    ['in_review that nobody registered', unregistered, {}, { outcome: 'failed', reason: 'company_not_found' }],
    ['the same where a person shall look', unregistered, ruled({ hard_failures: 'review' }), REVIEW],
    ['the same where nobody asks for registrations', unregistered, ruled({ required: ['name'] }), VERIFIED],
    ['in_review, inactive everywhere', inactive, {}, { outcome: 'failed', reason: 'company_dissolved' }],
    ['in_review, inactive somewhere', { ...inactive, registrations: ['inactive', 'active'] }, {}, REVIEW],
    ['in_review, said not to be found, and found', { ...unregistered, registrations: ['active'] }, {}, REVIEW],
    [
      'in_review whose tax number is of another name',
      mismatched,
      {},
      { outcome: 'failed', reason: 'provider_rejected' },
    ],
    ['in_review whose tax number is not found', task('tin', 'failure'), {}, REVIEW],
    ['in_review with another name', task('name', 'failure'), {}, REVIEW],
    ['in_review with a warning', task('address', 'warning'), {}, REVIEW],
    ['in_review with a warning beside a success', mixed('address', 'success', 'warning'), {}, REVIEW],
    ['in_review with an unknown word beside a success', mixed('sos', 'success', 'splendid'), {}, REVIEW],
    ['in_review with nothing but neutral words', task('tin', 'neutral'), {}, REVIEW],
    ['in_review with an unknown word', task('sos', 'splendid'), {}, REVIEW],
    ['in_review without a task that the rule wants', {}, ruled({ required: ['kyc'] }), REVIEW],
    ['in_review with a failure that the rule leaves out', task('liens', 'failure'), {}, VERIFIED],
    ['in_review with a hit', { hits: 1 }, {}, HIT],
    ['in_review with a task that says hit', task('watchlist', 'failure'), {}, HIT],
    ['in_review with a hit on a list of the world', task('global_watchlists', 'warning'), {}, HIT],
    ['in_review with a hit, and not registered', { ...unregistered, hits: 2 }, {}, HIT],
    [
      'in_review with somebody in politics',
      task('politically_exposed_persons', 'warning'),
      {},
      { outcome: 'pending', reason: 'pep_possible_match', awaiting: 'review' },
    ],
    [
      'in_review with a hit while a pass stands, which it takes back',
      { hits: 1 },
      { holdsPass: true },
      { outcome: 'expired', reason: 'screening_possible_match' },
    ],
    ['in_review with a warning while a pass stands', task('address', 'warning'), { holdsPass: true }, REVIEW],
    ['in_review, screened by nobody', { hits: null }, {}, REVIEW],
    ['the same where that is no condition', { hits: null }, ruled({ unscreened: 'pass' }), VERIFIED],
    [
      'that echoes another reference',
      { echo: '01939c5e-7a00-7000-8000-00000000dead' },
      {},
      { outcome: 'pending', reason: 'provider_response_mismatch' },
    ],
    ['that echoes no reference', { echo: null }, {}, { outcome: 'pending', reason: 'provider_response_mismatch' }],
  ])('%s', async (_name, entry, asked, expected) => {
    vendor.put('Northwind LLC', entry);
    expect(await ask(asked)).toMatchObject(expected);
  });
});

describe('an observation', () => {
  it('has the business as its reference and the later time, shows counts alone, and keeps the whole as evidence', async () => {
    vendor.put('Northwind LLC', { updatedAt: '2026-01-31T08:00:00Z', reviewedAt: '2026-01-31T10:30:00+02:00' });
    const check = checkOf({ people: [{ name: 'Erika Mustermann' }] });
    const { reference, providerTime, payload, answer } = await adapter.start(check, callOf());
    expect(vendor.requests.at(-1)?.path).toBe(`/v1/businesses/${reference ?? ''}/review`);
    expect(providerTime).toBe('2026-01-31T08:30:00.000000Z');
    expect(payload).toEqual({
      tasks: {
        name: { success: 1 },
        address: { success: 1, neutral: 1 },
        tin: { success: 1 },
        sos: { success: 1, neutral: 1 },
      },
      watchlist_hits: 0,
      registrations: 2,
      active_registrations: 1,
    });
    for (const kept of ['123456780', 'Erika Mustermann', 'sub_label']) expect(JSON.stringify(answer)).toContain(kept);
  });

  it('follows what is decided at Middesk later', async () => {
    vendor.put('Northwind LLC', { status: 'pending' });
    const check = checkOf();
    const { reference = '' } = await adapter.start(check, callOf());
    vendor.change(reference, { status: 'rejected' });
    expect(await adapter.fetch({ ...check, reference }, callOf())).toMatchObject({
      outcome: 'failed',
      reason: 'provider_rejected',
      reference,
    });
  });

  it('about a business of another id is none, though it carries our reference', async () => {
    vendor.put('Northwind LLC', {});
    const check = checkOf();
    await adapter.start(check, callOf());
    const external_id = check.verificationId;
    vendor.misbehave(answering(200, { id: '8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10', external_id, status: 'approved' }));
    const reference = '5d0e7a52-8f2c-4a8e-9f51-0b6f1a2c3d4e';
    expect(await adapter.fetch({ ...check, reference }, callOf())).toMatchObject({
      outcome: 'pending',
      reason: 'provider_response_mismatch',
    });
  });

  it('of a business that is not there is for an operator: the other environment may have it', async () => {
    const reference = '5d0e7a52-8f2c-4a8e-9f51-0b6f1a2c3d4e';
    expect(await adapter.fetch({ ...checkOf(), reference }, callOf())).toMatchObject({
      outcome: 'pending',
      reason: 'provider_endpoint_gone',
      retry: { class: 'operator' },
    });
  });

  it('that is read by the id of another check is none', async () => {
    vendor.put('Northwind LLC', {});
    const { reference = '' } = await ask();
    const other = { ...checkOf(), reference };
    expect(await adapter.fetch(other, callOf())).toMatchObject({ reason: 'provider_response_mismatch' });
  });
});

describe('a request', () => {
  it('carries our id twice, digits alone as the tax number, and the products of the settings', async () => {
    const check = checkOf({ website: 'https://northwind.example', people: [{ name: 'Erika Mustermann' }] });
    await adapter.start(check, callOf({ orders: ['identity', 'tin'] }));
    const sent = vendor.requests.findLast(({ method }) => method === 'POST');
    expect(sent?.json).toEqual({
      name: 'Northwind LLC',
      addresses: [{ full_address: '1 Harbor St, San Francisco, CA 94105' }],
      external_id: check.verificationId,
      unique_external_id: check.verificationId,
      tin: { tin: '123456780' },
      website: { url: 'https://northwind.example' },
      people: [{ name: 'Erika Mustermann' }],
      orders: [{ product: 'identity' }, { product: 'tin' }],
    });
  });

  it.each(['12-345678', '1234567890', 'ABCDEFGHI'])('is not made for the tax number %s', async (tin) => {
    const before = vendor.requests.length;
    expect(await ask({ input: { tin } })).toMatchObject({ outcome: 'failed', reason: 'identifier_format_invalid' });
    expect(vendor.requests.length).toBe(before);
  });
});

const refused = (...errors: readonly JsonObject[]): Script => answering(422, { errors });

describe('a fault', () => {
  it.each<[string, Script, Partial<Observation>]>([
    ['401', answering(401), { reason: 'provider_auth_failed', retry: { class: 'operator' } }],
    ['403', answering(403), { reason: 'provider_auth_failed', retry: { class: 'operator' } }],
    ['404', answering(404), { reason: 'provider_endpoint_gone', retry: { class: 'operator' } }],
    [
      '429',
      answering(429, {}, { 'retry-after': '30' }),
      { reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 30_000 } },
    ],
    ['503', answering(503), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
    ['422 of anything', refused({ message: 'no' }), { retry: { class: 'operator' } }],
    ['422 without errors', answering(422, {}), { retry: { class: 'operator' } }],
    ['422 of the address', refused({ message: 'no', parameter: 'addresses' }), { retry: { class: 'operator' } }],
    [
      '422 of the tax number and the name',
      refused({ message: 'no', parameter: 'tin' }, { message: 'no', parameter: 'name' }),
      { retry: { class: 'operator' } },
    ],
    [
      '422 of our reference: the business is there',
      refused({ message: 'taken', parameter: 'unique_external_id' }),
      { reason: 'provider_response_unrecognised', retry: { class: 'outage' } },
    ],
  ])('%s', async (_name, script, expected) => {
    vendor.misbehave(script);
    expect(await ask()).toMatchObject({ outcome: 'pending', ...expected });
  });

  it.each(['tin', 'tin.tin', 'tin[tin]'])('422 of %s is a no', async (parameter) => {
    vendor.misbehave(refused({ message: 'must have 9 digits', parameter }));
    expect(await ask()).toMatchObject({ outcome: 'failed', reason: 'identifier_format_invalid' });
  });

  it.each<[string, Script, Partial<Observation>]>([
    ['503', answering(503), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
    ['404', answering(404), { reason: 'provider_response_unrecognised', retry: { class: 'outage' } }],
    ['a page', answering(200, '<html>'), { reason: 'provider_response_unrecognised' }],
    ['a reset', (response) => response.socket?.resetAndDestroy(), { reason: 'network_error' }],
  ])('of the review alone (%s) leaves the business known', async (_name, script, expected) => {
    vendor.put('Northwind LLC', { status: 'pending' });
    const check = checkOf();
    const { reference = '' } = await adapter.start(check, callOf());
    vendor.change(reference, {});
    const pass: Script = (response) => {
      const business = { id: reference, external_id: check.verificationId, status: 'in_review' };
      answering(200, business)(response, undefined as never);
    };
    vendor.misbehave(pass);
    vendor.misbehave(script);
    expect(await adapter.fetch({ ...check, reference }, callOf())).toMatchObject({
      outcome: 'pending',
      reference,
      ...expected,
    });
  });
});
