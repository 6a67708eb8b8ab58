import type { IncomingMessage, ServerResponse } from 'node:http';
import { Catch, HttpException, Logger, Optional } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Ids, RandomIds } from '../platform/ids.js';
import { AppError } from './app-error.js';
import { ERRORS } from './catalogue.js';
import { databaseFaultOf } from './database-fault.js';
import { failureRecord } from './failure-log.js';
import { PROBLEM_MEDIA_TYPE, problemOf } from './problem.js';
import type { ErrorCode } from './catalogue.js';
import type { Problem } from './problem.js';

/** The request as far as the filter reads it; `id` is set by the middleware that names requests. */
type FailedRequest = IncomingMessage & { readonly id?: unknown; readonly originalUrl?: string };

/** Seconds until a repetition makes sense where the error names none. */
const RETRY_AFTER_SECONDS = 1;

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  408: 'REQUEST_TIMEOUT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'RATE_LIMITED',
  431: 'HEADERS_TOO_LARGE',
  503: 'SERVICE_UNAVAILABLE',
};

/**
 * Turns whatever a request ended in into a problem document (RFC 9457): `AppError` by its code, Nest's and Express' own
 * errors by their status and without their message, a database that is away to 503, everything else to 500.
 * Only unexpected errors are logged, once, and without their messages. For single controllers or globally.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    @Optional() private readonly logger: Logger = new Logger('ProblemFilter'),
    @Optional() private readonly ids: Ids = new RandomIds(),
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FailedRequest>(), http.getResponse<ServerResponse>());
  }

  /** The same for middleware, which exception filters of a controller never see. */
  answer(error: unknown, request: FailedRequest, response: ServerResponse): void {
    const cause = error instanceof AppError ? error : codeOf(error);
    const requestId = typeof request.id === 'string' ? request.id : this.ids.next();
    this.#log(error, cause, requestId);
    if (response.headersSent) {
      // Half an answer must not look whole: the peer sees the connection break off.
      if (!response.writableEnded) response.destroy();
      return;
    }
    if (response.destroyed || response.socket?.destroyed === true) return;
    send(response, problemOf(cause, { instance: pathOf(request), requestId }), headersOf(cause, request));
  }

  #log(error: unknown, cause: AppError | ErrorCode, requestId: string): void {
    if (cause === 'INTERNAL_ERROR' || databaseFaultOf(error) === 'bad_text') {
      this.logger.error(failureRecord(error, requestId));
    } else if (cause === 'SERVICE_UNAVAILABLE' && !(error instanceof HttpException)) {
      this.logger.warn(failureRecord(error, requestId));
    }
  }
}

/** The code for an error that nobody threw on purpose. */
function codeOf(error: unknown): ErrorCode {
  const status = statusOf(error);
  if (status !== null) return CODE_OF_STATUS[status] ?? codeOfClass(error, status);
  const fault = databaseFaultOf(error);
  if (fault === null) return 'INTERNAL_ERROR';
  return fault === 'unavailable' ? 'SERVICE_UNAVAILABLE' : 'MALFORMED_REQUEST';
}

function codeOfClass(error: unknown, status: number): ErrorCode {
  if (status < 400 || status > 499) return 'INTERNAL_ERROR';
  return (error as { type?: unknown }).type === 'entity.parse.failed' ? 'MALFORMED_JSON' : 'MALFORMED_REQUEST';
}

/**
 * The HTTP status of Nest's exceptions, of Express' parsers (`expose`: made by http-errors for the client's eyes) and of its
 * router (an address that cannot be decoded). A `status` on any other error is somebody else's, e.g. a vendor's.
 */
function statusOf(error: unknown): number | null {
  if (error instanceof HttpException) return error.getStatus();
  const { status, expose } = (error ?? {}) as { status?: unknown; expose?: unknown };
  if (typeof status !== 'number') return null;
  return expose === true || error instanceof URIError ? status : null;
}

function pathOf(request: FailedRequest): string {
  const path = (request.originalUrl ?? request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
  // `instance` is a URI reference: whatever else a client wrote there is encoded.
  return path.replace(/[^\w\-.~!$&'()*+,;=:@/%]+/g, (text) => encodeURIComponent(Buffer.from(text).toString()));
}

function headersOf(cause: AppError | ErrorCode, request: FailedRequest): Record<string, string> {
  const [code, details] = cause instanceof AppError ? [cause.code, cause.details] : [cause, {}];
  const { status } = ERRORS[code];
  const retryAfter = details.retryAfterSeconds ?? (status === 429 || status === 503 ? RETRY_AFTER_SECONDS : null);
  return {
    ...(retryAfter !== null && { 'Retry-After': String(Math.max(0, Math.ceil(retryAfter))) }),
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
    // What was not read of a body would otherwise be read to its end, however long, before the next request.
    ...(!request.complete && { Connection: 'close' }),
  };
}

function send(response: ServerResponse, problem: Problem, headers: Readonly<Record<string, string>>): void {
  const body = Buffer.from(JSON.stringify(problem));
  response.statusCode = problem.status;
  response.setHeader('Content-Type', PROBLEM_MEDIA_TYPE);
  response.setHeader('Content-Length', body.length);
  response.setHeader('Cache-Control', 'no-store');
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(body);
}
