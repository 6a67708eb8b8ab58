import { createHmac, timingSafeEqual } from 'node:crypto';
import { epochMilliseconds, type Instant } from '../../platform/clock.js';

/** What a vendor signs, and how. */
export interface SignedContent {
  readonly algorithm: 'sha1' | 'sha256' | 'sha512';
  /** The signed bytes in their order: the raw body, and what the vendor puts before or behind it. Text counts as UTF-8. */
  readonly parts: readonly (string | Buffer)[];
}

/**
 * Whether one of `signatures` is the HMAC of the content under one of `secrets`, as lower-case hexadecimal digits, all of
 * them. Takes as long for a wrong signature as for a right one. Empty secrets sign nothing: anybody has them.
 */
export function isSigned(
  { algorithm, parts }: SignedContent,
  signatures: readonly string[],
  secrets: readonly string[],
): boolean {
  let signed = false;
  for (const secret of secrets.filter((text) => text !== '')) {
    const hmac = createHmac(algorithm, secret);
    for (const part of parts) hmac.update(part);
    const digest = hmac.digest();
    // No early end: which of several secrets was right shows in no time taken.
    for (const signature of signatures) signed = isHexOf(digest, signature) || signed;
  }
  return signed;
}

/** How old, and how far ahead, a signed time may be: what the vendors' own libraries take. */
export const TOLERANCE_MS = 300_000;

/** Whether a signed time, in whole seconds since 1970, is as near to `now` as the tolerance, earlier or later. */
export function isTimely(seconds: string, now: Instant, toleranceMs = TOLERANCE_MS): boolean {
  return /^\d{1,12}$/.test(seconds) && Math.abs(epochMilliseconds(now) - Number(seconds) * 1000) <= toleranceMs;
}

/** A signature that covers the time of the sending. */
export interface TimedSignature {
  /** Seconds since 1970, as sent: the signature covers these very digits. */
  readonly seconds: string;
  /** One for each secret of the vendor's: it signs with several while one replaces another. */
  readonly signatures: readonly string[];
}

/**
 * Reads `t=<seconds>,v1=<hex>[,v1=<hex>..]`, the scheme of Stripe that others took over. Signatures of another version
 * are left out. Null where it has another form, no time or several, or no signature of the version.
 */
export function readTimedSignature(header: string | undefined, version = 'v1'): TimedSignature | null {
  const pairs = (header ?? '').split(',').map((pair) => /^([a-z]\w*)=(\w+)$/.exec(pair));
  const values = (name: string): string[] => pairs.flatMap((pair) => (pair?.[1] === name ? (pair[2] ?? []) : []));
  const [[seconds, ...further], signatures] = [values('t'), values(version)];
  if (pairs.includes(null) || seconds === undefined || further.length > 0 || signatures.length === 0) return null;
  return { seconds, signatures };
}

function isHexOf(digest: Buffer, text: string): boolean {
  if (text.length !== digest.length * 2 || !/^[0-9a-f]+$/.test(text)) return false;
  return timingSafeEqual(digest, Buffer.from(text, 'hex'));
}
