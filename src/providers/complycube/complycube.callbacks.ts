import { isSigned } from '../vendor/callback-signature.js';
import { CallbackRefused, type RawDelivery } from '../provider-adapter.js';
import { jsonOf, messageOf } from '../vendor/vendor-client.js';
import { complycubeEvent, complycubeNews } from './complycube.messages.js';

/** What a callback is about. */
export interface ComplyCubeNews {
  readonly eventId: string;
  /** Where the API has it. */
  readonly resource: 'checks' | 'workflowSessions';
  readonly id: string;
  /** Null where the callback does not tell. */
  readonly clientId: string | null;
}

/**
 * What a callback is about, once its signature holds: `ComplyCube-Signature`, the HMAC-SHA256 of the raw body under the webhook's secret in
 * hexadecimal digits, with no time signed. Null: about nothing that we ask for. Throws `CallbackRefused` where it is not ComplyCube's, and
 * `ProviderFault` where it is and says nothing that we know the form of. Source: @complycube/api, event verifier; complycube-php, EventVerifierTest.
 */
export function readSignedCallback({ headers, body }: RawDelivery, secrets: readonly string[]): ComplyCubeNews | null {
  const signature = headers['complycube-signature'] ?? '';
  if (!isSigned({ algorithm: 'sha256', parts: [body] }, [signature], secrets)) throw new CallbackRefused();
  const { id: eventId, type, payload } = messageOf(jsonOf(body), complycubeEvent).message;
  const resource = resourceOf(type);
  if (resource === null) return null;
  const { id, clientId } = messageOf(payload as Parameters<typeof messageOf>[0], complycubeNews).message;
  return { eventId, resource, id, clientId: clientId ?? null };
}

/** Events of clients, documents and addresses tell of what was sent in; what becomes of it checks and sessions tell. */
function resourceOf(type: string): ComplyCubeNews['resource'] | null {
  if (type.startsWith('check.')) return 'checks';
  return /^workflow_?session\./i.test(type) ? 'workflowSessions' : null;
}
