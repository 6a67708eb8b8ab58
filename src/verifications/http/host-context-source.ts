import { ContextSource, type ContextualRequest, type RequestContext } from '../../context/index.js';

/**
 * A host's authentication: the context of a request, best made by `requestContext`; null where it has none. A malformed one
 * (an organization that is no lower-case UUID) is the host's fault: it is logged, and the request answered with 500.
 */
export type ContextFunction = (request: ContextualRequest) => RequestContext | null | Promise<RequestContext | null>;

/** The host's own authentication as our source of contexts. */
export class HostContextSource extends ContextSource {
  constructor(private readonly context: ContextFunction) {
    super();
  }

  async contextOf(request: ContextualRequest): Promise<RequestContext | null> {
    return this.context(request);
  }
}
