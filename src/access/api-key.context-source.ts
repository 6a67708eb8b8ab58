import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { ContextSource, type ContextualRequest, requestContext, type RequestContext } from '../context/index.js';
import { Clock, epochMilliseconds } from '../platform/clock.js';
import { type PresentedKey, presentedKey } from './api-key.js';
import { ApiKeysRepository, type FoundKey } from './api-keys.repository.js';

/** How long an answer about a key is used again: so long a revoked key may still work, and an unknown one costs no look-up. */
const CACHE_MS = 1_000;
const CACHED_KEYS = 10_000;
const BEARER = /^Bearer ([^\s]{1,128})$/i;

interface Cached {
  readonly found: FoundKey | null;
}

/** `Authorization: Bearer sk_live_..` or `sk_test_..` (RFC 6750) becomes a context. */
@Injectable()
export class ApiKeyContextSource extends ContextSource {
  readonly #cache: LRUCache<string, Cached, PresentedKey>;

  constructor(
    keys: ApiKeysRepository,
    private readonly clock: Clock,
  ) {
    super();
    this.#cache = new LRUCache<string, Cached, PresentedKey>({
      max: CACHED_KEYS,
      ttl: CACHE_MS,
      ttlResolution: 0,
      perf: { now: () => epochMilliseconds(clock.now()) },
      // Misses are held too; requests that come meanwhile with the same key share one look-up.
      fetchMethod: async (_, __, { context }) => ({ found: await keys.find(context) }),
    });
  }

  async contextOf(request: ContextualRequest): Promise<RequestContext | null> {
    const presented = presentedKey(BEARER.exec(request.headers.authorization ?? '')?.[1] ?? '');
    if (!presented) return null;
    const name = presented.hash.toString('base64');
    // Nearly always there: not worth a promise.
    const cached = this.#cache.get(name) ?? (await this.#cache.fetch(name, { context: presented }));
    const found = cached?.found;
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
