import { hash, randomBytes } from 'node:crypto';

const KEY = /^sk_(live|test)_[A-Za-z0-9_-]{43}$/;

/** A key as its holder sends it: `sk_live_` or `sk_test_` and 32 random bytes in base64url. */
export interface PresentedKey {
  readonly livemode: boolean;
  /** SHA-256 of the whole key. The key has 256 random bits: no salt and no slow hash would add to that. */
  readonly hash: Buffer;
}

/** Reads a key; null for anything that can't be one, so that it costs no look-up. */
export function presentedKey(text: string): PresentedKey | null {
  const mode = KEY.exec(text)?.[1];
  return mode === undefined ? null : { livemode: mode === 'live', hash: hash('sha256', text, 'buffer') };
}

/** A new key; shown once, then known to its holder alone. */
export function newApiKey(livemode: boolean): string {
  return `sk_${livemode ? 'live' : 'test'}_${randomBytes(32).toString('base64url')}`;
}
