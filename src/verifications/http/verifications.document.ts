import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiAcceptedResponse,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
} from '@nestjs/swagger';
import { NAME_PATTERN } from '../../providers/provider-registry.js';
import { STATUSES } from '../lifecycle/lifecycle.js';
import { ApiProblems } from './api-problems.decorator.js';
import { EvidencePageDto, HistoryPageDto } from './history.dto.js';
import {
  CreateVerificationDto,
  OverrideVerificationDto,
  StartedVerificationDto,
  VerificationEnvelopeDto,
  VerificationPageDto,
} from './verification.dto.js';

const text = (description: string) => ({ description, schema: { type: 'string' as const } });
const ETAG = { ETag: text('The version, for `If-Match` and `If-None-Match`.') };
const REPLAYED = { 'Idempotent-Replayed': text('`true` where an earlier request with this key did the work.') };
const LINK = { Link: text('The address of the next page, `rel="next"`.') };
const BY_KEY = ['IDEMPOTENCY_KEY_REUSED', 'IDEMPOTENCY_IN_PROGRESS'] as const;
const BY_BODY = ['MALFORMED_JSON', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const;

const Id = (): MethodDecorator =>
  ApiParam({
    name: 'id',
    description: 'The verification.',
    schema: { type: 'string', format: 'uuid' },
    example: '0199a3f1-1111-7222-8333-444455556666',
  });

const IdempotencyKey = (): MethodDecorator =>
  ApiHeader({
    name: 'Idempotency-Key',
    description:
      '1-255 visible characters, quoted or bare. The same key with the same request does nothing twice, for 7 days.',
    schema: { type: 'string', minLength: 1, maxLength: 257 },
  });

const Paged = (): MethodDecorator =>
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

/** `GET /v1/verifications` */
export const List = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'listVerifications',
      summary: 'List verifications, newest first',
      description:
        'Pages are stable: what is created or changed meanwhile neither repeats nor hides a row. Scope `verifications:read`.',
    }),
    ApiQuery({
      name: 'customer_id',
      required: false,
      description: 'Of this customer.',
      schema: { type: 'string', format: 'uuid' },
    }),
    ApiQuery({
      name: 'status',
      required: false,
      description: 'With this status.',
      schema: { type: 'string', enum: [...STATUSES] },
    }),
    ApiQuery({
      name: 'verification_type',
      required: false,
      description: 'Of this type.',
      schema: { type: 'string', pattern: NAME_PATTERN.source },
    }),
    ApiQuery({
      name: 'occurred_after',
      required: false,
      description: '`created_at` at or after this time.',
      schema: { type: 'string', format: 'date-time' },
    }),
    ApiQuery({
      name: 'occurred_before',
      required: false,
      description: '`created_at` before this time.',
      schema: { type: 'string', format: 'date-time' },
    }),
    Paged(),
    ApiOkResponse({ type: VerificationPageDto, description: 'A page.', headers: LINK }),
    ApiProblems('VALIDATION_ERROR', 'INVALID_CURSOR'),
  );

/** `POST /v1/verifications` */
export const Create = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'createVerification',
      summary: 'Start a verification',
      description:
        'Stores the verification, asks the provider, and waits up to 5 s for the outcome. A provider that is slow or down is no error: ' +
        'the verification is `pending`, its `reason` names the fault, and work goes on. Scope `verifications:write`.',
    }),
    IdempotencyKey(),
    ApiHeader({ name: 'Prefer', description: '`respond-async`: answer 202 at once.', schema: { type: 'string' } }),
    ApiBody({
      type: CreateVerificationDto,
      examples: {
        vat: example('A VAT number by form and checksum', 'business_entity', 'vat_format', {
          vat_number: 'IE6388047V',
        }),
        iban: example('An IBAN by form and checksum', 'bank_account', 'iban_format', {
          iban: 'GB82WEST12345698765432',
        }),
        review: {
          summary: 'A decision by a person',
          value: { customer_id: CUSTOMER, provider: 'manual', verification_type: 'identity' },
        },
      },
    }),
    ApiCreatedResponse({
      type: StartedVerificationDto,
      description: 'Stored, and as far as it got.',
      headers: { ...ETAG, ...REPLAYED, Location: text('The address of the verification.') },
    }),
    ApiAcceptedResponse({
      type: StartedVerificationDto,
      description: 'Stored; the caller did not want to wait.',
      headers: ETAG,
    }),
    ApiProblems('VALIDATION_ERROR', ...BY_BODY, 'UNKNOWN_PROVIDER', 'CHECK_NOT_SUPPORTED', 'INPUT_REQUIRED', ...BY_KEY),
  );

