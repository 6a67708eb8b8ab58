import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import express from 'express';
import type { RequestHandler } from 'express';
import { Logger } from '@nestjs/common';
import { ProblemFilter } from '../errors/index.js';
import { StrictBodyMiddleware } from './body.middleware.js';

const LIMIT = 64 * 1024;

class SilentLogger extends Logger {
  override error(): void {}
}

let server: Server;
let reached: unknown[];

/** A real server: what a host application does first, then the middleware, then a handler that tells what it got. */
async function serve(...host: RequestHandler[]): Promise<void> {
  reached = [];
  const middleware = new StrictBodyMiddleware(new ProblemFilter(new SilentLogger()));
  const app = express();
  for (const handler of host) app.use(handler);
  app.use((request, response, next) => middleware.use(request, response, next));
  app.use((request: IncomingMessage & { body?: unknown }, response) => {
    reached.push(request.body);
    response.json({ body: request.body ?? 'none' });
  });
  server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
}

const port = (): number => (server.address() as AddressInfo).port;

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: Record<string, unknown>;
}

async function send(
  body: string | Uint8Array<ArrayBuffer> | null,
  headers: Record<string, string> = {},
  method = 'POST',
): Promise<Answer> {
  const init = { method, body, headers: { 'content-type': 'application/json', ...headers } };
  const response = await fetch(`http://127.0.0.1:${String(port())}/v1/verifications?customer_id=secret`, init);
  const type = response.headers.get('content-type');
  return { status: response.status, type, body: (await response.json()) as Record<string, unknown> };
}

/** Bytes as they are, answered until the server closes. */
function sendRaw(head: readonly string[], body = '', half = false): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port(), '127.0.0.1', () => {
      socket.write(`${head.join('\r\n')}\r\nHost: x\r\nConnection: close\r\n\r\n${body}`);
      if (half) socket.end();
    });
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('StrictBodyMiddleware on an untouched request', () => {
  beforeEach(() => serve());

  it.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
  ])('reads %s', async (type) => {
    expect(await send('{"a":[1]}', { 'content-type': type })).toMatchObject({
      status: 200,
      body: { body: { a: [1] } },
    });
  });

  it('reads a body in pieces', async () => {
    const pieces = ['{"a"', ':"', 'é'.repeat(10), '"}'];
    const chunks = pieces.map((piece) => `${Buffer.byteLength(piece).toString(16)}\r\n${piece}\r\n`).join('');
    const head = ['POST / HTTP/1.1', 'Content-Type: application/json', 'Transfer-Encoding: chunked'];
    expect(await sendRaw(head, `${chunks}0\r\n\r\n`)).toContain('200 OK');
    expect(reached).toEqual([{ a: 'é'.repeat(10) }]);
  });

  it.each([
    ['text/plain', {}],
    ['application/x-www-form-urlencoded', {}],
    ['application/json; charset=latin1', {}],
    ['application/json; charset=utf-8; x=y', {}],
    ['application/merge-patch+json', {}],
    ['application/jsonp', {}],
    ['', {}],
    ['application/json', { 'content-encoding': 'gzip' }],
    ['application/json', { 'content-encoding': 'identity, gzip' }],
  ])('refuses %j with %j', async (type, more) => {
    const answer = await send('{}', { 'content-type': type, ...more });
    expect(answer).toMatchObject({
      status: 415,
      type: 'application/problem+json',
      body: { code: 'UNSUPPORTED_MEDIA_TYPE' },
    });
    expect(reached).toEqual([]);
  });

  it('refuses a body without a content type', async () => {
    expect(await sendRaw(['POST / HTTP/1.1', 'Content-Length: 2'], '{}')).toContain('UNSUPPORTED_MEDIA_TYPE');
  });

  it('refuses two content types', async () => {
    const type = 'Content-Type: application/json';
    expect(await sendRaw(['POST / HTTP/1.1', type, type, 'Content-Length: 2'], '{}')).toContain('REPEATED_HEADER');
  });

  it('does not unpack what is sent packed', async () => {
    const answer = await send(new Uint8Array(gzipSync('{}')), { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(415);
  });

  it.each([
    [LIMIT, 200],
    [LIMIT + 1, 413],
    [900_000, 413],
  ])('answers %i bytes with %i', async (bytes, status) => {
    const answer = await send(`"${'x'.repeat(bytes - 2)}"`);
    expect(answer.status).toBe(status);
  });

  it('stops reading an endless body and closes the connection', async () => {
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const head = ['POST / HTTP/1.1', 'Content-Type: application/json', 'Transfer-Encoding: chunked'];
    const answer = await sendRaw(head, chunk.repeat(17));
    expect(answer).toContain('413 Payload Too Large');
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(reached).toEqual([]);
  });

  it('leaves the connection usable after a refusal that it read to the end', async () => {
    expect((await send('x'.repeat(LIMIT + 1))).status).toBe(413);
    expect((await send('{}')).status).toBe(200);
  });

  it.each([
    ['{"a":1,"a":2}', 'VALIDATION_ERROR'],
    ['{', 'MALFORMED_JSON'],
    [' ', 'MALFORMED_JSON'],
  ])('answers %j with a problem document', async (body, code) => {
    const answer = await send(body);
    expect(answer).toMatchObject({ status: 400, type: 'application/problem+json', body: { code, status: 400 } });
    expect(answer.body['instance']).toBe('/v1/verifications');
  });

  it.each([
    ['POST', null],
    ['GET', null],
  ])('hands %s without a body on as undefined', async (method, body) => {
    expect(await send(body, {}, method)).toMatchObject({ status: 200, body: { body: 'none' } });
    expect(reached).toEqual([undefined]);
  });

  it('takes chunks without any byte for no body', async () => {
    const head = ['POST / HTTP/1.1', 'Transfer-Encoding: chunked'];
    expect(await sendRaw(head, '0\r\n\r\n')).toContain('200 OK');
  });

  it('refuses a body on GET', async () => {
    const head = ['GET / HTTP/1.1', 'Content-Type: application/json', 'Content-Length: 2'];
    expect(await sendRaw(head, '{}')).toContain('MALFORMED_REQUEST');
    expect(reached).toEqual([]);
  });

  it('never reaches the handler with less than was announced', async () => {
    const head = ['POST / HTTP/1.1', 'Content-Type: application/json', 'Content-Length: 10'];
    await sendRaw(head, '{}', true);
    expect((await send('{}')).status).toBe(200);
    expect(reached).toEqual([{}]);
  });
});

