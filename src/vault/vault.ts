import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { TenantScope } from '../database/index.js';
import { type KeyRing, MissingKeyError } from './key-ring.js';

/** Where a ciphertext belongs. It opens nowhere else: all members are additional authenticated data. */
export interface Place {
  readonly scope: TenantScope;
  /** Table and column, e.g. `evidence.sealed`. */
  readonly column: string;
  /** The row's key within the tenant. */
  readonly row: string;
}

/** A data key, wrapped by a key of the ring for storage. */
export interface WrappedKey {
  readonly ringKeyId: string;
  readonly wrapped: Buffer;
}

/** What keeps a ciphertext shut: its key is not in the ring; or the key, the place or a byte of it is another than it was. */
export type VaultFault = 'key_missing' | 'not_openable';

/** A ciphertext that its key does not open here. It may yet open, where the ring names another key by the id of the right one. */
export class NotOpenableError extends Error {
  override readonly name = 'NotOpenableError';

  constructor(options?: ErrorOptions) {
    super('the ciphertext does not open with this key at this place', options);
  }
}

/** What an error of a {@link Vault} says about the ciphertext; null for any other error. */
export function vaultFaultOf(error: unknown): VaultFault | null {
  if (error instanceof MissingKeyError) return 'key_missing';
  return error instanceof NotOpenableError ? 'not_openable' : null;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const MAC_BYTES = 32;

/**
 * Encryption at rest: AES-256-GCM, a data key for each verification, wrapped by a key ring. Wrong place, key or byte: it throws a
 * {@link NotOpenableError}; a wrapping key that the ring does not hold: a `MissingKeyError`.
 */
export class Vault {
  constructor(private readonly ring: KeyRing) {}

  /** The ids of the keys that unwrap; the first is that of the key that wraps. */
  get keyIds(): readonly string[] {
    return this.ring.ids;
  }

  /** A fresh data key, bare for use now and wrapped for storage. */
  newDataKey(place: Place): WrappedKey & { readonly dataKey: Buffer } {
    const dataKey = randomBytes(KEY_BYTES);
    const { id, key } = this.ring.current;
    return { dataKey, ringKeyId: id, wrapped: seal(key, additionalData(place), dataKey) };
  }

  /** The data key out of its wrapping. */
  openDataKey(place: Place, { ringKeyId, wrapped }: WrappedKey): Buffer {
    return open(this.ring.get(ringKeyId), additionalData(place), wrapped);
  }

  /** The same data key, wrapped by the current key of the ring: what it has sealed stays as it is. */
  rewrap(place: Place, old: WrappedKey): WrappedKey {
    const { id, key } = this.ring.current;
    return { ringKeyId: id, wrapped: seal(key, additionalData(place), this.openDataKey(place, old)) };
  }

  /** Encrypts text with a data key: nonce, tag, ciphertext. */
  seal(dataKey: Buffer, place: Place, text: string): Buffer {
    return seal(dataKey, additionalData(place), Buffer.from(text, 'utf8'));
  }

  /** Decrypts what {@link seal} made for the same place. */
  open(dataKey: Buffer, place: Place, sealed: Buffer): string {
    return open(dataKey, additionalData(place), sealed).toString('utf8');
  }

  /**
   * A mark by which {@link isMarkOf} knows the same content again, and from which nobody without the ring can guess it: HMAC-SHA-256 (RFC 2104) by a key
   * that is derived from the current one for `use`, and that one's id.
   */
  mark(use: string, content: Buffer): Buffer {
    const { id, key } = this.ring.current;
    return Buffer.concat([macOf(key, use, content), Buffer.from(id, 'utf8')]);
  }

  /** Whether `mark` was made of this content. Throws a `MissingKeyError` where the ring no longer holds the key that made it. */
  isMarkOf(mark: Buffer, use: string, content: Buffer): boolean {
    const key = this.ring.get(mark.subarray(MAC_BYTES).toString('utf8'));
    return timingSafeEqual(mark.subarray(0, MAC_BYTES), macOf(key, use, content));
  }
}

function macOf(key: Buffer, use: string, content: Buffer): Buffer {
  const derived = Buffer.from(hkdfSync('sha256', key, '', `customer-verifications ${use}`, KEY_BYTES));
  return createHmac('sha256', derived).update(content).digest();
}

function additionalData({ scope, column, row }: Place): Buffer {
  return Buffer.from([scope.organizationId, scope.livemode, column, row].join('|'), 'utf8');
}

function seal(key: Buffer, aad: Buffer, plain: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(aad);
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

function open(key: Buffer, aad: Buffer, sealed: Buffer): Buffer {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(aad)
      .setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  } catch (error) {
    throw new NotOpenableError({ cause: error });
  }
}
