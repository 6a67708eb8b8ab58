import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AppError } from '../errors/index.js';
import { ContextSource, type ContextualRequest } from './context-source.js';
import type { Scope } from './request-context.js';
import { ACCESS } from './scope.decorator.js';

/**
 * Puts organization and actor into every request of our controllers. 401 without valid credentials, 403 without the route's scope,
 * both before anything is looked up.
 */
@Injectable()
export class ContextGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly source: ContextSource,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Scope | 'public' | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<ContextualRequest>();
    const found = await this.source.contextOf(request);
    if (!found)
      throw new AppError('unauthenticated', 'UNAUTHORIZED', 'Send a valid API key: Authorization: Bearer <key>.');
    if (access === undefined || !found.scopes.includes(access)) {
      throw new AppError('forbidden', 'FORBIDDEN', 'The credentials do not permit this call.', {
        members: { scope: access ?? null },
      });
    }
    request.verificationsContext = found;
    return true;
  }
}
