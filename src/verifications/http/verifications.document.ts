import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiAcceptedResponse,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiResponse,
} from '@nestjs/swagger';
import { ApiProblems } from '../../errors/index.js';
import {
  BY_BODY,
  BY_KEY,
  ETAG,
  Filtered,
  Id,
  IdempotencyKey,
  LINK,
  LOCATION,
  NEXT_STEPS,
  Paged,
  REPLAYED,
  RespondAsync,
} from './document-parts.js';
import { CREATE_EXAMPLES, OVERRIDE_EXAMPLES, RECHECK_EXAMPLES } from './verification.examples.js';
import { EvidencePageDto, HistoryPageDto } from './history.dto.js';
import {
  CreateVerificationDto,
  OverrideVerificationDto,
  RecheckVerificationDto,
  StartedVerificationDto,
  VerificationEnvelopeDto,
  VerificationPageDto,
} from './verification.dto.js';

const STARTED = { type: StartedVerificationDto, headers: { ...ETAG, ...REPLAYED } };
const CREATED = { ...STARTED, headers: { ...STARTED.headers, ...LOCATION }, links: NEXT_STEPS };

/** `GET /v1/verifications` */
export const List = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'listVerifications',
      summary: 'List verifications, newest first',
      description:
        'What is created meanwhile neither repeats nor hides a row. With the filter `status`, a row whose status changes between two pages ' +
        'may be on none of them. Scope `verifications:read`.',
    }),
    Filtered(),
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
    RespondAsync(),
    ApiBody({ type: CreateVerificationDto, examples: CREATE_EXAMPLES }),
    ApiCreatedResponse({
      ...CREATED,
      description: 'Stored, and as far as it got.',
    }),
    ApiAcceptedResponse({
      ...CREATED,
      description: 'Stored; the caller did not want to wait (`Prefer: respond-async`).',
    }),
    ApiProblems(
      'VALIDATION_ERROR',
      ...BY_BODY,
      'UNKNOWN_PROVIDER',
      'CHECK_NOT_SUPPORTED',
      'INPUT_REQUIRED',
      'CUSTOMER_NOT_FOUND',
      ...BY_KEY,
    ),
  );

/** `GET /v1/verifications/{id}` */
export const Get = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'getVerification',
      summary: 'Read a verification',
      description:
        'As it is now, with its version as `ETag`. An unknown id and that of another organization answer alike. Scope `verifications:read`.',
    }),
    Id(),
    ApiHeader({
      name: 'If-None-Match',
      description: 'The `ETag` that the caller has: 304 while it is the present one.',
      schema: { type: 'string' },
    }),
    ApiOkResponse({ type: VerificationEnvelopeDto, description: 'The verification.', headers: ETAG }),
    ApiResponse({ status: 304, description: 'The caller has the present version.', headers: ETAG }),
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
    ApiBody({ type: OverrideVerificationDto, examples: OVERRIDE_EXAMPLES }),
    ApiOkResponse({ type: VerificationEnvelopeDto, description: 'Changed.', headers: { ...ETAG, ...REPLAYED } }),
    ApiProblems('VALIDATION_ERROR', ...BY_BODY, 'NOT_FOUND', 'INVALID_STATE_TRANSITION', 'VERSION_CONFLICT', ...BY_KEY),
  );

/** `POST /v1/verifications/{id}/recheck` */
export const Recheck = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'recheckVerification',
      summary: 'Ask the provider again',
      description:
        'Opens a new round where the provider has decided, and ends the standing of an override; brings the next question forward where it has not. ' +
        'A verified verification stays verified until the round decides otherwise. Two rechecks at once are one. ' +
        'With `input` the new round asks about that: 409 while one is under way with another input, 422 `CHECK_NOT_SUPPORTED` where the provider ' +
        'is asked about the check that it has. What is no longer kept must be brought, else 422 `INPUT_REQUIRED`. Scope `verifications:write`.',
    }),
    Id(),
    IdempotencyKey(),
    RespondAsync(),
    ApiBody({ type: RecheckVerificationDto, required: false, examples: RECHECK_EXAMPLES }),
    ApiOkResponse({ ...STARTED, description: 'The provider answered in time.' }),
    ApiAcceptedResponse({ ...STARTED, description: 'Asked; the answer reaches the verification later.' }),
    ApiProblems(
      'VALIDATION_ERROR',
      ...BY_BODY,
      'NOT_FOUND',
      'CHECK_NOT_SUPPORTED',
      'INPUT_REQUIRED',
      'INVALID_STATE_TRANSITION',
      ...BY_KEY,
    ),
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
    ApiOkResponse({ ...STARTED, description: 'The verification and the URL.' }),
    ApiProblems('VALIDATION_ERROR', ...BY_BODY, 'NOT_FOUND', 'NO_CUSTOMER_ACTION', 'PROVIDER_UNAVAILABLE', ...BY_KEY),
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
