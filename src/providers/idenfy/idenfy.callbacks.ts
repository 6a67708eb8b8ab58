import { isSigned } from '../vendor/callback-signature.js';
import { CallbackRefused, type CallbackHint, type RawDelivery } from '../provider-adapter.js';
import { jsonOf, messageOf } from '../vendor/vendor-client.js';
import { idenfyNews, idenfyReminder } from './idenfy.messages.js';

const OUR_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * What a callback points at, once its signature holds: `Idenfy-Signature`, the HMAC-SHA256 of the raw body under the notification's signing key in
 * hexadecimal digits. Neither a time is signed nor has an event an id, and its type stands in a header that is not signed. Throws
 * `CallbackRefused` where it is not iDenfy's, and `ProviderFault` where it is and says nothing that we know the form of.
 * Source: documentation.idenfy.com, callback signing.
 */
export function readSignedCallback({ headers, body }: RawDelivery, secrets: readonly string[]): CallbackHint[] {
  const signature = headers['idenfy-signature'] ?? '';
  if (!isSigned({ algorithm: 'sha256', parts: [body] }, [signature], secrets)) throw new CallbackRefused();
  const raw = jsonOf(body);
  if (idenfyReminder.safeParse(raw).success) return [];
  const { scanRef: reference, clientId } = messageOf(raw, idenfyNews).message;
  // Whose it is shows by the session, if it is one that we know.
  if ((clientId ?? '') === '') return [{ reference }];
  // The account may serve others besides us: their references are of another kind.
  return OUR_ID.test(clientId ?? '') ? [{ reference, ourReference: clientId ?? '' }] : [];
}
