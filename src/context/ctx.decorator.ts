import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ContextualRequest } from './context-source.js';
import type { RequestContext } from './request-context.js';

/** Hands the request's context to a handler. Throws where no guard made one: a route without a guard must not run at all. */
export const Ctx = createParamDecorator((_: unknown, context: ExecutionContext): RequestContext => {
  const { verificationsContext } = context.switchToHttp().getRequest<ContextualRequest>();
  if (!verificationsContext) throw new Error('no guard has made a request context for this route');
  return verificationsContext;
});
