import type { z } from 'zod';
import { epochMilliseconds, type Instant } from '../../platform/clock.js';
import { isSigned, isTimely, TOLERANCE_MS } from '../vendor/callback-signature.js';
import { CallbackRefused, type CallbackHint, type Connection, type RawDelivery } from '../provider-adapter.js';
import { jsonOf, messageOf } from '../vendor/vendor-client.js';
import { diditEvent, diditNews } from './didit.messages.js';

/** So old a signed body may be: what was not taken is sent again twice, about five minutes after the first time at the latest. */
const OLDEST_MS = 900_000;

/**
 * What a callback points at, once its signature holds: `X-Signature`, the HMAC-SHA256 of the raw body. `X-Timestamp`, the time of sending, is not part
 * of it; the time in the body is, and both are looked at. `X-Signature-V2` would let pass a body that was written anew, and `X-Signature-Simple` one
 * with other words: neither is read. Throws `CallbackRefused` where it is not the vendor's or too old, and `ProviderFault` where it is and says
 * nothing that we know the form of. Source: docs.didit.me, webhooks.
 */
export function readSignedCallback(
  { headers, body }: RawDelivery,
  { settings, callbackSecrets = [] }: Connection,
  now: Instant,
): CallbackHint[] {
  const signature = headers['x-signature'] ?? '';
  const isGenuine = isSigned({ algorithm: 'sha256', parts: [body] }, [signature], callbackSecrets);
  if (!isGenuine || !isTimely(headers['x-timestamp'] ?? '', now)) throw new CallbackRefused();
  const raw = jsonOf(body);
  const event = read(diditEvent, raw);
  if (!isFresh(event.timestamp, now)) throw new CallbackRefused();
  const environment = settings['environment'] === 'sandbox' ? 'sandbox' : 'live';
  if ((event.environment ?? environment) !== environment) return [];
  return NO_NEWS.test(event.webhook_type) ? [] : hintsIn(event.event_id ?? null, read(diditNews, raw));
}

function isFresh(seconds: number, now: Instant): boolean {
  const ageMs = epochMilliseconds(now) - seconds * 1000;
  return ageMs <= OLDEST_MS && ageMs >= -TOLERANCE_MS;
}

/** Events that change no status of a session: of corrected data, and of what else there is at Didit. Others, known or not, have it read. */
const NO_NEWS = /^(?:data\.updated|(?:user|business|activity|transaction|travel_rule)\..+)$/;

const OUR_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function hintsIn(eventId: string | null, news: z.output<typeof diditNews>): CallbackHint[] {
  const { session_id: reference, session_kind: kind, vendor_data: ours } = news;
  if ((kind ?? 'user') !== 'user') return [];
  const hint = { ...(eventId !== null && { eventId }), reference };
  if (typeof ours !== 'string') return [hint];
  // The application may serve others besides us: their references are of another kind.
  return OUR_ID.test(ours) ? [{ ...hint, ourReference: ours }] : [];
}

function read<T>(form: z.ZodType<T>, raw: unknown): T {
  return messageOf(raw as Parameters<typeof messageOf>[0], form).message;
}
