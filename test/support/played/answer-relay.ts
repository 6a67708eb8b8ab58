import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens between a vendor's answer and its arrival: `lost` loses it on the way. */
export type Meanwhile = (answer: string) => Promise<'arrives' | 'lost'>;

/** Stands between us and a vendor that does its work, and hands on what both say. */
export interface AnswerRelay {
  /** Where the vendor seems to be. */
  readonly url: string;
  /** Holds the answer to the next request whose method and path match, until `meanwhile` has happened. */
  holdNext(request: RegExp, meanwhile: Meanwhile): void;
  close(): Promise<void>;
}

/** Starts a relay on loopback to the vendor at that address. */
export async function startAnswerRelay(vendorUrl: string): Promise<AnswerRelay> {
  const { origin, pathname } = new URL(vendorUrl);
  const held: { readonly request: RegExp; readonly meanwhile: Meanwhile }[] = [];
  const relay = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = `${request.method ?? ''} ${request.url ?? ''}`;
    const answer = await handOn(origin, request, await bodyOf(request));
    const body = await answer.text();
    const index = held.findIndex((one) => one.request.test(asked));
    const [hold] = index < 0 ? [] : held.splice(index, 1);
    if ((await hold?.meanwhile(body)) === 'lost') {
      response.destroy();
      return;
    }
    // All of them: a vendor says in headers as well that it is repeating an answer, or wants to be left alone.
    const headers = [...answer.headers].filter(([name]) => !OF_THE_CONNECTION.has(name));
    response.writeHead(answer.status, Object.fromEntries(headers)).end(body);
  };
  const server = createServer((request, response) => {
    relay(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}${pathname === '/' ? '' : pathname}`,
    holdNext: (request, meanwhile) => void held.push({ request, meanwhile }),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Headers of the connection, not of the message. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set([
  ...['host', 'connection', 'keep-alive', 'content-length', 'transfer-encoding'],
]);

/** What a request brings, whole. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Asks the server at that origin what the request asked for, with the body that came with it. */
export function handOn(origin: string, request: IncomingMessage, body: Buffer): Promise<Response> {
  const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
    OF_THE_CONNECTION.has(name) || value === undefined ? [] : [[name, [value].flat().join(', ')]],
  );
  return fetch(`${origin}${request.url ?? '/'}`, {
    ...{ method: request.method ?? 'GET', headers, redirect: 'manual' },
    ...(body.length > 0 && { body: new Uint8Array(body) }),
  });
}
