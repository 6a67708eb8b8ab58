import type { IncomingMessage } from 'node:http';
import type { RequestContext } from './request-context.js';

/** A request that a guard has looked at. */
export interface ContextualRequest extends IncomingMessage {
  /** Set by the first middleware; answered as `X-Request-Id`. */
  id?: string;
  verificationsContext?: RequestContext;
}

/** Turns a request's credentials into a context. The application's reads API keys; a host application brings its own. */
export abstract class ContextSource {
  /** Null where the credentials are missing or not (or no longer) valid. Throws where they can't be judged now. */
  abstract contextOf(request: ContextualRequest): Promise<RequestContext | null>;
}
