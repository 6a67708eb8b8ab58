import { generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto';
import { epochMilliseconds, type Instant } from '../../../src/platform/clock.js';
import type { RawDelivery } from '../../../src/providers/provider-adapter.js';

/** A pair of keys that webhooks are signed with, or could be. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** A pair of P-256 of that id. */
export function signingKey(kid: string): SigningKey {
  return { kid, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
}

/** What of the token a test puts otherwise. */
export interface TokenChange {
  readonly head?: object;
  readonly claims?: object;
}

/** The request that brings a body: its token is signed with the key, and names it. */
export function signedWith(
  { kid, privateKey }: SigningKey,
  body: Buffer,
  at: Instant,
  { head = {}, claims = {} }: TokenChange = {},
): RawDelivery {
  const seconds = Math.floor(epochMilliseconds(at) / 1000);
  const parts = [
    { alg: 'ES256', kid, typ: 'JWT', ...head },
    { iat: seconds, request_body_sha256: hash('sha256', body), ...claims },
  ];
  const said = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = sign('sha256', Buffer.from(said), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return { headers: { 'plaid-verification': `${said}.${signature.toString('base64url')}` }, body };
}
