import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Duplex } from 'node:stream';
import { answerClientError } from './client-error.js';

let server: Server;

beforeEach(async () => {
  const options = { headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 20 };
  server = createServer(options, (request, response: ServerResponse) => {
    if (request.url === '/begun') response.writeHead(200).write('half');
    else request.resume().on('end', () => response.end('ok'));
  });
  server.on('clientError', answerClientError).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Everything that comes back until the server closes, for these bytes and, once something came back, for `more`. */
function exchange(bytes: string | Buffer, more?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      if (answer === '' && more !== undefined) socket.write(more);
      answer += chunk.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('answerClientError', () => {
  it.each([
    ['a request line that is none', 'hello\r\n\r\n', 400, 'MALFORMED_REQUEST'],
    ['a TLS greeting', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]), 400, 'MALFORMED_REQUEST'],
    ['another protocol', 'GET / FTP/1.1\r\n\r\n', 400, 'MALFORMED_REQUEST'],
    ['a header without a name', 'GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n', 400, 'MALFORMED_REQUEST'],
    ['NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n', 400, 'MALFORMED_REQUEST'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      400,
      'MALFORMED_REQUEST',
    ],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'MALFORMED_REQUEST',
    ],
    [
      'a length that is no number',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1e3\r\n\r\n',
      400,
      'MALFORMED_REQUEST',
    ],
    ['20 KiB of headers', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
    ['a request line of 20 KiB', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
    ['headers that never end', 'GET / HTTP/1.1\r\nHost: x\r\n', 408, 'REQUEST_TIMEOUT'],
    ['a body that never ends', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab', 408, 'REQUEST_TIMEOUT'],
  ])('answers %s with a whole problem document', async (_, bytes, status, code) => {
    const answer = await exchange(bytes);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    const problem = JSON.parse(body) as Record<string, unknown>;
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${String(status)} \\w`));
    expect(head).toContain('Content-Type: application/problem+json');
    expect(head).toContain(`Content-Length: ${String(Buffer.byteLength(body))}`);
    expect(head).toContain('Connection: close');
    expect(problem).toMatchObject({ status, code });
    expect(Object.keys(problem)).toEqual(['type', 'title', 'status', 'detail', 'instance', 'code', 'request_id']);
    expect(problem['instance']).toBe(`urn:uuid:${String(problem['request_id'])}`);
  });

  it('writes nothing into an answer that has begun', async () => {
    const answer = await exchange('GET /begun HTTP/1.1\r\nHost: x\r\n\r\n', 'nonsense\r\n\r\n');
    expect(answer).toContain('half');
    expect(answer).not.toContain('problem');
  });

  it.each([
    ['a reset connection', Object.assign(new Error(), { code: 'ECONNRESET' }), false],
    ['a socket that is closed', new Error(), true],
  ])('says nothing on %s', (_, error, closed) => {
    const written: string[] = [];
    const socket = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        written.push(chunk.toString());
        done();
      },
    });
    if (closed) socket.destroy();
    answerClientError(error, socket);
    expect([written, socket.destroyed]).toEqual([[], true]);
  });

  it('goes on serving others', async () => {
    await exchange('nonsense\r\n\r\n');
    expect(await exchange('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toContain('200 OK');
  });
});
