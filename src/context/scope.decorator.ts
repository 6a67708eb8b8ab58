import { SetMetadata } from '@nestjs/common';
import type { Scope } from './request-context.js';

/** Metadata key: the scope that a route needs, or `public`. */
export const ACCESS = 'customer-verifications:access';

/** Names the one scope that a route needs. A route that names neither a scope nor {@link Public} is never served. */
export const RequireScope = (scope: Scope): MethodDecorator & ClassDecorator => SetMetadata(ACCESS, scope);

/** Opens a route to everybody. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(ACCESS, 'public');
