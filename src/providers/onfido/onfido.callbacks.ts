import type { z } from 'zod';
import { isSigned } from '../vendor/callback-signature.js';
import { CallbackRefused, type CallbackHint, type RawDelivery } from '../provider-adapter.js';
import { jsonOf, messageOf } from '../vendor/vendor-client.js';
import { onfidoEvent, onfidoRunNews, onfidoTaskNews } from './onfido.messages.js';

/**
 * What a callback points at, once its signature holds: `X-SHA2-Signature`, the HMAC-SHA256 of the raw body under the webhook's token in hexadecimal
 * digits. Neither a time nor an id of the event is signed: a repetition is known by its body. Throws `CallbackRefused` where it is not Onfido's,
 * and `ProviderFault` where it is and says nothing that we know the form of. Source: onfido-node, webhook-event-verifier.
 */
export function readSignedCallback({ headers, body }: RawDelivery, secrets: readonly string[]): CallbackHint[] {
  const signature = headers['x-sha2-signature'] ?? '';
  if (!isSigned({ algorithm: 'sha256', parts: [body] }, [signature], secrets)) throw new CallbackRefused();
  const { payload } = read(onfidoEvent, jsonOf(body));
  if (payload.resource_type === 'workflow_run') {
    const { object, resource } = read(onfidoRunNews, payload);
    const ourReference = resource?.customer_user_id;
    return [{ reference: object.id, ...(ourReference && { ourReference }) }];
  }
  if (payload.resource_type !== 'workflow_task') return [];
  const reference = read(onfidoTaskNews, payload).resource?.workflow_run_id;
  return reference ? [{ reference }] : [];
}

function read<T>(form: z.ZodType<T>, raw: unknown): T {
  return messageOf(raw as Parameters<typeof messageOf>[0], form).message;
}
