import { randomUUID } from 'node:crypto';
import { newApiKey } from '#app/access/index.js';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { dumpOf, foundIn } from '../support/database-dump.js';
import { SandboxVendorDriver } from '../support/sandbox-vendor-driver.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import { answering, startScriptedVendor } from '../support/scripted-vendor.js';
import { pathOf, VERIFICATIONS } from '../support/verification-requests.js';
import { FAULT_SCENARIOS } from '#app/providers/sandbox/sandbox.scenarios.js';

const MRZ = 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F4912310ZE184226B<<<<<16';
const PERSON = {
  given_name: 'Wilhelmina',
  family_name: 'Oberhuber',
  date_of_birth: '1964-08-12',
  document_number: 'C01X00T47',
};

/** Inputs of every check that hold a person, or whose number is nobody's business: good and bad forms. */
const INPUTS: readonly (readonly [provider: string, type: string, check: string, input: Record<string, unknown>])[] = [
  ['offline', 'identity', 'mrz', { mrz: MRZ }],
  ['offline', 'identity', 'mrz', { mrz: MRZ.replace('\n', '') }],
  ['offline', 'identity', 'mrz', { mrz: MRZ.replace('7408122', '7408123') }],
  ['offline', 'identity', 'mrz', { mrz: `${MRZ}<` }],
  ['offline', 'identity', 'mrz', { mrz: [MRZ] }],
  ['offline', 'age', 'age', { date_of_birth: '1990-05-17', jurisdiction: 'DE', purpose: 'majority' }],
  ['offline', 'age', 'age', { date_of_birth: '2010-07-19', jurisdiction: 'DE', purpose: 'majority' }],
  ['offline', 'age', 'age', { date_of_birth: '1990-05-17T00:00', jurisdiction: 'DE', purpose: 'majority' }],
  ['offline', 'age', 'age', { date_of_birth: '1990-05-17', jurisdiction: 'Wilhelmina', purpose: 'Oberhuber' }],
  ['offline', 'bank_account', 'iban_format', { iban: 'DE89 3704 0044 0532 0130 00' }],
  ['offline', 'bank_account', 'iban_format', { iban: 'DE89370400440532013000' }],
  ['offline', 'bank_account', 'iban_format', { iban: 'DE89370400440532013001' }],
  ['offline', 'bank_account', 'iban_format', { iban: ['DE89370400440532013000'] }],
  ['offline', 'business_entity', 'vat_format', { vat_number: 'ESX1234567L' }],
  ['offline', 'business_entity', 'vat_format', { vat_number: 'DE143454214', owner: 'Wilhelmina' }],
  ['offline', 'business_entity', 'lei_format', { lei: '506700GE1G29325QX363' }],
  ['offline', 'business_entity', 'ein_format', { ein: '91-1144442' }],
  ['offline', 'business_entity', 'company_number_format', { country: 'FR', company_number: '552032534' }],
  ['manual', 'identity', 'review', { note: 'Wilhelmina Oberhuber, C01X00T47' }],
  ['manual', 'identity', 'review', { note: { name: 'Wilhelmina' } }],
  ['sandbox', 'identity', 'document', { scenario: 'hosted', ...PERSON }],
  ['sandbox', 'identity', 'document', { scenario: 'Wilhelmina', ...PERSON }],
  ['sandbox', 'identity', 'document', { ...PERSON, date_of_birth: '12.08.1964' }],
  ...['verified', 'failed:document_fraud', 'review', ...FAULT_SCENARIOS.filter((fault) => fault !== 'fault:hang')].map(
    (scenario) => ['sandbox', 'identity', 'document', { scenario, ...PERSON }] as const,
  ),
];

const SECRETS = [
  ...[
    'ERIKSSON',
    'ANNA<MARIA',
    'L898902C3',
    '7408122F',
    'ZE184226B',
    '1990-05-17',
    '2010-07-19',
    '1964-08-12',
    '12.08.1964',
  ],
  ...['DE89370400440532013000', 'DE89370400440532013001', 'DE89 3704 0044', '37040044', '0532013000'],
  ...['ESX1234567L', 'X1234567L', '506700GE1G29325QX363', '91-1144442', '911144442', '552032534', '143454214'],
  ...Object.values(PERSON),
];

