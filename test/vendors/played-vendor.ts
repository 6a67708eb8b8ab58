import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonValue } from '../../src/platform/json.js';
import type { Script } from '../support/scripted-vendor.js';
import { conformityTo } from './conformity.js';
import type { ArrivedRequest, Reply } from './exchange.js';

export type { ArrivedRequest, Reply } from './exchange.js';

/** Answers a request to a route; `params` are the parts of the path that the route names with a colon. */
export type Route = (request: ArrivedRequest, params: Readonly<Record<string, string>>) => Reply | Promise<Reply>;

/** How a vendor is played. */
export interface Play {
  /** What it answers, by `GET /path/:param` below the base path. */
  readonly routes: Readonly<Record<string, Route>>;
  /** What the vendor's address ends with, e.g. `/api/v1`. */
  readonly basePath?: string;
  /** The vendor's own contract: a file of `CONTRACTS`. */
  readonly contract?: string;
  /** The only kinds of items, by their schemas, that it puts into a list of that schema. Left out: all that the contract names. */
  readonly alternatives?: Readonly<Record<string, readonly string[]>>;
}

/** A vendor on loopback that speaks its documented protocol, and misbehaves on request. */
export interface PlayedVendor {
  /** Where it is, base path included. */
  readonly url: string;
  /** What arrived so far, in order. */
  readonly requests: readonly ArrivedRequest[];
  /** Plays the script to the next requests, `times` of them, instead of answering. */
  misbehave(script: Script, times?: number): void;
  /** Ends it; rejects where requests or answers were not those of the vendor's contract. */
  close(): Promise<void>;
}

/** Starts a vendor. A request to no route of its is answered with 404 and `{}`, and breaks the contract. */
export async function playVendor({ routes, basePath = '', contract, alternatives }: Play): Promise<PlayedVendor> {
  const conformity = contract === undefined ? null : await conformityTo(contract, basePath, alternatives);
  const requests: ArrivedRequest[] = [];
  const scripts: Script[] = [];
  const answer = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await arrived(message);
    requests.push(request);
    const script = scripts.shift();
    if (script) {
      script(response, message);
      return;
    }
    const reply = await replyTo(request, routes, basePath);
    conformity?.heed(request, reply);
    send(response, reply);
  };
  const server = createServer((message, response) => {
    answer(message, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}${basePath}`,
    requests,
    misbehave: (script, times = 1) => void scripts.push(...Array<Script>(times).fill(script)),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      const violations = conformity?.violations ?? [];
      if (violations.length > 0) throw new Error(`not of the vendor's contract:\n${violations.join('\n')}`);
    },
  };
}

async function replyTo(request: ArrivedRequest, routes: Play['routes'], basePath: string): Promise<Reply> {
  const path = request.path.startsWith(basePath) ? request.path.slice(basePath.length) : null;
  for (const [name, route] of Object.entries(routes)) {
    const [method = '', pattern = ''] = name.split(' ');
    const params = path === null || method !== request.method ? null : paramsOf(pattern, path);
    if (params) return route(request, params);
  }
  return { status: 404, body: {} };
}

function paramsOf(pattern: string, path: string): Record<string, string> | null {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, step] of wanted.entries()) {
    const value = given[index] ?? '';
    if (step.startsWith(':')) params[step.slice(1)] = decodeURIComponent(value);
    else if (step !== value) return null;
  }
  return params;
}

async function arrived(message: IncomingMessage): Promise<ArrivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const { pathname, searchParams } = new URL(message.url ?? '/', 'http://vendor.invalid');
  const text = body.toString('utf8');
  return {
    method: message.method ?? '',
    target: message.url ?? '/',
    path: pathname,
    query: searchParams,
    headers: single(message.headers),
    body,
    json: jsonOf(text),
    form: new URLSearchParams(text),
  };
}

function single(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]));
}

function jsonOf(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, { status, body, headers = {} }: Reply): void {
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
  const type = isRaw ? 'text/plain' : 'application/json';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(body === undefined ? undefined : isRaw ? body : JSON.stringify(body));
}
