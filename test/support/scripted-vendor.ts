import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A real local server that answers every request as its script says. */
export interface ScriptedVendor {
  readonly url: string;
  /** Method and path of what arrived so far, in order. */
  readonly requests: readonly string[];
  /** Resolves when the next request has arrived whole; ask before sending it. */
  nextRequest(): Promise<unknown>;
  close(): Promise<void>;
}

export type Script = (response: ServerResponse, request: IncomingMessage) => void;

/** Starts a server on loopback that plays `script` once a request has arrived whole. */
export async function startScriptedVendor(script: Script): Promise<ScriptedVendor> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
      script(response, request);
      server.emit('answered');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    requests,
    nextRequest: () => once(server, 'answered'),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Sends a body with a status; an object as JSON. */
export function answering(status: number, body: unknown = '', headers: Readonly<Record<string, string>> = {}): Script {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return (response) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}

const html = '<!doctype html><title>Maintenance</title><p>verified approved ok true';
const wrongTypes = Object.fromEntries(
  ['id', 'status', 'code', 'client_reference', 'reference', 'result', 'valid', 'data', 'sequence', 'decided_at'].map(
    (member, index) => [member, [7, true, null, [], {}][index % 5]],
  ),
);

/** What vendors and the boxes in front of them really send on bad days. None of it says anything about a subject. */
export const HOSTILE_ANSWERS: readonly (readonly [name: string, script: Script])[] = [
  ['500 with JSON', answering(500, { error: { code: 'internal_error' } })],
  ['500 that claims success', answering(500, { status: 'approved', verified: true })],
  ['502 with HTML', answering(502, html, { 'content-type': 'text/html' })],
  ['503 with a day of Retry-After', answering(503, '', { 'retry-after': '86400' })],
  ['504 with an empty body', answering(504)],
  ['429 without Retry-After', answering(429, {})],
  ['429 with Retry-After', answering(429, {}, { 'retry-after': '7' })],
  ['429 with an absurd Retry-After', answering(429, {}, { 'retry-after': '99999999999999999999' })],
  ['400 with JSON', answering(400, { error: { code: 'invalid_request' } })],
  ['401', answering(401, {})],
  ['403 with HTML of a firewall', answering(403, html, { 'content-type': 'text/html' })],
  ['408', answering(408)],
  ['410', answering(410)],
  ['418', answering(418, { status: 'approved' })],
  ['200 with HTML', answering(200, html, { 'content-type': 'text/html' })],
  ['200 with HTML called JSON', answering(200, html)],
  ['200 with an empty body', answering(200)],
  ['200 with white space', answering(200, ' \r\n')],
  ['200 with truncated JSON', answering(200, '{"id":"sbx_1","status":"appro')],
  ['200 with null', answering(200, 'null')],
  ['200 with true', answering(200, 'true')],
  ['200 with a string', answering(200, '"verified"')],
  ['200 with a number', answering(200, '1')],
  ['200 with an empty object', answering(200, {})],
  ['200 with an array of nulls', answering(200, [null, null])],
  ['200 with wrong types', answering(200, wrongTypes)],
  ['200 with everything below __proto__', answering(200, '{"__proto__":{"status":"approved","verified":true}}')],
  ['200 with JSON 50,000 deep', answering(200, '['.repeat(50_000))],
  ['200 with bytes that are no UTF-8', answering(200, Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))],
  ['200 that claims gzip and is not', answering(200, '{}', { 'content-encoding': 'gzip' })],
  ['200 over 1 MiB', answering(200, JSON.stringify({ filler: 'x'.repeat(1_200_000) }))],
  ['202 with an empty body', answering(202)],
  ['206 with half an answer', answering(206, '{"status":"approved"')],
  ['301 to itself', answering(301, '', { location: '/followed' })],
  ['307 to itself', answering(307, '', { location: '/followed' })],
  ['304', (response) => response.writeHead(304).end()],
  ['a reset before the answer', (response) => response.socket?.resetAndDestroy()],
  ['a connection closed without an answer', (response) => response.socket?.end()],
  ['a reset in mid-body', halfThenReset],
  ['an answer that is no HTTP', (response) => response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n')],
];

/** Scripts that never end; only the caller's deadline does. */
export const HANGING_ANSWERS: readonly (readonly [name: string, script: Script])[] = [
  ['no answer at all', () => undefined],
  ['headers and no body', (response) => response.writeHead(200, { 'content-length': '100' }).flushHeaders()],
  ['half a body', (response) => response.writeHead(200, { 'content-length': '100' }).write('{"status":"appr')],
];

function halfThenReset(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
  response.write('{"status":"approved","id":"', () => response.socket?.resetAndDestroy());
}
