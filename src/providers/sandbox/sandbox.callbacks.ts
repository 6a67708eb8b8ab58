import type { z } from 'zod';
import type { Instant } from '../../platform/clock.js';
import { isSigned, isTimely, readTimedSignature } from '../vendor/callback-signature.js';
import { CallbackRefused, type CallbackHint, type RawDelivery } from '../provider-adapter.js';
import { jsonOf, unrecognised } from '../vendor/vendor-client.js';
import { vendorEvent, vendorNews } from './sandbox.messages.js';

/**
 * What a callback points at, once its signature holds: HMAC-SHA256 over the time of sending, a full stop and the raw
 * body. The status in it is not read: the check is asked for. Throws `CallbackRefused` where it is not the vendor's, and
 * `ProviderFault` where it is and says nothing that we know the form of.
 */
export function readSignedCallback(
  { headers, body }: RawDelivery,
  secrets: readonly string[],
  now: Instant,
): CallbackHint[] {
  const signature = readTimedSignature(headers['sandbox-signature']);
  if (signature === null) throw new CallbackRefused();
  const { seconds, signatures } = signature;
  const genuine = isSigned({ algorithm: 'sha256', parts: [`${seconds}.`, body] }, signatures, secrets);
  if (!genuine || !isTimely(seconds, now)) throw new CallbackRefused();
  return hintsIn(jsonOf(body));
}

function hintsIn(raw: unknown): CallbackHint[] {
  const event = read(vendorEvent, raw);
  if (event.type !== 'check.changed') return [];
  const { check_id: reference, client_reference: ourReference } = read(vendorNews, event.data);
  const { event_id: eventId } = event;
  return [
    { ...(eventId !== undefined && { eventId }), reference, ...(ourReference !== undefined && { ourReference }) },
  ];
}

function read<T>(form: z.ZodType<T>, raw: unknown): T {
  const result = form.safeParse(raw);
  if (!result.success) throw unrecognised();
  return result.data;
}
