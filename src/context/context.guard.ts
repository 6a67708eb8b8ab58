import { type CanActivate, type ExecutionContext, Injectable, Logger } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AppError } from '../errors/index.js';
import { ContextSource, type ContextualRequest } from './context-source.js';
import { assertContext, ContextFault, type RequestContext } from './request-context.js';
import { accessOf } from './route-access.js';

/**
 * Puts organization and actor into every request of our controllers. 401 without valid credentials, 403 without the route's scope,
 * both before anything is looked up. Throws a {@link ContextFault} for a malformed context, and logs what is wrong with it.
 */
@Injectable()
export class ContextGuard implements CanActivate {
  readonly #logger = new Logger(ContextGuard.name);

  constructor(
    private readonly reflector: Reflector,
    private readonly source: ContextSource,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = accessOf(this.reflector, context);
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<ContextualRequest>();
    // Bound to the class and to the route, it runs twice; who asks is found out once.
    const found = request.verificationsContext ?? (await this.#contextOf(request));
    if (access === undefined || !found.scopes.includes(access)) {
      throw new AppError('forbidden', 'FORBIDDEN', 'The credentials do not permit this call.', {
        members: { scope: access ?? null },
      });
    }
    request.verificationsContext = found;
    return true;
  }

  async #contextOf(request: ContextualRequest): Promise<RequestContext> {
    const found = await this.#ask(request);
    if (found) return found;
    throw new AppError('unauthenticated', 'UNAUTHORIZED', 'Send a valid API key: Authorization: Bearer <key>.');
  }

  async #ask(request: ContextualRequest): Promise<RequestContext | null> {
    try {
      const found = await this.source.contextOf(request);
      if (found) assertContext(found);
      return found;
    } catch (error) {
      // It is answered like any other fault, and of those the log gives no message; this one's holds no value.
      if (error instanceof ContextFault) this.#logger.error({ event: 'malformed_context', fault: error.message });
      throw error;
    }
  }
}