const CUSTOMER = '0199a3f0-7c1e-7cc3-9d6b-0d3c5f1e2a4b';

function example(
  summary: string,
  verification_type: string,
  check_type: string,
  input: object,
): { summary: string; value: object } {
  return { summary, value: { customer_id: CUSTOMER, provider: 'offline', verification_type, check_type, input } };
}

/** `GET /v1/verifications/{id}` */
export const Get = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'getVerification',
      summary: 'Read a verification',
      description: 'Scope `verifications:read`.',
    }),
    Id(),
    ApiHeader({
      name: 'If-None-Match',
      description: 'The `ETag` that the caller has: 304 while it is the present one.',
      schema: { type: 'string' },
    }),
    ApiOkResponse({ type: VerificationEnvelopeDto, description: 'The verification.', headers: ETAG }),
    ApiResponse({ status: 304, description: 'The caller has the present version.' }),
    ApiProblems('VALIDATION_ERROR', 'NOT_FOUND'),
  );

/** `PATCH /v1/verifications/{id}` */
export const Override = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'overrideVerification',
      summary: 'Override a verification',
      description:
        'The decision of an administrator. It stands until the next recheck, whatever the provider says meanwhile. ' +
        'Overrides are serialised; `If-Match` makes sure that it is the version seen. Scope `verifications:override`.',
    }),
    Id(),
    IdempotencyKey(),
    ApiHeader({
      name: 'If-Match',
      description: 'The `ETag` seen: 412 where it is no longer the present one.',
      schema: { type: 'string' },
    }),
    ApiBody({ type: OverrideVerificationDto }),
    ApiOkResponse({ type: VerificationEnvelopeDto, description: 'Changed.', headers: { ...ETAG, ...REPLAYED } }),
    ApiProblems('VALIDATION_ERROR', ...BY_BODY, 'NOT_FOUND', 'INVALID_STATE_TRANSITION', 'VERSION_CONFLICT', ...BY_KEY),
  );

/** `POST /v1/verifications/{id}/customer-action` */
export const IssueCustomerAction = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'issueCustomerAction',
      summary: 'Get a fresh URL for the customer',
      description:
        'For checks in which the customer must do something at the provider. The URL is never stored. Scope `verifications:write`.',
    }),
    Id(),
    IdempotencyKey(),
    ApiOkResponse({
      type: StartedVerificationDto,
      description: 'The verification and the URL.',
      headers: { ...ETAG, ...REPLAYED },
    }),
    ApiProblems('VALIDATION_ERROR', 'NOT_FOUND', 'NO_CUSTOMER_ACTION', 'PROVIDER_UNAVAILABLE', ...BY_KEY),
  );

/** `GET /v1/verifications/{id}/history` */
export const History = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'listVerificationHistory',
      summary: 'Who changed what, when and why',
      description: 'The events of a verification, oldest first. Scope `verifications:read`.',
    }),
    Id(),
    Paged(),
    ApiOkResponse({ type: HistoryPageDto, description: 'A page.', headers: LINK }),
    ApiProblems('VALIDATION_ERROR', 'INVALID_CURSOR', 'NOT_FOUND'),
  );

/** `GET /v1/verifications/{id}/evidence` */
export const Evidence = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'listVerificationEvidence',
      summary: 'What was asked and answered',
      description: 'Personal data, decrypted for this reading, which itself becomes an event. Scope `evidence:read`.',
    }),
    Id(),
    Paged(),
    ApiOkResponse({ type: EvidencePageDto, description: 'A page.', headers: LINK }),
    ApiProblems('VALIDATION_ERROR', 'INVALID_CURSOR', 'NOT_FOUND'),
  );
