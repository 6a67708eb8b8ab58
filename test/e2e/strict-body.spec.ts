import { randomUUID } from 'node:crypto';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { digestOf } from '../support/database-dump.js';
import { created, faultyFields, pathOf, refusalOf, VERIFICATIONS } from '../support/verification-requests.js';

const CUSTOMER = '0199a3f0-7c1e-7cc3-9d6b-0d3c5f1e2a4b';
/** The smallest create and override as text, with room for one more member. */
const CREATE = (more: string): string =>
  `{"customer_id":"${CUSTOMER}","provider":"manual","verification_type":"identity"${more}}`;
const OVERRIDE = (more: string): string => `{"status":"verified"${more}}`;

const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

/** What is wrong wherever it stands: text behind the first members, the field that is named, its code. */
const ANYWHERE: readonly (readonly [text: string, field: string, code: string])[] = [
  [',"surplus":1', 'surplus', 'UNKNOWN_FIELD'],
  [',"Status":"verified"', 'Status', 'UNKNOWN_FIELD'],
  [',"a name with spaces":1', '*', 'UNKNOWN_FIELD'],
  [',"x":1,"x":1', 'x', 'REPEATED_FIELD'],
  [',"x":1,"\\u0078":2', 'x', 'REPEATED_FIELD'],
  [',"x":{"y":[{"z":1,"z":1}]}', 'x.y.0.z', 'REPEATED_FIELD'],
  [',"x":"a\\u0000b"', 'x', 'INVALID_TEXT'],
  [',"x":"\\ud800"', 'x', 'INVALID_TEXT'],
  [',"x":"\\udc00\\ud800"', 'x', 'INVALID_TEXT'],
  [',"\\ud800":1', '*', 'INVALID_TEXT'],
  [',"__proto__":{"provider":"sandbox"}', '__proto__', 'FORBIDDEN_FIELD_NAME'],
  [',"__proto__":null', '__proto__', 'FORBIDDEN_FIELD_NAME'],
  [',"\\u005f_proto__":1', '__proto__', 'FORBIDDEN_FIELD_NAME'],
  [',"constructor":{"prototype":{}}', 'constructor', 'FORBIDDEN_FIELD_NAME'],
  [',"prototype":1', 'prototype', 'FORBIDDEN_FIELD_NAME'],
  [',"x":{"y":{"__proto__":1}}', 'x.y.__proto__', 'FORBIDDEN_FIELD_NAME'],
  [',"x":1e400', 'x', 'OUT_OF_RANGE'],
  [',"x":-1e400', 'x', 'OUT_OF_RANGE'],
  [',"x":{"n":1e100000}', 'x.n', 'OUT_OF_RANGE'],
  [',"x":1e-400', 'x', 'OUT_OF_RANGE'],
  [',"x":9007199254740993', 'x', 'OUT_OF_RANGE'],
  [',"x":-9007199254740993', 'x', 'OUT_OF_RANGE'],
  [',"x":0.12345678901234567890', 'x', 'OUT_OF_RANGE'],
  [`,"x":${deep(16)}`, `x${'.0'.repeat(15)}`, 'TOO_DEEP'],
  [`,"x":${deep(20_000)}`, `x${'.0'.repeat(15)}`, 'TOO_DEEP'],
];

/** What the one member of a body may not be. */
const CREATE_MEMBERS: readonly (readonly [body: string, field: string])[] = [
  ...['null', '1', '""', '"x"', '[]', `["${CUSTOMER}"]`, `"{${CUSTOMER}}"`, `"urn:uuid:${CUSTOMER}"`].map(
    (value) => [`{"customer_id":${value},"provider":"manual","verification_type":"identity"}`, 'customer_id'] as const,
  ),
  ...[`" ${CUSTOMER}"`, `"${CUSTOMER}\\n"`, `"${CUSTOMER.replaceAll('-', '')}"`, '{}', 'true'].map(
    (value) => [`{"customer_id":${value},"provider":"manual","verification_type":"identity"}`, 'customer_id'] as const,
  ),
  [`{"provider":"manual","verification_type":"identity"}`, 'customer_id'],
  ...['null', '1', '""', '"Manual"', '"-x"', '"a b"', '["manual"]', `"${'a'.repeat(65)}"`, '"manual\\n"'].map(
    (value) =>
      [`{"customer_id":"${CUSTOMER}","provider":${value},"verification_type":"identity"}`, 'provider'] as const,
  ),
  [`{"customer_id":"${CUSTOMER}","verification_type":"identity"}`, 'provider'],
  [`{"customer_id":"${CUSTOMER}","provider":"manual"}`, 'verification_type'],
  [`{"customer_id":"${CUSTOMER}","provider":"manual","verification_type":7}`, 'verification_type'],
  ...['null', '1', '""', '"Review"', '[]'].map((value) => [CREATE(`,"check_type":${value}`), 'check_type'] as const),
  ...['null', '1', '"x"', '[]', '[{}]', 'true'].map((value) => [CREATE(`,"input":${value}`), 'input'] as const),
  [CREATE(',"input":{"surplus":1}'), 'input.surplus'],
  [CREATE(',"input":{"note":1}'), 'input.note'],
  [CREATE(',"input":{"note":""}'), 'input.note'],
  [CREATE(`,"input":{"note":"${'x'.repeat(2001)}"}`), 'input.note'],
];

