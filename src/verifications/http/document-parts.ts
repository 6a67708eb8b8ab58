import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiParam, ApiQuery } from '@nestjs/swagger';
import { NAME_PATTERN } from '../../providers/provider-registry.js';
import { STATUSES } from '../lifecycle/lifecycle.js';

const text = (description: string) => ({ description, schema: { type: 'string' as const } });
/** The version as a header. */
export const ETAG = { ETag: text('The version, for `If-Match` and `If-None-Match`.') };
/** A replay says so. */
export const REPLAYED = { 'Idempotent-Replayed': text('`true` where an earlier request with this key did the work.') };
/** Where the new verification is. */
export const LOCATION = { Location: text('The address of the verification.') };
/** Where the next page is. */
export const LINK = { Link: text('The address of the next page, `rel="next"`.') };
/** What can be done with a new verification, as links of the document. */
export const NEXT_STEPS = Object.fromEntries(
  ['getVerification', 'overrideVerification', 'listVerificationHistory', 'listVerificationEvidence'].map(
    (operationId) => [operationId, { operationId, parameters: { id: '$response.body#/data/id' } }],
  ),
);
/** What an Idempotency-Key may end in. */
export const BY_KEY = ['IDEMPOTENCY_KEY_REUSED', 'IDEMPOTENCY_IN_PROGRESS'] as const;
/** What reading a body may end in. */
export const BY_BODY = ['MALFORMED_JSON', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const;

/** The path's id. Without an example: only a verification of the caller's own would work. */
export const Id = (): MethodDecorator =>
  ApiParam({ name: 'id', description: 'The verification.', schema: { type: 'string', format: 'uuid' } });

/** The header `Idempotency-Key`. */
export const IdempotencyKey = (): MethodDecorator =>
  ApiHeader({
    name: 'Idempotency-Key',
    description:
      '1-255 visible characters, quoted or bare. The same key with the same request does nothing twice, for 7 days.',
    schema: { type: 'string', minLength: 1, maxLength: 257 },
  });

/** The header `Prefer`. */
export const RespondAsync = (): MethodDecorator =>
  ApiHeader({ name: 'Prefer', description: '`respond-async`: answer 202 at once.', schema: { type: 'string' } });

/** `limit` and `cursor`. */
export const Paged = (): MethodDecorator =>
  applyDecorators(
    ApiQuery({
      name: 'limit',
      required: false,
      description: 'How many at most.',
      schema: { type: 'integer', minimum: 1, maximum: 100, default: 25 },
    }),
    ApiQuery({
      name: 'cursor',
      required: false,
      description: 'The `next_cursor` of the page before.',
      schema: { type: 'string', maxLength: 512 },
    }),
  );

/** The filters of the list. */
export const Filtered = (): MethodDecorator =>
  applyDecorators(
    filter('customer_id', 'Of this customer.', { format: 'uuid' }),
    filter('status', 'With this status.', { enum: [...STATUSES] }),
    filter('verification_type', 'Of this type.', { pattern: NAME_PATTERN.source }),
    filter('occurred_after', '`created_at` at or after this time.', { format: 'date-time' }),
    filter('occurred_before', '`created_at` before this time.', { format: 'date-time' }),
  );

function filter(name: string, description: string, form: object): MethodDecorator {
  return ApiQuery({ name, required: false, description, schema: { type: 'string', ...form } });
}
