import { createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { TenantScope } from '../database/index.js';
import { AppError } from '../errors/index.js';
import type { KeyRing } from '../vault/index.js';

const MAC_BYTES = 16;

/**
 * Opaque cursors: a place in an ordered list, authenticated (HMAC-SHA-256) and bound to tenant, list and filters.
 * Places are text, so that microseconds survive.
 */
export class Cursors {
  /** Made once: from bytes, each MAC would make its own, at five times the cost. */
  readonly #secret: KeyObject;

  constructor(secret: Buffer) {
    this.#secret = createSecretKey(secret);
  }

  /** Cursors whose secret is derived from the current key of a ring; they end when another key takes its place. */
  static derivedFrom(ring: KeyRing): Cursors {
    return new Cursors(Buffer.from(hkdfSync('sha256', ring.current.key, '', 'customer-verifications cursor', 32)));
  }

  /** A cursor for the place behind `position`. `list` names the list and its filters. */
  issue(scope: TenantScope, list: string, position: string): string {
    return Buffer.concat([this.#mac(scope, list, position), Buffer.from(position, 'utf8')]).toString('base64url');
  }

  /** The position in a cursor. Throws `INVALID_CURSOR` (400) for any that was not issued for this tenant, list and filters. */
  read(scope: TenantScope, list: string, cursor: string): string {
    const bytes = Buffer.from(cursor, 'base64url');
    const position = bytes.subarray(MAC_BYTES).toString('utf8');
    // Base64 has several spellings of one value: only the one that we issue is taken.
    const canonical = bytes.length > MAC_BYTES && bytes.toString('base64url') === cursor;
    if (!canonical || !timingSafeEqual(bytes.subarray(0, MAC_BYTES), this.#mac(scope, list, position))) {
      throw new AppError('malformed', 'INVALID_CURSOR', 'The cursor was not issued for this list and these filters.');
    }
    return position;
  }

  #mac({ organizationId, livemode }: TenantScope, list: string, position: string): Buffer {
    const text = JSON.stringify([organizationId, livemode, list, position]);
    return createHmac('sha256', this.#secret).update(text).digest().subarray(0, MAC_BYTES);
  }
}
