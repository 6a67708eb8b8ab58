import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { completed } from './openapi.completion.js';

const DESCRIPTION = `Tracks customer verifications: identity and compliance checks that external providers perform.

Each verification has a status: \`pending\` until the provider decides, then \`verified\`, \`failed\` or \`expired\`.
A provider's outage is never a customer's failure: it leaves the verification \`pending\` with a \`reason\` that names the fault.

**To try it**, press *Authorize* and paste an API key; \`npm start\` prints two for development. Test keys (\`sk_test_..\`) and
live keys (\`sk_live_..\`) see two worlds that never mix. Then execute *Start a verification*: its examples work as they are,
and in this explorer the \`id\` of the new verification is filled in wherever one is asked for.

Errors are problem documents (RFC 9457) with a stable \`code\`. Every answer names its request in \`X-Request-Id\`.`;

/** The API document (OpenAPI 3.1) of an application, as Swagger UI shows it and docs/openapi.json holds it. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Customer verifications')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .addServer('/', 'This server')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key: `sk_live_..` or `sk_test_..`.' })
    .addTag('verifications', 'Start, read and decide verifications.')
    .addTag('providers', 'What can be asked of whom.')
    .addTag('provider connections', 'By whose account they are asked: your own credentials and settings.')
    .addTag('provider callbacks', 'Where providers say that something has changed.')
    .addTag('health', 'For whatever keeps the process running.')
    .build();
  return completed(SwaggerModule.createDocument(app, config));
}
