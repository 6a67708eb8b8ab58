import { ValidationError } from '../errors/index.js';
import type { BodyRequest } from './body.middleware.js';
import { fieldFault } from './field-fault.js';
import { readQuery } from './query.js';

/** For a route that takes no parameters: throws a `ValidationError` that names those which came. */
export function refuseQuery({ originalUrl }: { readonly originalUrl: string }): void {
  readQuery(originalUrl, []);
}

/** For a route that takes no body: throws a `ValidationError` for any but `{}`, which some clients send with every POST. */
export function refuseBody({ body }: BodyRequest): void {
  if (body === undefined) return;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ValidationError([fieldFault([], 'INVALID_TYPE', 'must be left out.')]);
  }
  const surplus = Object.keys(body).map((name) => fieldFault([name], 'UNKNOWN_FIELD'));
  if (surplus.length > 0) throw new ValidationError(surplus);
}
