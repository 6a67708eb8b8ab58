import type { z } from 'zod';
import { isSigned } from '../vendor/callback-signature.js';
import { CallbackRefused, type CallbackHint, type RawDelivery } from '../provider-adapter.js';
import { jsonOf, messageOf } from '../vendor/vendor-client.js';
import { middeskBusinessNews, middeskEvent, middeskPartNews } from './middesk.messages.js';

/** Families of events that may change what a rule finds. Others, such as those of a monitor, tell nothing of a check. */
const PARTS: ReadonlySet<string> = new Set(
  'order tin registration address person watchlist_result bankruptcy lien'.split(' '),
);

/**
 * What a callback points at, once its signature holds: `X-Middesk-Signature-256`, the HMAC-SHA256 of the raw body in hexadecimal digits. No
 * time is signed, so what keeps a repetition from counting twice is the event's id. Throws `CallbackRefused` where it is not the vendor's, and
 * `ProviderFault` where it is and says nothing that we know the form of. Source: docs.middesk.com, secure webhooks.
 */
export function readSignedCallback({ headers, body }: RawDelivery, secrets: readonly string[]): CallbackHint[] {
  const signature = headers['x-middesk-signature-256'] ?? '';
  if (!isSigned({ algorithm: 'sha256', parts: [body] }, [signature], secrets)) throw new CallbackRefused();
  const { id: eventId, type, data } = read(middeskEvent, jsonOf(body));
  const [family = ''] = type.split('.');
  if (family === 'business') {
    const { id: reference, external_id: ourReference } = read(middeskBusinessNews, data).object;
    return [{ eventId, reference, ...(ourReference && { ourReference }) }];
  }
  if (!PARTS.has(family)) return [];
  const { business_id: reference } = read(middeskPartNews, data).object;
  return reference ? [{ eventId, reference }] : [];
}

function read<T>(form: z.ZodType<T>, raw: unknown): T {
  return messageOf(raw as Parameters<typeof messageOf>[0], form).message;
}
