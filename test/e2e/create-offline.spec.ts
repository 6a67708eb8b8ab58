import { randomUUID } from 'node:crypto';
import { FetchHttp } from '#app/platform/http.js';
import * as registered from '#app/providers/adapters.js';
import type { ProviderAdapter } from '#app/providers/provider-adapter.js';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { digestOf } from '../support/database-dump.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import { manualRequest, membersIn, pathOf, VERIFICATIONS } from '../support/verification-requests.js';

const SPECIMEN = 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F4912310ZE184226B<<<<<16';

/** Type, check type (null: left out), input, and the outcome. */
const CHECKS: readonly (readonly [string, string | null, Record<string, string>, string, string])[] = [
  ['business_entity', null, { vat_number: 'DE143454214' }, 'verified', 'format_valid'],
  ['business_entity', 'vat_format', { vat_number: 'DE143454215' }, 'failed', 'identifier_checksum_invalid'],
  ['business_entity', 'vat_format', { vat_number: 'DE1434' }, 'failed', 'identifier_format_invalid'],
  ['business_entity', 'lei_format', { lei: '506700GE1G29325QX363' }, 'verified', 'format_valid'],
  ['business_entity', 'lei_format', { lei: '506700GE1G29325QX364' }, 'failed', 'identifier_checksum_invalid'],
  ['business_entity', 'ein_format', { ein: '91-1144442' }, 'verified', 'format_valid'],
  [
    'business_entity',
    'company_number_format',
    { country: 'FR', company_number: '552 032 534' },
    'verified',
    'format_valid',
  ],
  ['bank_account', null, { iban: 'DE89 3704 0044 0532 0130 00' }, 'verified', 'format_valid'],
  ['bank_account', 'iban_format', { iban: 'DE89370400440532013001' }, 'failed', 'identifier_checksum_invalid'],
  ['identity', null, { mrz: SPECIMEN }, 'verified', 'format_valid'],
  ['identity', 'mrz', { mrz: SPECIMEN.replace('7408122', '7408123') }, 'failed', 'identifier_checksum_invalid'],
  ['age', null, { date_of_birth: '2008-11-22', jurisdiction: 'DE', purpose: 'majority' }, 'verified', 'age_met'],
  [
    'age',
    'age',
    { date_of_birth: '2008-11-23', jurisdiction: 'DE', purpose: 'majority' },
    'failed',
    'age_below_minimum',
  ],
  ['age', 'age', { date_of_birth: '2008', jurisdiction: 'DE', purpose: 'majority' }, 'pending', 'age_uncertain'],
];

describe('a check that needs nobody else', () => {
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    app = await startTestApp();
    tenant = await app.tenant();
  });
  afterAll(() => app.close());

  const create = (provider: string, type: string, check: string | null, input: unknown): Promise<TestAnswer> => {
    const body = {
      customer_id: randomUUID(),
      provider,
      verification_type: type,
      ...(check && { check_type: check }),
      input,
    };
    return app.call(tenant, 'POST', VERIFICATIONS, { body });
  };

  it.each(CHECKS)('of %s, %s, with %j is %s: %s', async (type, check, input, ...[outcome, reason]) => {
    const answer = await create('offline', type, check, input);
    expect([answer.status, answer.body.data.status, answer.body.data.reason]).toEqual([201, outcome, reason]);
    const { data } = answer.body;
    expect(data.last_checked_at).toBe(app.clock.now());
    expect(data.verified_at).toBe(outcome === 'verified' ? app.clock.now() : null);
    expect(data.actor_id).toBe(outcome === 'pending' ? `key:${tenant.keyId}` : 'provider:offline');
    expect(data.result_payload).toHaveProperty('proves');
    expect(answer.headers.get('etag')).toBe('"2"');
    expect((await app.call(tenant, 'GET', pathOf(data))).body.data).toEqual(data);
  });

  it('ends a pass with the document that it rests on', async () => {
    const { body } = await create('offline', 'identity', null, { mrz: SPECIMEN });
    expect(body.data.expires_at).toBe('2050-01-01T12:00:00.000000Z');
  });

  it('reaches an age at another moment in another time zone', async () => {
    const born = { date_of_birth: '2008-11-22', purpose: 'majority' };
    const early = await startTestApp();
    try {
      // 22 November begins in Australia, Perth included, seven hours before it begins in Germany.
      early.clock.advance(-12 * 3_600_000);
      const who = await early.tenant();
      const outcomes: string[] = [];
      for (const jurisdiction of ['DE', 'AU']) {
        const input = { ...born, jurisdiction };
        const body = { customer_id: randomUUID(), provider: 'offline', verification_type: 'age', input };
        outcomes.push(
          `${jurisdiction} ${String((await early.call(who, 'POST', VERIFICATIONS, { body })).body.data?.status)}`,
        );
      }
      expect(outcomes).toEqual(['DE failed', 'AU verified']);
    } finally {
      await early.close();
    }
  });

  it.each([
    ['business_entity', 'vat_format', {}, 'input.vat_number', 'REQUIRED'],
    ['business_entity', 'vat_format', { vat_number: 7 }, 'input.vat_number', 'INVALID_TYPE'],
    ['business_entity', 'vat_format', { vat_number: 'DE143454214', extra: 1 }, 'input.extra', 'UNKNOWN_FIELD'],
    ['business_entity', 'vat_format', { vat_number: { $ne: 1 } }, 'input.vat_number', 'INVALID_TYPE'],
    ['bank_account', 'iban_format', { iban: 'x'.repeat(65) }, 'input.iban', 'OUT_OF_RANGE'],
    ['identity', 'mrz', { mrz: '' }, 'input.mrz', 'OUT_OF_RANGE'],
    [
      'age',
      'age',
      { date_of_birth: '2023-02-29', jurisdiction: 'DE', purpose: 'majority' },
      'input.date_of_birth',
      'INVALID_FORMAT',
    ],
    [
      'age',
      'age',
      { date_of_birth: '1990-5-1', jurisdiction: 'DE', purpose: 'majority' },
      'input.date_of_birth',
      'INVALID_FORMAT',
    ],
    [
      'age',
      'age',
      { date_of_birth: '1990-05-01', jurisdiction: 'XX', purpose: 'majority' },
      'input.jurisdiction',
      'UNKNOWN_VALUE',
    ],
  ])('of %s, %s refuses the input %j at %s', async (type, check, input, ...[field, code]) => {
    const before = await digestOf(app);
    const { status, body } = await create('offline', type, check, input);
    expect([status, body.fields]).toEqual([400, [{ field, code, message: expect.any(String) }]]);
    expect(await digestOf(app)).toEqual(before);
  });
});