describe('StrictBodyMiddleware behind a host that parses', () => {
  it('holds a parsed body to the same rules', async () => {
    await serve(express.json());
    expect(await send('{"a":{"b":1}}')).toMatchObject({ status: 200, body: { body: { a: { b: 1 } } } });
    expect(await send('{"a":{"b":"\\u0000"}}')).toMatchObject({ status: 400, body: { code: 'VALIDATION_ERROR' } });
    expect(await send('{"__proto__":1}')).toMatchObject({ status: 400, body: { code: 'VALIDATION_ERROR' } });
    expect(await send('{"a":1e16}')).toMatchObject({ status: 400, body: { code: 'VALIDATION_ERROR' } });
    expect(await send(`["${'x'.repeat(LIMIT)}"]`)).toMatchObject({ status: 413 });
    expect(await send('{}', { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
  });

  it('does not take a form for JSON', async () => {
    await serve(express.urlencoded({ extended: true }));
    expect(await send('a=1', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({ status: 415 });
  });

  it.each([
    ['as rawBody', express.json({ verify: (request, _, bytes) => Object.assign(request, { rawBody: bytes }) })],
    ['as body', express.raw({ type: '*/*' })],
  ])('sees repeated members where the bytes were kept %s', async (_, parser) => {
    await serve(parser);
    expect(await send('{"a":1,"a":2}')).toMatchObject({ status: 400, body: { code: 'VALIDATION_ERROR' } });
    expect(await send('{"a":1}')).toMatchObject({ status: 200, body: { body: { a: 1 } } });
  });

  it('tells of a body that was thrown away instead of waiting for it', async () => {
    await serve((request, _, next) => {
      request.resume().on('end', () => next());
    });
    expect(await send('{}')).toMatchObject({ status: 500, body: { code: 'INTERNAL_ERROR' } });
  });
});
