import {
  type GleifEntry,
  type GleifVendor,
  leiOf,
  startGleifVendor,
} from '../../../test/vendors/gleif/gleif.vendor.js';
import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import { GleifAdapter } from './gleif.adapter.js';
import { gleifInput } from './gleif.check.js';

const clock = new ScriptedClock('2026-01-31T00:00:00.000000Z');
const adapter = new GleifAdapter({ clock, http: new FetchHttp() });
const lei = leiOf('NORTHWIND000000000');
let vendor: GleifVendor;

beforeAll(async () => {
  vendor = await startGleifVendor();
});
afterAll(() => vendor.close());

interface Asked {
  readonly input?: JsonObject;
  readonly settings?: JsonObject;
  readonly passedBefore?: boolean;
}

function ask({ input = {}, settings = {}, passedBefore = false }: Asked = {}): Promise<Observation> {
  const check = {
    verificationId: '01939c5e-7a00-7000-8000-000000000001',
    verificationType: 'business_entity',
    checkType: 'lei',
    input: { lei, ...input },
    reference: null,
    passedBefore,
  };
  const connection = { settings: { base_url: vendor.url, ...settings }, credentials: {} };
  return adapter.start(check, { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) });
}

describe('an answer of the register', () => {
  it.each<[string, GleifEntry, Asked, Partial<Observation>]>([
    ['ISSUED, ACTIVE', {}, {}, { outcome: 'verified', reason: 'lei_issued' }],
    [
      'PENDING_TRANSFER, ACTIVE',
      { registration: 'PENDING_TRANSFER' },
      {},
      { outcome: 'verified', reason: 'lei_issued' },
    ],
    [
      'PENDING_ARCHIVAL, ACTIVE',
      { registration: 'PENDING_ARCHIVAL' },
      {},
      { outcome: 'verified', reason: 'lei_issued' },
    ],
    ['ISSUED, INACTIVE', { entity: 'INACTIVE' }, {}, { outcome: 'failed', reason: 'entity_inactive' }],
    ['LAPSED', { registration: 'LAPSED' }, {}, { outcome: 'failed', reason: 'lei_lapsed' }],
    [
      'LAPSED after a pass',
      { registration: 'LAPSED' },
      { passedBefore: true },
      { outcome: 'expired', reason: 'lei_lapsed' },
    ],
    [
      'LAPSED where that counts',
      { registration: 'LAPSED' },
      { settings: { accept_lapsed: true } },
      { outcome: 'verified', reason: 'lei_issued' },
    ],
    [
      'LAPSED where that counts, of an entity that is gone',
      { registration: 'LAPSED', entity: 'INACTIVE' },
      { settings: { accept_lapsed: true } },
      { outcome: 'failed', reason: 'entity_inactive' },
    ],
    ['RETIRED', { registration: 'RETIRED', entity: 'INACTIVE' }, {}, { outcome: 'failed', reason: 'lei_retired' }],
    ['MERGED', { registration: 'MERGED' }, {}, { outcome: 'failed', reason: 'lei_superseded' }],
    ['DUPLICATE', { registration: 'DUPLICATE' }, {}, { outcome: 'failed', reason: 'lei_superseded' }],
    ['ANNULLED', { registration: 'ANNULLED' }, {}, { outcome: 'failed', reason: 'lei_annulled' }],
    ['CANCELLED', { registration: 'CANCELLED' }, {}, { outcome: 'failed', reason: 'lei_annulled' }],
    [
      'TRANSFERRED',
      { registration: 'TRANSFERRED' },
      {},
      { outcome: 'pending', reason: 'register_status_unclear', awaiting: 'review' },
    ],
    [
      'PENDING_VALIDATION',
      { registration: 'PENDING_VALIDATION', documented: false },
      {},
      { outcome: 'pending', reason: 'register_status_unclear', retry: { class: 'quota', afterMs: 86_400_000 } },
    ],
    [
      'of an unknown registration',
      { registration: 'FROZEN', documented: false },
      {},
      { outcome: 'pending', reason: 'provider_response_unrecognised' },
    ],
    [
      'of an unknown entity status',
      { entity: 'NULL', documented: false },
      {},
      { outcome: 'pending', reason: 'register_status_unclear', awaiting: 'review' },
    ],
    ['of nothing but a status', { sparse: { status: 'ACTIVE' } }, {}, { outcome: 'verified', reason: 'lei_issued' }],
    [
      'of an entity of which nothing is said',
      { sparse: {} },
      { input: { legal_name: 'Northwind' } },
      { outcome: 'pending', reason: 'register_status_unclear', awaiting: 'review' },
    ],
    [
      'about another identifier',
      { id: leiOf('ANOTHER00000000000') },
      {},
      { outcome: 'pending', reason: 'provider_response_mismatch' },
    ],
    [
      'with the name as asked, but for its form',
      { name: 'NÖRTHWIND Trading, S.A.' },
      { input: { legal_name: 'Northwind  trading sa' } },
      { outcome: 'verified', reason: 'lei_issued' },
    ],
    [
      'with another name',
      {},
      { input: { legal_name: 'Southwind Traders GmbH' } },
      { outcome: 'pending', reason: 'name_mismatch', awaiting: 'review' },
    ],
    [
      'with another country',
      {},
      { input: { country: 'FR' } },
      { outcome: 'pending', reason: 'name_mismatch', awaiting: 'review' },
    ],
    [
      'with the number as asked, but for how it is written',
      {},
      { input: { registration_number: 'hrb-1234 ki' } },
      { outcome: 'verified', reason: 'lei_issued' },
    ],
    [
      'with another number',
      {},
      { input: { registration_number: 'HRB 1235 KI' } },
      { outcome: 'pending', reason: 'name_mismatch', awaiting: 'review' },
    ],
    [
      'with no number to compare',
      { sparse: { status: 'ACTIVE' } },
      { input: { registration_number: 'HRB 1234 KI' } },
      { outcome: 'pending', reason: 'name_mismatch', awaiting: 'review' },
    ],
    [
      'with another name, and retired',
      { registration: 'RETIRED' },
      { input: { legal_name: 'Southwind' } },
      { outcome: 'failed', reason: 'lei_retired' },
    ],
  ])('%s', async (_name, entry, asked, expected) => {
    vendor.put(lei, entry);
    expect(await ask(asked)).toMatchObject(expected);
  });

  it('shows no free words, which are no known status all the same', async () => {
    vendor.put(lei, { entity: 'as Erika says', category: 'Erika’s own', renewal: 'soon', documented: false });
    const { providerCode, payload, outcome } = await ask();
    expect([outcome, providerCode]).toEqual(['pending', 'ISSUED/OTHER']);
    expect(JSON.stringify(payload)).not.toMatch(/Erika|soon/);
  });

  it.each(['GENERAL', 'FUND', 'SUBFUND', 'BRANCH', 'RESIDENT_GOVERNMENT_ENTITY', 'INTERNATIONAL_ORGANIZATION'])(
    'shows the name of an entity of the category %s',
    async (category) => {
      vendor.put(lei, { category, documented: false });
      expect((await ask()).payload).toMatchObject({ category, legal_name: 'Northwind Traders GmbH' });
    },
  );

  it.each<[string, GleifEntry]>([
    ['SOLE_PROPRIETOR', { category: 'SOLE_PROPRIETOR' }],
    ['SOLE_PROPRIETORSHIP, a new one', { category: 'SOLE_PROPRIETORSHIP' }],
    ['null', { category: null }],
    ['that is absent', { sparse: { status: 'ACTIVE', legalName: { name: 'Erika Mustermann' } } }],
  ])('shows no name where the category is %s: it may be a person’s', async (_name, entry) => {
    vendor.put(lei, { name: 'Erika Mustermann', documented: false, ...entry });
    const { payload, answer } = await ask({ input: { registration_number: 'HRB 1234 KI' } });
    expect(JSON.stringify(payload)).not.toMatch(/Erika|1234/);
    expect(JSON.stringify(answer)).toContain('Erika');
  });

  it('has the identifier as its reference, shows no address, and keeps the whole as evidence', async () => {
    vendor.put(lei, { registration: 'MERGED', successor: leiOf('SUCCESSOR000000000') });
    const { reference, payload, answer } = await ask();
    expect(reference).toBe(lei);
    expect(payload).toEqual({
      registration_status: 'MERGED',
      entity_status: 'ACTIVE',
      category: 'GENERAL',
      legal_name: 'Northwind Traders GmbH',
      jurisdiction: 'DE',
      corroboration_level: 'FULLY_CORROBORATED',
      next_renewal_date: '2026-09-30T00:00:00Z',
      successor_lei: leiOf('SUCCESSOR000000000'),
      data_version: '2026-01-31T08:00:00Z',
    });
    expect(JSON.stringify(answer)).toContain('Hafenstr. 1');
  });
});

