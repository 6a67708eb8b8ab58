import type { ServerResponse } from 'node:http';
import type { JsonObject } from '../../../platform/json.js';
import type { FaultScenario } from '../sandbox.scenarios.js';

/** How the vendor answers a request. A string body is HTML. */
export interface Reply {
  readonly status: number;
  readonly body: JsonObject | string | null;
  /** The route by name, for the journal; never the URL. */
  readonly call: string;
  readonly checkId?: string;
  readonly clientReference?: string;
  /** Plays this fault instead of answering well. */
  readonly fault?: FaultScenario;
}

/** The HTTP status that a reply goes out with; null where it does not arrive whole. */
export function statusOf({ status, fault }: Reply): number | null {
  const faulty = fault === undefined ? undefined : FAULT_STATUS[fault];
  return faulty === undefined ? status : faulty;
}

const FAULT_STATUS: Readonly<Partial<Record<FaultScenario, number | null>>> = {
  'fault:hang': null,
  'fault:reset': null,
  'fault:lost_answer': null,
  'fault:truncated': null,
  'fault:html': 200,
  'fault:500': 500,
  'fault:throttle': 429,
  'fault:unauthorized': 401,
};

/** Faults that strike before the vendor looks at the request: no check is made. */
export const REFUSING_FAULTS: ReadonlySet<FaultScenario> = new Set<FaultScenario>([
  'fault:hang',
  'fault:500',
  'fault:reset',
  'fault:html',
  'fault:throttle',
  'fault:unauthorized',
]);

/** Sends a reply, or plays its fault. A hanging one ends when the client goes or the vendor closes. */
export function deliver(response: ServerResponse, reply: Reply): void {
  switch (reply.fault) {
    case undefined:
      return send(response, reply.status, reply.body);
    case 'fault:hang':
      return;
    case 'fault:reset':
    case 'fault:lost_answer':
      response.socket?.resetAndDestroy();
      return;
    case 'fault:truncated':
      return truncate(response, reply);
    case 'fault:garbage':
      return sendText(response, reply.status, 'application/json', JSON.stringify(reply.body).slice(0, -9));
    case 'fault:html':
      return send(response, 200, '<!doctype html><title>Maintenance</title><p>We will be back soon.');
    case 'fault:unknown_status':
      return send(response, reply.status, { ...(reply.body as JsonObject), status: 'quarantined' });
    case 'fault:wrong_echo':
      return send(response, reply.status, { ...(reply.body as JsonObject), client_reference: 'somebody-else' });
    case 'fault:500':
      return send(response, 500, problem('internal_error'));
    case 'fault:throttle':
      response.setHeader('retry-after', '30');
      return send(response, 429, problem('rate_limited'));
    case 'fault:unauthorized':
      return send(response, 401, problem('invalid_api_key'));
  }
}

/** The vendor's error body. */
export function problem(code: string): JsonObject {
  return { error: { code } };
}

function send(response: ServerResponse, status: number, body: JsonObject | string | null): void {
  if (body === null) return void response.writeHead(status).end();
  if (typeof body === 'string') return sendText(response, status, 'text/html; charset=utf-8', body);
  sendText(response, status, 'application/json', JSON.stringify(body));
}

function sendText(response: ServerResponse, status: number, type: string, text: string): void {
  const headers = {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
  };
  response.writeHead(status, headers).end(text);
}

function truncate(response: ServerResponse, reply: Reply): void {
  const bytes = Buffer.from(JSON.stringify(reply.body));
  response.writeHead(reply.status, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.write(bytes.subarray(0, bytes.length / 2), () => response.socket?.resetAndDestroy());
}
