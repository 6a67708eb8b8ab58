import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import { RequestIdMiddleware } from './context/index.js';
import { answerClientError, AppError, ProblemFilter } from './errors/index.js';
import { setUpExplorer } from './explorer.setup.js';
import { requestLog } from './logging/index.js';
import { openApiDocument } from './openapi.js';
import { RandomIds } from './platform/ids.js';

/** Options that `NestFactory.create` needs for {@link setUp} to work: bodies are read by our own strict parser. */
export const APP_OPTIONS = { bodyParser: false } as const;

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** Everything about HTTP that is not a route: {@link setUpServer}, and Swagger UI at `/docs`. */
export function setUp(app: NestExpressApplication, logger: Logger): void {
  setUpServer(app, logger);
  setUpExplorer(app, openApiDocument(app));
}

/** Names of requests, log, problem documents, timeouts: all that a process without the API needs too. */
export function setUpServer(app: NestExpressApplication, logger: Logger): void {
  const requestIds = new RequestIdMiddleware(new RandomIds());
  app.enable('case sensitive routing');
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.use(requestIds.use.bind(requestIds), requestLog(logger), requireHost);
  app.useGlobalFilters(new ProblemFilter());
  const server = app.getHttpServer();
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.on('clientError', answerClientError);
  // Node's own refusals are no problem documents: a missing host is refused below, an unknown expectation may be ignored (RFC 9110, 10.1.1).
  Object.assign(server, { requireHostHeader: false });
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

/** RFC 9112, section 3.2: a request of HTTP/1.1 names its host. */
function requireHost(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  if (request.httpVersion !== '1.1' || request.headers.host !== undefined) {
    next();
    return;
  }
  const error = new AppError('malformed', 'MALFORMED_REQUEST', 'The request names no host.');
  new ProblemFilter().answer(error, request, response);
}
