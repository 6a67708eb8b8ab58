import { ContextSource, type ContextualRequest, requestContext, type RequestContext } from '../../context/index.js';

/** A host's authentication: the context of a request; null where it has none. */
export type ContextFunction = (request: ContextualRequest) => RequestContext | null | Promise<RequestContext | null>;

/** The host's own authentication as our source of contexts. */
export class HostContextSource extends ContextSource {
  constructor(private readonly context: ContextFunction) {
    super();
  }

  async contextOf(request: ContextualRequest): Promise<RequestContext | null> {
    const found = await this.context(request);
    return found && requestContext(found);
  }
}
