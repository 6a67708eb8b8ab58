import { ValidationError } from '../errors/index.js';
import type { FieldFaultCode } from '../errors/index.js';
import { fieldFault } from './field-fault.js';

/** Anything with headers as they arrived: names and values by turns. Node's `headers` hides repetitions. */
export interface HeaderSource {
  readonly rawHeaders: readonly string[];
}

/** Every value of a header, in the order of arrival. `name` is lower-case. */
export function headerValues({ rawHeaders }: HeaderSource, name: string): string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
}

/** The value of a header that may stand only once; null when absent. Throws a `ValidationError` naming it when repeated. */
export function singleHeader(source: HeaderSource, name: string): string | null {
  const [value = null, ...more] = headerValues(source, name);
  if (more.length > 0) throw headerFault(name, 'REPEATED_HEADER');
  return value;
}

/** The 400 for a header. */
export function headerFault(name: string, code: FieldFaultCode, message?: string): ValidationError {
  return new ValidationError([fieldFault([name], code, message)]);
}

const LONGEST_KEY = 255;
const QUOTED_KEY = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
/** No quote: a quoted key gone wrong. No comma: two headers that a proxy made one. */
const BARE_KEY = /^[\x21\x23-\x2b\x2d-\x7e]+$/;

/**
 * The Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): a quoted string of RFC 8941, or the same text bare;
 * `"a"` and `a` are one key. 1 to 255 visible characters (within quotes also spaces); null when absent.
 * Throws a `ValidationError` for anything else, repetition included.
 */
export function readIdempotencyKey(source: HeaderSource): string | null {
  const value = singleHeader(source, 'idempotency-key');
  if (value === null) return null;
  const quoted = QUOTED_KEY.exec(value)?.[1];
  const key = quoted?.replace(/\\(["\\])/g, '$1') ?? (BARE_KEY.test(value) ? value : '');
  if (key.trim() === '' || key.length > LONGEST_KEY) {
    throw headerFault(
      'idempotency-key',
      'INVALID_FORMAT',
      'must hold 1 to 255 visible ASCII characters, quoted or bare.',
    );
  }
  return key;
}

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** The caller's `X-Request-Id` when there is exactly one of 1 to 64 characters `A-Z a-z 0-9 . _ -`; else null: make a new one. */
export function readRequestId(source: HeaderSource): string | null {
  const [value, ...more] = headerValues(source, 'x-request-id');
  return value !== undefined && more.length === 0 && REQUEST_ID.test(value) ? value : null;
}

/**
 * One piece of a Prefer header: text outside quotes, a quoted string, or one separator. An open quote takes the rest:
 * looking for its end again at every further quote would be quadratic.
 */
const PREFER_PIECE = /"(?:[^"\\]|\\.)*"?|[,;]|[^",;]+/g;

/** Whether `Prefer: respond-async` (RFC 7240) is asked for. Unknown and malformed preferences are ignored, as the RFC wants. */
export function prefersAsync(source: HeaderSource): boolean {
  return headerValues(source, 'prefer').some((value) => preferences(value).includes('respond-async'));
}

/** The preferences without their parameters, lower-case. */
function preferences(value: string): string[] {
  const found: string[] = [];
  let text = '';
  let inParameters = false;
  for (const [piece] of `${value},`.matchAll(PREFER_PIECE)) {
    if (piece === ',') {
      found.push(text.trim().toLowerCase());
      text = '';
      inParameters = false;
    } else if (piece === ';') inParameters = true;
    else if (!inParameters) text += piece;
  }
  return found;
}
