import { Injectable } from '@nestjs/common';
import { ContextSource, type ContextualRequest, requestContext, type RequestContext } from '../context/index.js';
import { Clock } from '../platform/clock.js';
import { presentedKey } from './api-key.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { KnownKeys } from './known-keys.js';

const BEARER = /^Bearer ([^\s]{1,128})$/i;

/** `Authorization: Bearer sk_live_..` or `sk_test_..` (RFC 6750) becomes a context. */
@Injectable()
export class ApiKeyContextSource extends ContextSource {
  readonly #known: KnownKeys;

  constructor(
    keys: ApiKeysRepository,
    private readonly clock: Clock,
  ) {
    super();
    this.#known = new KnownKeys((presented) => keys.find(presented), clock);
  }

  async contextOf(request: ContextualRequest): Promise<RequestContext | null> {
    const presented = presentedKey(BEARER.exec(request.headers.authorization ?? '')?.[1] ?? '');
    if (!presented) return null;
    const remembered = this.#known.get(presented);
    // Nearly always there: not worth a promise.
    const found = remembered === undefined ? await this.#known.look(presented) : remembered;
    if (!found || found.revoked || (found.expiresAt !== null && found.expiresAt <= this.clock.now())) return null;
    const { organizationId, livemode, principalId, scopes } = found;
    return requestContext({
      organizationId,
      livemode,
      scopes,
      actor: { id: `key:${found.id}`, principalId },
      requestId: request.id ?? '',
    });
  }
}
