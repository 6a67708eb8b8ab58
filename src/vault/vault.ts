import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { TenantScope } from '../database/index.js';
import type { KeyRing } from './key-ring.js';

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

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** Encryption at rest: AES-256-GCM, a data key for each verification, wrapped by a key ring. Wrong place, key or byte: it throws. */
export class Vault {
  constructor(private readonly ring: KeyRing) {}

  /** A fresh data key, bare for use now and wrapped for storage. */
  newDataKey(place: Place): WrappedKey & { readonly dataKey: Buffer } {
    const dataKey = randomBytes(KEY_BYTES);
    const { id, key } = this.ring.current;
    return { dataKey, ringKeyId: id, wrapped: seal(key, additionalData(place), dataKey) };
  }

  /** The data key out of its wrapping. Throws where the ring no longer holds the wrapping key. */
  openDataKey(place: Place, { ringKeyId, wrapped }: WrappedKey): Buffer {
    return open(this.ring.get(ringKeyId), additionalData(place), wrapped);
  }

  /** Encrypts text with a data key: nonce, tag, ciphertext. */
  seal(dataKey: Buffer, place: Place, text: string): Buffer {
    return seal(dataKey, additionalData(place), Buffer.from(text, 'utf8'));
  }

  /** Decrypts what {@link seal} made for the same place. */
  open(dataKey: Buffer, place: Place, sealed: Buffer): string {
    return open(dataKey, additionalData(place), sealed).toString('utf8');
  }
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
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(aad)
    .setAuthTag(tag);
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
}
