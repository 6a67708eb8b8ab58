import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AppError } from '../errors/index.js';
import { ACCESS } from './scope.decorator.js';

/** Refuses every route that says nothing about who may call it. Bound globally by the application, never by the library. */
@Injectable()
export class DenyAllGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const access = this.reflector.getAllAndOverride<unknown>(ACCESS, [context.getHandler(), context.getClass()]);
    if (access !== undefined) return true;
    throw new AppError('forbidden', 'FORBIDDEN', 'The credentials do not permit this call.');
  }
}
