import type { ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { Scope } from './request-context.js';

/** Metadata key: the scope that a route needs, or `public`. */
export const ACCESS = 'customer-verifications:access';

/** Who may call the route that is about to run; the handler's own word counts before its class's. */
export function accessOf(reflector: Reflector, context: ExecutionContext): Scope | 'public' | undefined {
  return reflector.getAllAndOverride<Scope | 'public' | undefined>(ACCESS, [context.getHandler(), context.getClass()]);
}