describe('what is told about a person', () => {
  const clock = new ScriptedClock();
  const vendor = new SandboxVendorDriver(clock);
  const printed: string[] = [];
  const answers: string[] = [];
  let app: TestApp;
  let tenant: TestTenant;
  let restore: () => void;

  beforeAll(async () => {
    restore = listen(printed);
    await vendor.run();
    const sandbox = { settings: { base_url: vendor.url }, credentials: { api_key: vendor.apiKey } };
    app = await startTestApp({ clock, connections: { sandbox } });
    tenant = await app.tenant();
    await tellAll();
  });
  afterAll(async () => {
    await app.close();
    await vendor.close();
    restore();
  });

  async function tellAll(): Promise<void> {
    const send = async (body: unknown, headers: Record<string, string> = {}): Promise<void> => {
      const answer = await app.call(tenant, 'POST', VERIFICATIONS, { body, headers });
      answers.push(answer.text);
      if (answer.status !== 201) return;
      for (const below of ['', '/history'])
        answers.push((await app.call(tenant, 'GET', pathOf(answer.body.data, below))).text);
    };
    for (const [provider, verification_type, check_type, input] of INPUTS) {
      const body = { customer_id: randomUUID(), provider, verification_type, check_type, input };
      const text = JSON.stringify(body);
      await send(body, { 'idempotency-key': randomUUID() });
      // The same in requests that are wrong in every way.
      await send(text.slice(0, -1));
      await send(`${text}${text}`);
      await send({ ...body, customer_id: JSON.stringify(input) });
      await send({ ...body, provider: JSON.stringify(input) });
      await send({ ...body, check_type: JSON.stringify(input) });
      await send({ ...body, [JSON.stringify(input)]: 1 });
      await send({ ...body, ...input, input: undefined });
      await send({ ...body, input: { [JSON.stringify(input)]: input } });
      await send({ ...body, input: text });
      await send(text.replace('{', '{"__proto__":1,'));
      await send(text, { 'content-type': 'text/plain' });
      const query = new URLSearchParams({ q: JSON.stringify(input), customer_id: JSON.stringify(input), cursor: 'x' });
      answers.push((await app.call(tenant, 'GET', `${VERIFICATIONS}?${query.toString()}`)).text);
    }
    answers.push((await app.call(tenant, 'GET', `${VERIFICATIONS}?limit=100`)).text);
  }

  it('was understood: there are verifications of every status', async () => {
    const rows = await app.sql<{ status: string }>(
      'select distinct status from customer_verifications.verifications order by 1',
    );
    expect(rows.map(({ status }) => status)).toEqual(['failed', 'pending', 'verified']);
    expect(app.logs.length).toBeGreaterThan(300);
  });

  it('stands in no answer but that of the evidence', () => {
    expect(answers.filter((text) => foundIn(text, SECRETS).length > 0)).toEqual([]);
  });

  it('stands in no log, and nothing else was printed', () => {
    expect(app.logs.filter((line) => foundIn(line, SECRETS).length > 0)).toEqual([]);
    expect(printed.filter((line) => foundIn(line, SECRETS).length > 0)).toEqual([]);
  });

  it('stands in no column of the database, neither as text nor as bytes', async () => {
    const lines = await dumpOf(app);
    expect(lines.length).toBeGreaterThan(100);
    expect(lines.filter((line) => foundIn(line, SECRETS).length > 0)).toEqual([]);
  });

  it('is there for those who may read the evidence', async () => {
    const [row] = await app.sql<{ verification_id: string }>(
      'select verification_id from customer_verifications.evidence limit 1',
    );
    const { text } = await app.call(tenant, 'GET', pathOf({ id: row?.verification_id }, '/evidence'));
    expect(foundIn(text, ['ERIKSSON'])).toEqual(['ERIKSSON']);
  });

  it('stands in no address that a vendor is asked by', async () => {
    const listening = await startScriptedVendor(answering(500));
    const sandbox = { settings: { base_url: listening.url }, credentials: { api_key: 'vendor-secret-key' } };
    const other = await startTestApp({ clock, connections: { sandbox } });
    try {
      const body = { customer_id: randomUUID(), provider: 'sandbox', verification_type: 'identity', input: PERSON };
      const answer = await other.call(await other.tenant(), 'POST', VERIFICATIONS, { body });
      expect(answer.body.data.reason).toBe('provider_unavailable');
      expect(listening.requests.length).toBeGreaterThan(0);
      const told = [...listening.requests, ...other.logs, ...(await dumpOf(other))].join('\n');
      expect(foundIn(told, [...SECRETS, 'vendor-secret-key'])).toEqual([]);
    } finally {
      await other.close();
      await listening.close();
    }
  });

  it('may be a key, which is repeated nowhere either', async () => {
    const unknown = newApiKey(true);
    const told: string[] = [];
    for (const key of [tenant.key, unknown]) {
      for (const headers of [
        { authorization: key },
        { authorization: `Bearer ${key}` },
        { authorization: `Bearer ${key}x` },
      ])
        told.push((await app.call(null, 'GET', `${VERIFICATIONS}?limit=0&key=${key}`, { headers })).text);
      told.push(
        (await app.call(tenant, 'POST', VERIFICATIONS, { body: { customer_id: key, provider: key, check_type: key } }))
          .text,
      );
    }
    const everywhere = [...told, ...app.logs, ...printed, ...(await dumpOf(app))].join('\n');
    expect(foundIn(everywhere, [tenant.key, unknown, tenant.key.slice(8), unknown.slice(8)])).toEqual([]);
  });
});

/** Hears whatever is printed past the logger, until the returned function is called. */
function listen(lines: string[]): () => void {
  const undo: (() => void)[] = [];
  const replace = (target: object, name: string): void => {
    const original: unknown = Reflect.get(target, name);
    if (typeof original !== 'function') throw new TypeError(name);
    Reflect.set(target, name, (...words: unknown[]): unknown => {
      lines.push(words.map(String).join(' '));
      return Reflect.apply(original, target, words) as unknown;
    });
    undo.push(() => Reflect.set(target, name, original));
  };
  for (const name of ['log', 'info', 'warn', 'error', 'debug']) replace(console, name);
  replace(process.stdout, 'write');
  replace(process.stderr, 'write');
  return () => {
    for (const step of undo) step();
  };
}
