import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AppError } from '../errors/index.js';
import { accessOf } from './route-access.js';

/** Refuses every route that says nothing about who may call it. Bound globally by the application, never by the library. */
@Injectable()
export class DenyAllGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (accessOf(this.reflector, context) !== undefined) return true;
    throw new AppError('forbidden', 'FORBIDDEN', 'The credentials do not permit this call.');
  }
}
