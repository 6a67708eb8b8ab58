import type { z } from 'zod';
import type { Instant } from '../../platform/clock.js';
import { isSigned, isTimely, readTimedSignature, type TimedSignature } from '../vendor/callback-signature.js';
import { CallbackRefused, type CallbackHint, type RawDelivery } from '../provider-adapter.js';
import { jsonOf, messageOf } from '../vendor/vendor-client.js';
import { inquiryNews, personaEvent, verificationNews } from './persona.messages.js';

/** More pairs than a rotation has are no signature of Persona's: each costs a digest of the body. */
const MOST_PAIRS = 4;

/** Events of an inquiry that leave its status as it is. Others, known or not, have it read. */
const UNEVENTFUL: ReadonlySet<string> = new Set([
  'inquiry.transitioned',
  'inquiry.updated-tags',
  'inquiry.reusable-persona-created',
  'inquiry.reusable-persona-used',
]);

/** The only event of a verification that an inquiry's own events don't tell of: the customer has to try again. */
const TRY_AGAIN = 'verification.requires-retry';

/**
 * What a callback points at, once its signature holds: `Persona-Signature`, HMAC-SHA256 over the time of sending, a full stop and the raw body;
 * while a secret is being replaced two such pairs, with a space between them. The status in it is not read. Throws `CallbackRefused` where it is
 * not the vendor's, and `ProviderFault` where it is and says nothing that we know the form of. Source: docs.withpersona.com, webhooks.
 */
export function readSignedCallback(
  { headers, body }: RawDelivery,
  secrets: readonly string[],
  now: Instant,
): CallbackHint[] {
  const pairs = (headers['persona-signature'] ?? '').split(' ', MOST_PAIRS + 1).map((pair) => readTimedSignature(pair));
  const isGenuine = (pair: TimedSignature): boolean => {
    const content = { algorithm: 'sha256', parts: [`${pair.seconds}.`, body] } as const;
    return isTimely(pair.seconds, now) && isSigned(content, pair.signatures.slice(0, MOST_PAIRS), secrets);
  };
  const read = pairs.flatMap((pair) => pair ?? []);
  if (pairs.length > MOST_PAIRS || read.length < pairs.length || !read.some(isGenuine)) throw new CallbackRefused();
  return hintsIn(jsonOf(body));
}

function hintsIn(raw: unknown): CallbackHint[] {
  const { id: eventId, attributes } = parsed(personaEvent, raw).data;
  const { name, payload } = attributes;
  if (name === TRY_AGAIN) {
    const reference = parsed(verificationNews, payload.data).relationships?.inquiry?.data?.id;
    return reference === undefined ? [] : [{ eventId, reference }];
  }
  if (!name.startsWith('inquiry.') || UNEVENTFUL.has(name)) return [];
  const { id: reference, attributes: inquiry } = parsed(inquiryNews, payload.data);
  const ourReference = ours(inquiry?.note);
  return [{ eventId, reference, ...(ourReference !== null && { ourReference }) }];
}

/** The note where it can be one of ours: inquiries that somebody else began have any words in it. */
function ours(note: unknown): string | null {
  return typeof note === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(note) ? note : null;
}

function parsed<T>(form: z.ZodType<T>, raw: unknown): T {
  return messageOf(raw as Parameters<typeof messageOf>[0], form).message;
}
