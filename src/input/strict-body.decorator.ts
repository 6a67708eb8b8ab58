import { createParamDecorator, type ExecutionContext, type Type } from '@nestjs/common';
import { validateBody } from './validation.js';

/**
 * The body, as an instance of a DTO class; a 400 names every fault. Not Nest's `@Body()`: pipes that a host application binds to all
 * its routes would judge or change the body before us.
 */
export const StrictBody = createParamDecorator((dto: Type<object>, context: ExecutionContext): object =>
  validateBody(dto, context.switchToHttp().getRequest<{ body: unknown }>().body),
);

/** The same for a body that may be left out, which is like `{}`: some clients send that with every POST. */
export const OptionalStrictBody = createParamDecorator((dto: Type<object>, context: ExecutionContext): object => {
  const { body } = context.switchToHttp().getRequest<{ body: unknown }>();
  return validateBody(dto, body === undefined ? {} : body);
});