it.each(['', '-', ' . '])('"%s" is no number to compare', (registration_number) => {
  expect(gleifInput.safeParse({ lei, registration_number }).success).toBe(false);
});

describe('a pass ends', () => {
  const day = (text: string): string => `${text}T00:00:00.000000Z`;
  it.each([
    ['with the renewal date', '2026-03-01T00:00:00Z', day('2026-03-01')],
    ['after a year where the renewal is later', '2028-03-01T00:00:00Z', day('2027-01-31')],
    ['after a week where the renewal is over', '2026-01-30T00:00:00Z', day('2026-02-07')],
    ['after a year where the renewal is no date', 'soon', day('2027-01-31')],
  ])('%s', async (_name, renewal, end) => {
    vendor.put(lei, { renewal, ...(renewal === 'soon' && { documented: false }) });
    expect(await ask()).toMatchObject({ outcome: 'verified', expiresAt: end });
  });
});

describe('an identifier', () => {
  it('that the register does not know has failed', async () => {
    const unknown = leiOf('UNKNOWN00000000000');
    expect(await ask({ input: { lei: unknown } })).toMatchObject({ outcome: 'failed', reason: 'lei_not_found' });
  });

  it.each([
    ['of another form', 'NORTHWIND', 'identifier_format_invalid'],
    ['with a wrong check digit', '5493001KJTIIGC8Y1R13', 'identifier_checksum_invalid'],
  ])('%s fails without a question', async (_name, wrong, reason) => {
    const before = vendor.requests.length;
    expect(await ask({ input: { lei: wrong } })).toMatchObject({ outcome: 'failed', reason });
    expect(vendor.requests.length).toBe(before);
  });

  it('is asked about in its compact form', async () => {
    vendor.put(lei);
    expect(await ask({ input: { lei: ` ${lei.toLowerCase().replace(/(.{4})/g, '$1 ')}` } })).toMatchObject({
      outcome: 'verified',
    });
    expect(vendor.requests.at(-1)?.path).toBe(`/api/v1/lei-records/${lei}`);
  });
});

describe('a fault of the register', () => {
  it.each<[string, Script, Partial<Observation>]>([
    ['404 of something else', answering(404, { message: 'no Route matched' }), { reason: 'provider_endpoint_gone' }],
    [
      '429',
      answering(429, {}, { 'retry-after': '30' }),
      { reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 30_000 } },
    ],
    [
      '400',
      answering(400, { errors: [{ status: '400' }] }),
      { reason: 'provider_response_unrecognised', retry: { class: 'operator' } },
    ],
    ['503', answering(503), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
  ])('%s', async (_name, script, expected) => {
    vendor.misbehave(script);
    expect(await ask()).toMatchObject({ outcome: 'pending', ...expected });
  });
});
