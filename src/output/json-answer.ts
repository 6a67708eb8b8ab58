import type { IncomingMessage, ServerResponse } from 'node:http';

/** The request as far as answers need it: Express keeps the address as sent in `originalUrl`. */
export type AnsweredRequest = IncomingMessage & { readonly originalUrl: string };

/** Headers of an answer besides those that each has. */
export type AnswerHeaders = Readonly<Record<string, string>>;

/** Sends JSON text. Answers hold customers' data: no cache keeps them. */
export function sendJson(response: ServerResponse, status: number, text: string, headers: AnswerHeaders = {}): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(text);
}
