import { Injectable } from '@nestjs/common';
import { ContextSource, type ContextualRequest, requestContext, type RequestContext } from '../context/index.js';
import { Clock } from '../platform/clock.js';
import { Remembered } from '../platform/remembered.js';
import { type PresentedKey, presentedKey } from './api-key.js';
import { ApiKeysRepository, type FoundKey } from './api-keys.repository.js';

const BEARER = /^Bearer ([^\s]{1,128})$/i;

/** How long a revoked key may still work, and an unknown one costs no look-up. */
const REMEMBERED_MS = 1_000;

/** `Authorization: Bearer sk_live_..` or `sk_test_..` (RFC 6750) becomes a context. */
@Injectable()
export class ApiKeyContextSource extends ContextSource {
  readonly #known: Remembered<PresentedKey, FoundKey>;

  constructor(
    keys: ApiKeysRepository,
    private readonly clock: Clock,
  ) {
    super();
    this.#known = new Remembered({
      nameOf: ({ livemode, hash }) => `${String(livemode)} ${hash.toString('base64')}`,
      lookUp: (presented) => keys.find(presented),
      forMs: REMEMBERED_MS,
      clock,
    });
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
