import { z } from 'zod';
import type { Instant } from '../../platform/clock.js';
import { isSigned, isTimely, readTimedSignature } from '../vendor/callback-signature.js';
import { CallbackRefused, type CallbackHint, type Connection, type RawDelivery } from '../provider-adapter.js';
import { jsonOf, messageOf } from '../vendor/vendor-client.js';
import { stripeEvent, stripeNews } from './stripe-identity.messages.js';

/**
 * What a callback points at, once its signature holds: `Stripe-Signature: t=<seconds>,v1=<hex>[,v1=<hex>..]`, the HMAC-SHA256 of the time, a full
 * stop and the raw body under the endpoint's whole secret, `whsec_` included. Nothing where it is of the other mode than the connection's key.
 * Throws `CallbackRefused` where it is not Stripe's, and `ProviderFault` where it is and says nothing that we know the form of. Source: docs.stripe.com/webhooks.
 */
export function readSignedCallback(
  { headers, body }: RawDelivery,
  { credentials, callbackSecrets = [] }: Connection,
  now: Instant,
): CallbackHint[] {
  const signature = readTimedSignature(headers['stripe-signature']);
  if (signature === null) throw new CallbackRefused();
  const { seconds, signatures } = signature;
  const genuine = isSigned({ algorithm: 'sha256', parts: [`${seconds}.`, body] }, signatures, callbackSecrets);
  if (!genuine || !isTimely(seconds, now)) throw new CallbackRefused();
  const { id: eventId, type, livemode, data } = read(stripeEvent, jsonOf(body));
  // One endpoint can hear of both modes: the key's prefix says which is ours.
  if (livemode !== /^[sr]k_live_/.test(credentials['api_key'] ?? '')) return [];
  if (!type.startsWith('identity.verification_session.')) return [];
  const { id: reference, livemode: ofSession, ...session } = read(stripeNews, data).object;
  if (ofSession !== livemode) return [];
  // Sessions that the account made elsewhere may have any words there.
  const ourReference = [session.client_reference_id, session.metadata?.['verification_id']].find((id) => isUuid(id));
  return [{ eventId, reference, ...(ourReference && { ourReference }) }];
}

function isUuid(text: string | null | undefined): text is string {
  return z.guid().safeParse(text).success;
}

function read<T>(form: z.ZodType<T>, raw: unknown): T {
  return messageOf(raw as Parameters<typeof messageOf>[0], form).message;
}
