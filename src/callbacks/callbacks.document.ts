import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiParam } from '@nestjs/swagger';
import { ApiPublicProblems, AppError } from '../errors/index.js';
import { ReceivedDto } from './received.dto.js';

/** What is answered to whoever is not the provider, or signs with a secret that counts no more. */
export const REFUSED = ['unauthenticated', 'UNAUTHORIZED', 'The signature of the callback does not hold.'] as const;

/** `POST /v1/provider-callbacks/{provider}/{token}` */
export const Take = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'takeProviderCallback',
      summary: "Take in a provider's callback",
      description:
        'For providers, not for people: the address belongs in the settings of your account there. What is signed with a secret of the ' +
        'connection is stored before the answer; then the provider is asked, and its answer counts, not what the callback says. ' +
        'The same event may come any number of times.',
      security: [],
    }),
    ApiParam({ name: 'provider', description: 'Who calls.', example: 'sandbox' }),
    ApiParam({ name: 'token', description: "The secret end of the connection's address.", example: 'token' }),
    ApiConsumes('application/octet-stream'),
    ApiBody({
      description: 'As the provider documents it, up to 512 KiB; read as bytes.',
      schema: { type: 'string', format: 'binary' },
    }),
    ApiOkResponse({ type: ReceivedDto, description: 'Stored.' }),
    ApiPublicProblems('NOT_FOUND', new AppError(...REFUSED), 'PAYLOAD_TOO_LARGE', 'SERVICE_UNAVAILABLE'),
  );
