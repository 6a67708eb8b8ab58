import { ERRORS } from './catalogue.js';
import type { ErrorCode, ErrorCodeOf, ErrorKind, FieldFaultCode } from './catalogue.js';

/** One fault in the input. `field` is a path such as `input.vat_number`; the message never repeats the value. */
export interface FieldFault {
  readonly field: string;
  readonly code: FieldFaultCode;
  readonly message: string;
}

/** What an {@link AppError} carries besides kind, code and message. */
export interface ErrorDetails {
  readonly fields?: readonly FieldFault[];
  /** Seconds after which a repetition makes sense; becomes `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** Further members of the problem document, e.g. `from`, `to`, `allowed`. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** Kind, code, message, details. A code under a kind that is not its own does not compile. */
export type AppErrorArguments = {
  [K in ErrorKind]: [kind: K, code: ErrorCodeOf<K>, message: string, details?: ErrorDetails];
}[ErrorKind];

/**
 * The one error that ends a request on purpose. `code` is SCREAMING_SNAKE and stable; `message` is for people, becomes the
 * problem document's `detail` (RFC 9457) and holds no personal data, SQL or path.
 */
export class AppError extends Error {
  override readonly name: string = 'AppError';
  readonly kind: ErrorKind;
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(...[kind, code, message, details = {}]: AppErrorArguments) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.code = code;
    this.details = details;
  }
}

/** Largest number of faults in one answer: a body of 64 KiB can hold thousands. */
const MOST_FAULTS = 32;

/** 400 with the faults by field; at least one, the first 32 of more. */
export class ValidationError extends AppError {
  override readonly name = 'ValidationError';

  constructor(fields: readonly FieldFault[]) {
    super('malformed', 'VALIDATION_ERROR', ERRORS.VALIDATION_ERROR.description, {
      fields: fields.slice(0, MOST_FAULTS),
    });
  }
}
