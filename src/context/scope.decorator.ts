import { applyDecorators, SetMetadata, UseGuards } from '@nestjs/common';
import { ContextGuard } from './context.guard.js';
import type { Scope } from './request-context.js';
import { ACCESS } from './route-access.js';

/**
 * Names the one scope that a route needs, and brings the guard that sees to it. A route that names neither a scope nor
 * {@link Public} is never served.
 */
export const RequireScope = (scope: Scope): MethodDecorator & ClassDecorator =>
  applyDecorators(SetMetadata(ACCESS, scope), UseGuards(ContextGuard));

/** Opens a route to everybody. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(ACCESS, 'public');
