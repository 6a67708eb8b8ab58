/** Which HTTP status an error becomes; the service knows kinds, only the filter knows statuses. */
export type ErrorKind =
  | 'malformed'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'precondition_failed'
  | 'too_large'
  | 'unsupported_media_type'
  | 'refused'
  | 'rate_limited'
  | 'unavailable';

/** One fault in the input. `field` is a path such as `input.vat_number`; the message never repeats the value. */
export interface FieldFault {
  readonly field: string;
  /** SCREAMING_SNAKE, stable, e.g. `REQUIRED`, `UNKNOWN_FIELD`, `INVALID_FORMAT`. */
  readonly code: string;
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

/**
 * The one error that ends a request on purpose. `code` is SCREAMING_SNAKE and stable; `message` is for people, becomes the
 * problem document's `detail` (RFC 9457) and holds no personal data, SQL or path.
 */
export class AppError extends Error {
  override readonly name: string = 'AppError';

  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    readonly details: ErrorDetails = {},
  ) {
    super(message, { cause: details.cause });
  }
}

/** 400 with the faults by field; at least one. */
export class ValidationError extends AppError {
  override readonly name = 'ValidationError';

  constructor(fields: readonly FieldFault[]) {
    super('malformed', 'VALIDATION_ERROR', 'The request has faults; see fields.', { fields });
  }
}
