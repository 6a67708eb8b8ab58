import { STATUS_CODES } from 'node:http';
import { AppError } from './app-error.js';
import { ERRORS } from './catalogue.js';
import type { FieldFault } from './app-error.js';
import type { ErrorCode } from './catalogue.js';

/** The media type of every error that the service answers (RFC 9457). */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** A problem document (RFC 9457) with this service's own members. Some codes add more of them, e.g. `from`, `to`, `allowed`. */
export interface Problem {
  /** `urn:problem:customer-verifications:` and the code in kebab-case. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The request's path. Without the query, which may name a customer. */
  readonly instance: string;
  readonly code: ErrorCode;
  readonly request_id: string;
  readonly fields?: readonly FieldFault[];
  readonly [member: string]: unknown;
}

/** Which request a problem belongs to. */
export interface Occurrence {
  readonly instance: string;
  readonly requestId: string;
}

/** The `type` of a code's problem documents. */
export function problemType(code: ErrorCode): string {
  return `urn:problem:customer-verifications:${code.toLowerCase().replaceAll('_', '-')}`;
}

/** The document for an {@link AppError}, or for a bare code with the catalogue's description as detail. */
export function problemOf(error: AppError | ErrorCode, { instance, requestId }: Occurrence): Problem {
  const [code, detail, details] =
    error instanceof AppError ? [error.code, error.message, error.details] : [error, ERRORS[error].description, {}];
  const fixed = {
    type: problemType(code),
    title: ERRORS[code].title,
    status: ERRORS[code].status,
    detail,
    instance,
    code,
    request_id: requestId,
    ...(details.fields && { fields: details.fields }),
  };
  // Twice: what is fixed stands first, and no further member can stand in for it.
  return { ...fixed, ...details.members, ...fixed };
}

/** The reason phrase of an HTTP status. */
export function reasonPhrase(status: number): string {
  return STATUS_CODES[status] ?? 'Unknown';
}
