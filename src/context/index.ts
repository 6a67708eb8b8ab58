export { ContextGuard } from './context.guard.js';
export { ContextSource } from './context-source.js';
export { Ctx } from './ctx.decorator.js';
export type { ContextualRequest } from './context-source.js';
export { Public, RequireScope } from './scope.decorator.js';
export { DenyAllGuard } from './deny-all.guard.js';
export { requestContext, SCOPES } from './request-context.js';
export type { Actor, RequestContext, Scope } from './request-context.js';
export { RequestIdMiddleware } from './request-id.middleware.js';
