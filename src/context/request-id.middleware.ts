import type { ServerResponse } from 'node:http';
import { Injectable, type NestMiddleware } from '@nestjs/common';
import { readRequestId } from '../input/index.js';
import { Ids } from '../platform/ids.js';
import type { ContextualRequest } from './context-source.js';

/** Names each request: by its own `X-Request-Id` where that is well formed, else by a new UUID. The answer repeats it. */
@Injectable()
export class RequestIdMiddleware implements NestMiddleware<ContextualRequest, ServerResponse> {
  constructor(private readonly ids: Ids) {}

  use(request: ContextualRequest, response: ServerResponse, next: () => void): void {
    request.id ??= readRequestId(request) ?? this.ids.next();
    response.setHeader('x-request-id', request.id);
    next();
  }
}
