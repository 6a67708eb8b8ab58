import { hash, randomBytes } from 'node:crypto';

/** 256 random bits, as they stand at the end of the address of callbacks. */
export function newCallbackToken(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256 of a callback token, as it is looked for. The token has 256 random bits: no salt and no slow hash would add to that. */
export function tokenHashOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}

/** What callbacks need of a connection. */
interface Listening {
  readonly callbackToken?: string;
}

/** The providers whose live and test connections have one token: which of the two a callback came by could not be told. A line each, without a value. */
export function sharedTokenFaults(
  live: Readonly<Record<string, Listening>>,
  test: Readonly<Record<string, Listening>>,
): string[] {
  const shares = (provider: string): boolean =>
    live[provider]?.callbackToken !== undefined &&
    Object.hasOwn(test, provider) &&
    live[provider].callbackToken === test[provider]?.callbackToken;
  return Object.keys(live)
    .filter(shares)
    .map((provider) => `${provider} has the callback token of its live connection`);
}
