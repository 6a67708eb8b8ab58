import { constants, createHash, type KeyObject, verify } from 'node:crypto';
import { epochMilliseconds, type Instant } from '../../platform/clock.js';
import type { JsonObject, JsonValue } from '../../platform/json.js';
import { TOLERANCE_MS } from '../vendor/callback-signature.js';
import { CallbackRefused, type CallbackHint, type Connection, type RawDelivery } from '../provider-adapter.js';
import { jsonOf, messageOf } from '../vendor/vendor-client.js';
import { notificationKeysOf } from './yoti.connection.js';
import { yotiNews } from './yoti.messages.js';

const OUR_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Larger than that of any key in use. */
const LONGEST_SIGNATURE = 2_048;
/** So old a notification may be. Nobody says for how long one is sent again; what has been heard is known for longer than this. */
const OLDEST_MS = 7 * 24 * 3_600_000;

/**
 * What a notification points at, once its signature holds. It stands in the body: `signature`, RSA-PSS with SHA-256 in base64, over the JSON of all
 * other members but `sequence_number`, in their order and without white space. So neither that number nor the spaces are anybody's word, none of
 * them is read, and however they are changed it is one event: that of the signed words. The key is one for all customers of Yoti's, and the
 * notification says of no account that it is its own: what makes the address ours is its secret end, and what makes the news ours is the session,
 * once it is asked for. Throws `CallbackRefused` where no key of the connection signed it, or where it is too old or of a time to come, and
 * `ProviderFault` where one did and it says nothing that we know the form of. Source: developers.yoti.com, age verification, notifications.
 */
export function readSignedCallback({ body }: RawDelivery, connection: Connection, now: Instant): CallbackHint[] {
  const keys = notificationKeysOf(connection);
  const signed = signedIn(jsonOf(body));
  if (signed === null || !isGenuine(signed, keys)) throw new CallbackRefused();
  // Read from what the signature is over, and from nothing else.
  const { session_key: reference, reference_id: ours, timestamp } = messageOf(signed.content, yotiNews).message;
  if (!isFresh(timestamp, now)) throw new CallbackRefused();
  const hint = { eventId: createHash('sha256').update(signed.text).digest('hex'), reference };
  if (!ours) return [hint];
  // The account may serve others besides us: their references are of another kind.
  return OUR_ID.test(ours) ? [{ ...hint, ourReference: ours }] : [];
}

function isFresh(seconds: number, now: Instant): boolean {
  const ageMs = epochMilliseconds(now) - seconds * 1000;
  return ageMs <= OLDEST_MS && ageMs >= -TOLERANCE_MS;
}

interface Signed {
  readonly content: JsonObject;
  /** The same as it is signed. */
  readonly text: string;
  readonly signature: Buffer;
}

function signedIn(raw: JsonValue | undefined): Signed | null {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return null;
  const { sequence_number: _attempt, signature, ...content } = raw as JsonObject;
  if (typeof signature !== 'string' || signature === '' || signature.length > LONGEST_SIGNATURE) return null;
  const bytes = Buffer.from(signature, 'base64');
  const text = textOf(content);
  // In the one way that the bytes are written.
  return text !== null && bytes.toString('base64') === signature ? { content, text, signature: bytes } : null;
}

function isGenuine({ text, signature }: Signed, keys: readonly KeyObject[]): boolean {
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return keys.some((key) => verify('sha256', Buffer.from(text), { key, padding }, signature));
}

function textOf(content: JsonObject): string | null {
  try {
    return JSON.stringify(content).replace(/\s/g, '');
  } catch {
    // So deep that it can't be written: nothing of the vendor's.
    return null;
  }
}
