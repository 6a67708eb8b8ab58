import type { z } from 'zod';
import { isSigned } from '../vendor/callback-signature.js';
import { CallbackRefused, type CallbackHint, type Connection, type RawDelivery } from '../provider-adapter.js';
import { jsonOf, unrecognised } from '../vendor/vendor-client.js';
import { keysOf } from './veriff.connection.js';
import { veriffDecisionNews, veriffEventNews, type VeriffNews, veriffSessionNews } from './veriff.messages.js';

const OUR_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * What a callback points at, once it names one of the connection's integrations and its signature holds: `X-HMAC-SIGNATURE`, the HMAC-SHA256 of
 * the raw body. Neither a time is signed nor has an event an id: what keeps a repetition from counting twice is the digest of its body. Throws
 * `CallbackRefused` where it is not the vendor's, and `ProviderFault` where it is and says nothing that we know the form of. The older
 * `X-SIGNATURE`, a digest of body and secret in one, is no signature. Source: devdocs.veriff.com, webhooks guide.
 */
export function readSignedCallback({ headers, body }: RawDelivery, connection: Connection): CallbackHint[] {
  // Some integrations send the names of the answers.
  const client = headers['x-auth-client'] ?? headers['vrf-auth-client'] ?? '';
  const signature = headers['x-hmac-signature'] ?? headers['vrf-hmac-signature'] ?? '';
  const { callbackSecrets = [] } = connection;
  const isGenuine = isSigned({ algorithm: 'sha256', parts: [body] }, [signature], callbackSecrets);
  if (!isGenuine || !keysOf(connection).includes(client)) throw new CallbackRefused();
  return hintsIn(jsonOf(body));
}

/** Each kind of callback has a form of its own, and no member that tells its kind. */
function hintsIn(raw: unknown): CallbackHint[] {
  const { id: reference, vendorData } = newsIn(raw);
  if (typeof vendorData !== 'string') return [{ reference }];
  // The integration may serve others besides us: their references are of another kind.
  return OUR_ID.test(vendorData) ? [{ reference, ourReference: vendorData }] : [];
}

function newsIn(raw: unknown): VeriffNews {
  const news = read(veriffDecisionNews, raw)?.verification ?? read(veriffEventNews, raw);
  if (news) return news;
  const other = read(veriffSessionNews, raw);
  if (!other) throw unrecognised();
  return { id: other.sessionId, vendorData: other.vendorData };
}

function read<T>(form: z.ZodType<T>, raw: unknown): T | null {
  return form.safeParse(raw).data ?? null;
}
