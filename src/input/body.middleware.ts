import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable, Optional } from '@nestjs/common';
import type { NestMiddleware } from '@nestjs/common';
import { AppError, ProblemFilter } from '../errors/index.js';
import type { JsonValue } from '../platform/json.js';
import { announcesBody, MOST_BODY_BYTES, readBodyBytes, tooLarge } from './body-bytes.js';
import { singleHeader } from './headers.js';
import { checkParsedJson, parseStrictJson } from './strict-json.js';

/** A request whose body is, or will be, in `body`. A host application may have parsed it, and kept the bytes in `rawBody`. */
export type BodyRequest = IncomingMessage & { body?: unknown; readonly rawBody?: unknown };

const JSON_MEDIA_TYPE = /^application\/json(?:[ \t]*;[ \t]*charset=(?:utf-8|"utf-8"))?$/i;

const METHODS_WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Reads the body of our own routes into `request.body` under the rules of `parseStrictJson`; `undefined` where there is none.
 * Works on an untouched request, and after a host application's parser (then see `checkParsedJson`).
 * Answers 400, 413 and 415 itself, as problem documents.
 */
@Injectable()
export class StrictBodyMiddleware implements NestMiddleware<BodyRequest, ServerResponse> {
  constructor(@Optional() private readonly problems: ProblemFilter = new ProblemFilter()) {}

  use(request: BodyRequest, response: ServerResponse, next: () => void): void | Promise<void> {
    if (announcesBody(request)) return this.#read(request, response, next);
    request.body = undefined;
    next();
  }

  async #read(request: BodyRequest, response: ServerResponse, next: () => void): Promise<void> {
    try {
      request.body = await readStrictBody(request);
    } catch (error) {
      // Middleware runs outside the reach of a controller's filters.
      this.problems.answer(error, request, response);
      return;
    }
    next();
  }
}

/**
 * The body of a request that announces one; `undefined` where it turns out to have no bytes. Throws `PAYLOAD_TOO_LARGE`,
 * `UNSUPPORTED_MEDIA_TYPE`, `MALFORMED_REQUEST`, and what `parseStrictJson` throws.
 */
export async function readStrictBody(request: BodyRequest): Promise<JsonValue | undefined> {
  const parsed = hostBody(request);
  // Read before it is judged: a sender that is cut off in the middle never sees the answer.
  const body = parsed === undefined ? await readBodyBytes(request) : parsed;
  if (Buffer.isBuffer(body) && body.length === 0) return undefined;
  if (Buffer.isBuffer(body) && body.length > MOST_BODY_BYTES) throw tooLarge();
  judgeHeaders(request);
  return Buffer.isBuffer(body) ? parseStrictJson(body) : checkParsedJson(body);
}

/** What a host's parser left: the bytes if it kept them, else the value; `undefined` where nobody read the body. */
function hostBody({ rawBody, body, readableEnded }: BodyRequest): unknown {
  if (Buffer.isBuffer(rawBody)) return rawBody;
  if (body === undefined && readableEnded) throw new Error('the body was read before, and kept neither raw nor parsed');
  return body;
}

function judgeHeaders(request: BodyRequest): void {
  if (!METHODS_WITH_BODY.has(request.method ?? '')) {
    throw new AppError('malformed', 'MALFORMED_REQUEST', 'This method takes no body.');
  }
  if (Number(request.headers['content-length'] ?? 0) > MOST_BODY_BYTES) throw tooLarge();
  if (!JSON_MEDIA_TYPE.test(singleHeader(request, 'content-type') ?? '')) {
    throw unsupported('Send the body as application/json in UTF-8.');
  }
  if ((request.headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
    throw unsupported('Send the body without a content encoding.');
  }
}

function unsupported(message: string): AppError {
  return new AppError('unsupported_media_type', 'UNSUPPORTED_MEDIA_TYPE', message);
}