const OVERRIDE_MEMBERS: readonly (readonly [body: string, field: string])[] = [
  ...['{}', '{"status":null}', '{"status":""}', '{"status":"Verified"}', '{"status":["verified"]}', '{"status":1}'].map(
    (body) => [body, 'status'] as const,
  ),
  ['{"status":"approved"}', 'status'],
  ...['null', '1', '""', '[]', '{}', 'true', `"${'x'.repeat(501)}"`].map(
    (value) => [OVERRIDE(`,"reason":${value}`), 'reason'] as const,
  ),
  ...['1', '1767225600000', '""', '[]', '{}', 'true', '"2027-02-29T00:00:00Z"', '"2027-01-01T24:00:00Z"'].map(
    (value) => [OVERRIDE(`,"expires_at":${value}`), 'expires_at'] as const,
  ),
  ...[
    'infinity',
    'now',
    'tomorrow',
    '2027-06-30T23:59:60Z',
    '2027-01-01T00:00:00',
    '2027-01-01',
    '2027-1-1T00:00:00Z',
  ].map((value) => [OVERRIDE(`,"expires_at":"${value}"`), 'expires_at'] as const),
  [OVERRIDE(',"expires_at":"2027-01-01T00:00:00.1234567Z"'), 'expires_at'],
  [OVERRIDE(',"expires_at":"2026-11-22T09:30:00.123456Z"'), 'expires_at'],
  ['{"status":"failed","expires_at":"2027-01-01T00:00:00Z"}', 'expires_at'],
  ['{"status":"failed","expires_at":null}', 'expires_at'],
];

const NO_OBJECTS = ['null', '1', '"x"', 'true', '[]', `[${CREATE('')}]`];
const NO_JSON: readonly (string | Buffer)[] = [
  ...['{', '}', '{"a":1', "{'a':1}", '{"a":1,}', '{a:1}', 'undefined', 'NaN', '{"a":NaN}', '{"a":01}', '{"a":.5}'],
  ...['{"a":+1}', '{"a":1}{"b":2}', '{"a":1} x', ' ', '\ufeff{}', '{"a":"\u0001"}', '{"a":"\\x41"}', '// x\n{}'],
  Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]),
  Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d]),
  Buffer.from('{"a":"ä"}', 'latin1'),
  Buffer.from('{"a":1}', 'utf16le'),
  Buffer.from([0x00]),
];

