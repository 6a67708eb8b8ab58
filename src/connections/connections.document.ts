import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
} from '@nestjs/swagger';
import { ApiProblems } from '../errors/index.js';
import {
  ConnectionEnvelopeDto,
  ConnectionListDto,
  ConnectionTestEnvelopeDto,
  PutConnectionDto,
} from './connection.dto.js';

const ETAG = { ETag: { description: 'Which state this is, for `If-Match`.', schema: { type: 'string' as const } } };

/** Each is taken as it stands, by the provider that its summary names. */
const PUT_EXAMPLES = {
  companies_house: {
    summary: 'companies_house: the key of an account of your own',
    value: { settings: { strike_off: 'review' }, credentials: { api_key: 'the key of your account there' } },
  },
  vies: {
    summary: 'vies: no key, a number of your own that is proof of the question',
    value: { settings: { requester_country: 'DE', requester_vat: '143454214' } },
  },
  middesk: {
    summary: 'middesk: it calls back, signed with a secret that you give it',
    value: { credentials: { api_key: 'the key of your account there' }, callback_secrets: ['a long secret'] },
  },
};

const Provider = (): MethodDecorator =>
  ApiParam({ name: 'provider', description: 'Whose connection.', example: 'companies_house' });
const IfMatch = (): MethodDecorator =>
  ApiHeader({
    name: 'If-Match',
    description: 'Only where the connection has this version.',
    schema: { type: 'string' },
  });

const IfNoneMatch = (): MethodDecorator =>
  ApiHeader({
    name: 'If-None-Match',
    description: 'Only where the connection has none of these versions; `*`: only where there is none.',
    schema: { type: 'string' },
  });
/** As on every other `POST`; what is malformed is refused here too. */
const IdempotencyKey = (): MethodDecorator =>
  ApiHeader({
    name: 'Idempotency-Key',
    description:
      '1-255 visible characters, quoted or bare. Nothing is recorded: a test changes nothing, and a repeated one asks again.',
    schema: { type: 'string', minLength: 1, maxLength: 257 },
  });

/** `GET /v1/provider-connections` */
export const List = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'listProviderConnections',
      summary: "List the organization's own connections to providers",
      description:
        'Live ones for a live key, test ones for a test key. Where an organization has none, the deployment’s counts: `GET /v1/providers` says ' +
        'which. Scope `connections:read`.',
    }),
    ApiOkResponse({ type: ConnectionListDto, description: 'All of them, by provider.' }),
    ApiProblems('VALIDATION_ERROR'),
  );

/** `GET /v1/provider-connections/{provider}` */
export const Get = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'getProviderConnection',
      summary: "Read the organization's own connection to a provider",
      description: 'Without its secrets. Scope `connections:read`.',
    }),
    Provider(),
    ApiOkResponse({ type: ConnectionEnvelopeDto, description: 'The connection.', headers: ETAG }),
    ApiProblems('VALIDATION_ERROR', 'NOT_FOUND'),
  );

/** `PUT /v1/provider-connections/{provider}` */
export const Put = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'putProviderConnection',
      summary: "Set up or change the organization's own connection to a provider",
      description:
        'Settings are replaced as a whole; secrets that are left out stay as they are. It counts for every call that begins a second later. ' +
        'The provider is not asked: see the test. Scope `connections:write`.',
    }),
    Provider(),
    IfMatch(),
    IfNoneMatch(),
    ApiBody({ type: PutConnectionDto, examples: PUT_EXAMPLES }),
    ApiOkResponse({ type: ConnectionEnvelopeDto, description: 'Changed.', headers: ETAG }),
    ApiCreatedResponse({ type: ConnectionEnvelopeDto, description: 'Set up.', headers: ETAG }),
    ApiProblems(
      'VALIDATION_ERROR',
      'MALFORMED_JSON',
      'PAYLOAD_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
      'NOT_FOUND',
      'VERSION_CONFLICT',
    ),
  );

/** `DELETE /v1/provider-connections/{provider}` */
export const Remove = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'removeProviderConnection',
      summary: "Remove the organization's own connection to a provider",
      description:
        'Its secrets are destroyed and its callbacks refused. What is still pending goes on by the deployment’s connection, if there is one. ' +
        'Scope `connections:write`.',
    }),
    Provider(),
    IfMatch(),
    IfNoneMatch(),
    ApiNoContentResponse({ description: 'Removed.' }),
    ApiProblems('VALIDATION_ERROR', 'NOT_FOUND', 'VERSION_CONFLICT'),
  );

/** `POST /v1/provider-connections/{provider}/test` */
export const Test = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'testProviderConnection',
      summary: 'Try the connection that counts',
      description:
        'Asks the provider something harmless and free, by the organization’s own connection or else by the deployment’s, for up to 10 s. That it does ' +
        'not work is an answer, no error. Scope `connections:write`.',
    }),
    Provider(),
    IdempotencyKey(),
    ApiOkResponse({ type: ConnectionTestEnvelopeDto, description: 'What came of it.' }),
    ApiProblems(
      'VALIDATION_ERROR',
      'MALFORMED_JSON',
      'PAYLOAD_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
      'NOT_FOUND',
      'CHECK_NOT_SUPPORTED',
    ),
  );
