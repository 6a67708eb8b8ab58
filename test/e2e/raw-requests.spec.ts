import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { digestOf } from '../support/database-dump.js';
import { type RawAnswer, sendRaw } from '../support/peers/raw-socket.js';
import { manualRequest, VERIFICATIONS } from '../support/verification-requests.js';

const MEMBERS = ['type', 'title', 'status', 'detail', 'instance', 'code', 'request_id'];

function expectProblem(answer: RawAnswer, status: number, code: string): void {
  expect([answer.status, answer.headers['content-type']]).toEqual([status, 'application/problem+json']);
  const problem = JSON.parse(answer.text) as Record<string, unknown>;
  expect(Object.keys(problem)).toEqual(expect.arrayContaining(MEMBERS));
  expect(problem).toMatchObject({ status, code });
  expect(Number(answer.headers['content-length'])).toBe(Buffer.byteLength(answer.text));
}

describe('bytes that no client library would send', () => {
  let app: TestApp;
  let tenant: TestTenant;
  let before: Record<string, string>;

  beforeAll(async () => {
    app = await startTestApp();
    tenant = await app.tenant();
    before = await digestOf(app);
  });
  afterEach(async () => {
    expect(await digestOf(app)).toEqual(before);
    expect((await app.call(tenant, 'GET', VERIFICATIONS)).status).toBe(200);
  });
  afterAll(() => app.close());

  const request = (line: string, headers: readonly string[] = [], body = ''): string =>
    [
      ...[line, 'Host: localhost', `Authorization: Bearer ${tenant.key}`, 'Connection: close', ...headers],
      `\r\n${body}`,
    ].join('\r\n');
  const post = (headers: readonly string[], body: string): string =>
    request(`POST ${VERIFICATIONS} HTTP/1.1`, ['Content-Type: application/json', ...headers], body);

  it.each([
    ['no method', '/ HTTP/1.1\r\n\r\n'],
    ['a version of its own', 'GET /v1/verifications HTTP/7.3\r\nHost: x\r\n\r\n'],
    ['an invented method', 'FETCH /v1/verifications HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['TLS', Buffer.from('16030100c8010000c40303', 'hex')],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a space in the address', 'GET /v1/verifications/a b HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['NUL in the address', 'GET /v1/veri\0fications HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['no colon in a header', 'GET / HTTP/1.1\r\nHost x\r\n\r\n'],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost : x\r\n\r\n'],
    ['NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n'],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: a\r\n b\r\n\r\n'],
    ['no name of a header', 'GET / HTTP/1.1\r\nHost: x\r\n: a\r\n\r\n'],
    ['a negative length', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n'],
    ['a length in words', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['an unknown coding last', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n'],
  ])('with %s are answered as a problem', async (_, bytes) => {
    expectProblem(await sendRaw(app.url, bytes, { half: true }), 400, 'MALFORMED_REQUEST');
  });

  it('without a host are answered as a problem', async () => {
    const answer = await sendRaw(app.url, `GET ${VERIFICATIONS} HTTP/1.1\r\nConnection: close\r\n\r\n`);
    expectProblem(answer, 400, 'MALFORMED_REQUEST');
  });

  it('with an expectation that nobody knows are answered as if they had none', async () => {
    const answer = await sendRaw(app.url, post(['Expect: a-miracle', 'Content-Length: 2'], '{}'));
    expectProblem(answer, 400, 'VALIDATION_ERROR');
  });

  it.each([
    ['one header', [`X-Long: ${'a'.repeat(20_000)}`]],
    ['many headers', Array.from({ length: 1500 }, (_, index) => `X-${String(index)}: aaaaaaaa`)],
    ['a key', [`Authorization: Bearer ${'a'.repeat(20_000)}`]],
  ])('with %s beyond all measure are answered 431', async (_, headers) => {
    expectProblem(await sendRaw(app.url, request(`GET ${VERIFICATIONS} HTTP/1.1`, headers)), 431, 'HEADERS_TOO_LARGE');
  });

  it('with an address of 20 kB are answered 431', async () => {
    const line = `GET ${VERIFICATIONS}?${'a'.repeat(20_000)} HTTP/1.1`;
    expectProblem(await sendRaw(app.url, request(line)), 431, 'HEADERS_TOO_LARGE');
  });

  it.each([
    ['a chunk without a size', ['Transfer-Encoding: chunked'], 'xyz\r\n{}\r\n0\r\n\r\n'],
    ['a chunk longer than it says', ['Transfer-Encoding: chunked'], '1\r\n{}\r\n0\r\n\r\n'],
  ])('whose body is %s are answered as a problem', async (_, headers, body) => {
    expectProblem(await sendRaw(app.url, post(headers, body)), 400, 'MALFORMED_REQUEST');
  });

  it.each([
    ['length', ['Content-Length: 500'], '{"customer_id":"0199a3f0-7c1e-7cc3-9d6b-0d3c5f1e2a4b"'],
    ['chunks', ['Transfer-Encoding: chunked'], '20\r\n{"customer_id":"0199a3f0'],
  ])('whose body ends early, by %s, store nothing', async (_, headers, body) => {
    const { status, text } = await sendRaw(app.url, post(headers, body), { half: true });
    expect([0, 400]).toContain(status);
    expect(text).not.toContain('0199a3f0');
  });

  it('whose body comes in chunks are held to 64 KiB as well', async () => {
    const chunk = `8000\r\n${' '.repeat(0x8000)}\r\n`;
    const answer = await sendRaw(app.url, post(['Transfer-Encoding: chunked'], `${chunk.repeat(3)}0\r\n\r\n`));
    expectProblem(answer, 413, 'PAYLOAD_TOO_LARGE');
  });

  it('that announce a body of a terabyte are answered 413 without waiting for it', async () => {
    const answer = await sendRaw(app.url, post(['Content-Length: 1000000000000'], ' '.repeat(1_200_000)));
    expectProblem(answer, 413, 'PAYLOAD_TOO_LARGE');
  });

  it.each([
    ['idempotency-key', ['Idempotency-Key: a', 'Idempotency-Key: a'], 'REPEATED_HEADER'],
    ['content-type', ['Content-Type: application/json'], 'REPEATED_HEADER'],
    ['idempotency-key', ['Idempotency-Key:'], 'INVALID_FORMAT'],
    ['idempotency-key', ['Idempotency-Key: \xff'], 'INVALID_FORMAT'],
  ])('with a bad %s name the header', async (name, headers, code) => {
    const body = JSON.stringify(manualRequest());
    const answer = await sendRaw(app.url, post([`Content-Length: ${String(body.length)}`, ...headers], body));
    expectProblem(answer, 400, 'VALIDATION_ERROR');
    expect(JSON.parse(answer.text)).toMatchObject({ fields: [{ field: name, code }] });
  });

  it('with a body where there is none to be expected are answered as a problem', async () => {
    const answer = await sendRaw(app.url, request(`GET ${VERIFICATIONS} HTTP/1.1`, ['Content-Length: 2'], '{}'));
    expectProblem(answer, 400, 'MALFORMED_REQUEST');
  });

  it.each(['http://evil.example/v1/verifications', '//evil.example/v1/verifications', '/v1/../v1/verifications', '*'])(
    'for the address %s never fall over',
    async (address) => {
      const { status } = await sendRaw(app.url, request(`GET ${address} HTTP/1.1`));
      expect([200, 400, 404]).toContain(status);
    },
  );

  it.each(['TRACE', 'CONNECT'])('with the method %s never fall over', async (method) => {
    const { status } = await sendRaw(app.url, request(`${method} ${VERIFICATIONS} HTTP/1.1`));
    expect([0, 400, 404, 405]).toContain(status);
  });
});