describe.each([
  ['POST', CREATE, CREATE_MEMBERS],
  ['PATCH', OVERRIDE, OVERRIDE_MEMBERS],
] as const)('%s with a body', (method, whole, members) => {
  let app: TestApp;
  let tenant: TestTenant;
  let path: string;
  let before: Record<string, string>;

  beforeAll(async () => {
    app = await startTestApp();
    tenant = await app.tenant();
    const found = await created(app, tenant);
    path = method === 'POST' ? VERIFICATIONS : pathOf(found);
  });
  beforeEach(async () => {
    before = await digestOf(app);
  });
  afterEach(async () => {
    // Whatever was wrong: nothing of it is stored.
    expect(await digestOf(app)).toEqual(before);
  });
  afterAll(() => app.close());

  const send = (body: unknown, headers: Record<string, string> = {}): Promise<TestAnswer> =>
    app.call(tenant, method, path, { body, headers: { 'idempotency-key': randomUUID(), ...headers } });

  it.each(ANYWHERE)('refuses %s anywhere, and names %s', async (text, field, code) => {
    const { status, body } = await send(whole(text));
    expect([status, body.code]).toEqual([400, 'VALIDATION_ERROR']);
    expect(body.fields).toEqual([{ field, code, message: expect.any(String) }]);
  });

  it.each(members)('refuses %s and names %s', async (text, field) => {
    const answer = await send(text);
    expect(refusalOf(answer)).toEqual([400, 'VALIDATION_ERROR']);
    expect(faultyFields(answer)).toEqual([field]);
  });

  it('names every member at fault', async () => {
    const fields = faultyFields(await send('{"one":1,"two":2}'));
    expect(fields).toEqual(expect.arrayContaining(['one', 'two', method === 'POST' ? 'customer_id' : 'status']));
  });

  it('names at most 32 of very many', async () => {
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`m${String(index)}`, 1]));
    const { status, body } = await send(many);
    expect([status, body.fields.length]).toEqual([400, 32]);
  });

  it.each(NO_OBJECTS)('refuses %s in place of an object', async (text) => {
    const { status, body } = await send(text);
    expect([status, body.code, body.fields[0].field]).toEqual([400, 'VALIDATION_ERROR', 'body']);
  });

  it.each(NO_JSON)('refuses what is no JSON in UTF-8: %j', async (text) => {
    const { status, body } = await send(text);
    expect([status, body.code]).toEqual([400, 'MALFORMED_JSON']);
    expect(body.fields).toBeUndefined();
  });

  it('refuses to go without a body', async () => {
    for (const body of [undefined, '']) {
      const answer = await send(body);
      expect([answer.status, answer.body.code, answer.body.fields[0]]).toMatchObject([
        400,
        'VALIDATION_ERROR',
        { field: 'body', code: 'REQUIRED' },
      ]);
    }
  });

  it('never repeats a value', async () => {
    const secret = 'Zxq7-secret-91';
    const bodies = [
      `{"customer_id":"${secret}","provider":"${secret}","verification_type":"${secret}","status":"${secret}"}`,
      whole(`,"reason":["${secret}"],"expires_at":"${secret}","check_type":"${secret}","input":"${secret}"`),
      `{"status":"verified","expires_at":"${secret}"}`,
      `{"${secret} of Jane":1}`,
      `{"a":"${secret}`,
      secret,
    ];
    for (const body of bodies) {
      const answer = await send(body);
      expect(answer.status).toBe(400);
      expect(answer.text).not.toContain(secret);
    }
    expect(app.logs.join('\n')).not.toContain(secret);
  });

  it('takes 64 KiB and not a byte more', async () => {
    const filler = (size: number): string => whole(`,"x":"${'y'.repeat(size - Buffer.byteLength(whole(',"x":""')))}"`);
    const [most, over] = [await send(filler(65_536)), await send(filler(65_537))];
    expect([most.status, most.body.fields[0].field]).toEqual([400, 'x']);
    expect([over.status, over.body.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect((await send(Buffer.alloc(3_000_000, 0x20))).status).toBe(413);
  });

  it.each([
    ...['text/plain', 'text/json', 'application/jsonp', 'application/x-www-form-urlencoded', 'multipart/form-data'],
    ...['application/merge-patch+json', 'application/json; charset=latin1', 'application/json; charset=utf-16'],
    ...['application/json, application/json', 'json', 'application/xml', '*/*'],
  ])('refuses the content type %s', async (type) => {
    const { status, body } = await send(whole(''), { 'content-type': type });
    expect([status, body.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
  });

  it.each(['gzip', 'br', 'deflate', 'identity, gzip', 'x'])('refuses the content encoding %s', async (encoding) => {
    const { status, body } = await send(whole(''), { 'content-encoding': encoding });
    expect([status, body.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
  });

  it.each([
    ...['""', '"a', 'a"b', 'a b', 'a,b', '"\\x"', 'é', '"é"', 'x'.repeat(256), `"${'x'.repeat(256)}"`, '" "', 'a, a'],
  ])('refuses the Idempotency-Key %s', async (key) => {
    const { status, body } = await send(whole(''), { 'idempotency-key': key });
    expect([status, body.fields]).toMatchObject([400, [{ field: 'idempotency-key', code: 'INVALID_FORMAT' }]]);
  });
});
