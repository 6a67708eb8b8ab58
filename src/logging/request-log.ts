import type { ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { ContextualRequest } from '../context/index.js';
import { elapsedMs, stopwatch } from '../platform/clock.js';

/** The request as Express leaves it: `route` is the template that matched. */
type RoutedRequest = ContextualRequest & { readonly route?: { readonly path?: unknown } };

/**
 * One line for each request when it is over: who, what, how long. The route is the template, never the address: ids and queries
 * may point at persons.
 */
export function requestLog(root: Logger) {
  // Its fields are those written here, none of them a secret: looking for secrets would cost more than the line.
  const logger = root.child({}, { redact: [] });
  return (request: RoutedRequest, response: ServerResponse, next: () => void): void => {
    const began = stopwatch();
    response.once('close', () => {
      const { id, method, route, verificationsContext: ctx } = request;
      logger.info({
        event: 'request',
        request_id: id,
        method,
        route: typeof route?.path === 'string' ? route.path : null,
        status: response.writableFinished ? response.statusCode : null,
        milliseconds: elapsedMs(began),
        organization_id: ctx?.organizationId ?? null,
        livemode: ctx?.livemode ?? null,
        actor_id: ctx?.actor.id ?? null,
      });
    });
    next();
  };
}