describe('a check that a person decides', () => {
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    app = await startTestApp();
    tenant = await app.tenant();
  });
  afterAll(() => app.close());

  it.each(['identity', 'age', 'business_entity', 'business_identity'])('waits for review: %s', async (type) => {
    const answer = await app.call(tenant, 'POST', VERIFICATIONS, { body: manualRequest({ verification_type: type }) });
    expect(answer.status).toBe(201);
    expect(answer.body.data).toMatchObject({ status: 'pending', reason: 'manual_review', check_type: 'review' });
    expect(answer.body).not.toHaveProperty('customer_action');
    const [row] = await app.sql('select awaiting, due_at from customer_verifications.verifications where id = $1', [
      answer.body.data.id,
    ]);
    expect(row).toEqual({ awaiting: 'review', due_at: null });
  });
});

const REGISTERED = Object.values(registered).map(
  (Adapter): ProviderAdapter => new Adapter({ clock: new ScriptedClock(), http: new FetchHttp() }),
);
/** All of the registration list but what rests on unconfirmed facts and what is made up. */
const LIVE = namesOf(REGISTERED.filter(({ experimental, testOnly }) => experimental !== true && !testOnly));
const UNCONFIRMED = ['complyadvantage', 'jumio', 'sirene', 'swiss_uid', 'trulioo'];

function namesOf(adapters: readonly ProviderAdapter[]): string[] {
  return adapters.map(({ provider }) => provider).sort();
}

describe('GET /v1/providers', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  it.each([
    [true, LIVE],
    [false, [...LIVE, 'sandbox'].sort()],
  ])('lists what is wired for keys whose livemode is %s', async (livemode, names) => {
    const answer = await app.call(await app.tenant({ livemode }), 'GET', '/v1/providers');
    expect([answer.status, membersIn(answer, 'provider')]).toEqual([200, names]);
  });

  it('shows no key what nobody has confirmed, and no live key what is made up', async () => {
    const shownTo = async (livemode: boolean): Promise<unknown[]> =>
      membersIn(await app.call(await app.tenant({ livemode }), 'GET', '/v1/providers'), 'provider');
    const [live, sandboxed] = [await shownTo(true), await shownTo(false)];
    expect(namesOf(REGISTERED)).toEqual(expect.arrayContaining([...UNCONFIRMED, 'sandbox']));
    expect([...live, ...sandboxed].filter((name) => UNCONFIRMED.includes(String(name)))).toEqual([]);
    expect(live).toEqual(expect.arrayContaining(['manual', 'offline', 'vies']));
    expect([live.includes('sandbox'), sandboxed.includes('sandbox')]).toEqual([false, true]);
  });

  it('shows an example for each check, which create accepts where it calls nobody', async () => {
    const tenant = await app.tenant({ livemode: true });
    const { body } = await app.call(tenant, 'GET', '/v1/providers');
    // The others are asked where their vendors are played: nothing here calls the world outside.
    const shown = body.data as (Record<string, unknown> & { checks: Record<string, unknown>[] })[];
    const local = shown.filter(({ connection }) => connection === null);
    expect(local).toHaveLength(2);
    for (const { provider, checks } of local) {
      for (const { verification_type, check_type, input_example: example, input_required, input_schema } of checks) {
        expect(input_schema).toMatchObject({ type: 'object', additionalProperties: false });
        const request = { customer_id: randomUUID(), provider, verification_type, check_type };
        const answer = await app.call(tenant, 'POST', VERIFICATIONS, {
          body: { ...request, ...(example !== null && { input: example }) },
        });
        expect([check_type, answer.status]).toEqual([check_type, 201]);
        const bare = await app.call(tenant, 'POST', VERIFICATIONS, { body: request });
        expect([check_type, bare.status]).toEqual([check_type, input_required ? 422 : 201]);
      }
    }
  });
});
