/** Why a request ends, in words of the service. {@link ERRORS} says which codes, and with them which status, belong to a kind. */
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

/** What is fixed about an error code. */
export interface ErrorEntry {
  /** The kind under which services throw it; null for what the HTTP edge alone answers. */
  readonly kind: ErrorKind | null;
  readonly status: number;
  /** The problem document's `title`: the same at every occurrence. */
  readonly title: string;
  /** What it means and what to do; the `detail` where the occurrence has nothing better to say. */
  readonly description: string;
}

/** An entry that keeps its own kind in its type. */
interface EntryOf<K extends ErrorKind | null> extends ErrorEntry {
  readonly kind: K;
}

function row<const K extends ErrorKind | null>(
  status: number,
  kind: K,
  title: string,
  description: string,
): EntryOf<K> {
  return { kind, status, title, description };
}

/** Every `code` that a problem document can carry. The filter answers by it and the API document lists it. Codes are stable. */
export const ERRORS = {
  MALFORMED_JSON: row(400, 'malformed', 'Malformed JSON', 'The body is not JSON text in UTF-8.'),
  VALIDATION_ERROR: row(400, 'malformed', 'Validation error', 'The request has faults; see fields.'),
  INVALID_CURSOR: row(400, 'malformed', 'Invalid cursor', 'The cursor was not issued for this list and these filters.'),
  MALFORMED_REQUEST: row(400, 'malformed', 'Malformed request', 'The request cannot be understood as sent.'),
  UNAUTHORIZED: row(401, 'unauthenticated', 'Unauthorized', 'Send a valid API key: Authorization: Bearer <key>.'),
  FORBIDDEN: row(403, 'forbidden', 'Forbidden', 'The credentials do not permit this call.'),
  NOT_FOUND: row(404, 'not_found', 'Not found', 'Nothing is found at this address.'),
  METHOD_NOT_ALLOWED: row(405, null, 'Method not allowed', 'The address does not answer this method.'),
  REQUEST_TIMEOUT: row(408, null, 'Request timeout', 'The request did not arrive in time.'),
  INVALID_STATE_TRANSITION: row(409, 'conflict', 'Invalid state transition', 'The status cannot change in this way.'),
  IDEMPOTENCY_IN_PROGRESS: row(
    409,
    'conflict',
    'Idempotent request in progress',
    'A request with this key is under way.',
  ),
  NO_CUSTOMER_ACTION: row(409, 'conflict', 'No customer action', 'There is nothing for the customer to do.'),
  VERSION_CONFLICT: row(412, 'precondition_failed', 'Version conflict', 'It has changed since it was read.'),
  PAYLOAD_TOO_LARGE: row(413, 'too_large', 'Payload too large', 'The body is larger than is read here.'),
  UNSUPPORTED_MEDIA_TYPE: row(
    415,
    'unsupported_media_type',
    'Unsupported media type',
    'Send application/json in UTF-8.',
  ),
  UNKNOWN_PROVIDER: row(422, 'refused', 'Unknown provider', 'No such provider is wired here.'),
  CHECK_NOT_SUPPORTED: row(422, 'refused', 'Check not supported', 'The provider does not do this check.'),
  INPUT_REQUIRED: row(422, 'refused', 'Input required', 'The check needs input.'),
  CUSTOMER_NOT_FOUND: row(422, 'refused', 'Customer not found', 'There is no such customer.'),
  IDEMPOTENCY_KEY_REUSED: row(422, 'refused', 'Idempotency key reused', 'The key was used for another request.'),
  RATE_LIMITED: row(429, 'rate_limited', 'Too many requests', 'Wait as long as Retry-After says.'),
  HEADERS_TOO_LARGE: row(431, null, 'Request header fields too large', 'The headers are larger than is read here.'),
  INTERNAL_ERROR: row(500, null, 'Internal error', 'Something went wrong here. Quote the request_id to support.'),
  SERVICE_UNAVAILABLE: row(
    503,
    'unavailable',
    'Service unavailable',
    'It could not be confirmed that anything was stored. Repeat the request later, with its Idempotency-Key where it has one.',
  ),
  PROVIDER_UNAVAILABLE: row(
    503,
    'unavailable',
    'Provider unavailable',
    'The provider does not answer. Try again later.',
  ),
} as const;

/** One code of {@link ERRORS}. */
export type ErrorCode = keyof typeof ERRORS;

/** The codes of one kind. */
export type ErrorCodeOf<K extends ErrorKind> = {
  [C in ErrorCode]: (typeof ERRORS)[C]['kind'] extends K ? C : never;
}[ErrorCode];

/** Every `code` that one fault in `fields` can carry. Codes are stable. */
export const FIELD_FAULTS = {
  REQUIRED: 'is required',
  UNKNOWN_FIELD: 'is not a known field',
  REPEATED_FIELD: 'is given more than once',
  FORBIDDEN_FIELD_NAME: 'has a name that is never accepted',
  UNKNOWN_PARAMETER: 'is not a known parameter',
  REPEATED_PARAMETER: 'is given more than once',
  REPEATED_HEADER: 'is given more than once',
  INVALID_TYPE: 'has the wrong type',
  INVALID_FORMAT: 'has the wrong form',
  INVALID_TEXT: 'holds NUL or half a surrogate pair',
  OUT_OF_RANGE: 'is out of range',
  TOO_DEEP: 'is nested too deeply',
  UNKNOWN_VALUE: 'is not one of the known values',
} as const;

/** One code of {@link FIELD_FAULTS}. */
export type FieldFaultCode = keyof typeof FIELD_FAULTS;
