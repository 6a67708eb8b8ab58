import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import type { Logger } from 'pino';
import { RequestIdMiddleware } from './context/index.js';
import { answerClientError, ProblemFilter } from './errors/index.js';
import { requestLog } from './logging/index.js';
import { openApiDocument } from './openapi.js';
import { RandomIds } from './platform/ids.js';

/** Options that `NestFactory.create` needs for {@link setUp} to work: bodies are read by our own strict parser. */
export const APP_OPTIONS = { bodyParser: false } as const;

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** Everything about HTTP that is not a route: names of requests, log, problem documents, timeouts, Swagger UI at `/docs`. */
export function setUp(app: NestExpressApplication, logger: Logger): void {
  const requestIds = new RequestIdMiddleware(new RandomIds());
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.use(requestIds.use.bind(requestIds), requestLog(logger));
  app.useGlobalFilters(new ProblemFilter());
  const document = openApiDocument(app);
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'docs/openapi.json',
    yamlDocumentUrl: 'docs/openapi.yaml',
    customSiteTitle: 'Customer verifications',
    swaggerOptions: {
      persistAuthorization: true,
      tryItOutEnabled: true,
      displayRequestDuration: true,
      docExpansion: 'list',
    },
  });
  const server = app.getHttpServer();
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.on('clientError', answerClientError);
}
