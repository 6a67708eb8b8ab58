import { hash, timingSafeEqual, verify } from 'node:crypto';
import type { z } from 'zod';
import type { Instant } from '../../platform/clock.js';
import { isTimely } from '../vendor/callback-signature.js';
import { CallbackRefused, type RawDelivery } from '../provider-adapter.js';
import { jsonOf, messageOf } from '../vendor/vendor-client.js';
import type { PlaidCall } from './plaid.client.js';
import { PLAID_ENVIRONMENTS, type PlaidSettings } from './plaid.connection.js';
import type { PlaidKeys } from './plaid.keys.js';
import { plaidNews, plaidWebhook, tokenClaims, tokenHead } from './plaid.messages.js';

const LONGEST_TOKEN = 4_096;

/**
 * Has the signature hold: `Plaid-Verification`, a JWT (RFC 7519) signed with ES256, whose claims are the time of sending and the SHA-256 of the raw
 * body. The key is Plaid's, and asked for by its id once all else is right. Rejects with `CallbackRefused` where it does not hold, and otherwise
 * where the key can't be asked for. Source: plaid.com/docs/api/webhooks/webhook-verification.
 */
export async function expectGenuine(
  { headers, body }: RawDelivery,
  { keys, call, now }: { readonly keys: PlaidKeys; readonly call: PlaidCall; readonly now: Instant },
): Promise<void> {
  const token = headers['plaid-verification'] ?? '';
  const [head, claims, signature, ...further] = token.length > LONGEST_TOKEN ? [] : token.split('.');
  if (head === undefined || claims === undefined || signature === undefined || further.length > 0)
    throw new CallbackRefused();
  const { kid } = partOf(tokenHead, head);
  const { iat, request_body_sha256: digest } = partOf(tokenClaims, claims);
  const isOfBody = timingSafeEqual(hash('sha256', body, 'buffer'), Buffer.from(digest, 'hex'));
  if (!isTimely(String(iat), now) || !isOfBody) throw new CallbackRefused();
  const key = await keys.of(kid, call);
  const signed = bytesOf(signature);
  const isSigned =
    key && verify('sha256', Buffer.from(`${head}.${claims}`), { key, dsaEncoding: 'ieee-p1363' }, signed);
  if (!isSigned) throw new CallbackRefused();
}

/** The attempt that a genuine webhook is about; null where it is about something else. Throws `ProviderFault` where it can't be read. */
export function attemptIn(body: Buffer, { environment }: PlaidSettings): string | null {
  const webhook = jsonOf(body);
  if (messageOf(webhook, plaidWebhook).message.webhook_type !== 'IDENTITY_VERIFICATION') return null;
  const news = messageOf(webhook, plaidNews).message;
  // News of the sandbox are none of a live connection's, and the other way round.
  return news.environment === PLAID_ENVIRONMENTS[environment] ? news.identity_verification_id : null;
}

function partOf<T>(form: z.ZodType<T>, part: string): T {
  const { data } = form.safeParse(jsonOf(bytesOf(part)));
  if (data === undefined) throw new CallbackRefused();
  return data;
}

/** Base64url without padding (RFC 7515), in the one way that the bytes are written. */
function bytesOf(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  if (part === '' || bytes.toString('base64url') !== part) throw new CallbackRefused();
  return bytes;
}
