import { type SignedContent, isSigned } from '../vendor/callback-signature.js';
import { CallbackRefused, type CallbackHint, type Connection, type RawDelivery } from '../provider-adapter.js';
import { jsonOf, messageOf, unrecognised } from '../vendor/vendor-client.js';
import { applicantId, sumsubEvent } from './sumsub.messages.js';

/** The algorithms that a callback may name. The header picks one of them, and nothing else. */
const ALGORITHMS: ReadonlyMap<string, SignedContent['algorithm']> = new Map([
  ['HMAC_SHA256_HEX', 'sha256'],
  ['HMAC_SHA512_HEX', 'sha512'],
  ['HMAC_SHA1_HEX', 'sha1'],
]);

/** Events of applicants after which nothing else would be read than before, or nothing any more. */
const NO_NEWS: ReadonlySet<string> = new Set([
  'applicantTagsChanged',
  'applicantDeleted',
  'applicantPersonalDataDeleted',
]);

const OUR_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * What a callback points at, once its signature holds: `x-payload-digest`, the HMAC of the raw body by the algorithm that `x-payload-digest-alg`
 * names. Neither a time is signed nor has an event an id: what keeps a repetition from counting twice is the digest of its body. Throws
 * `CallbackRefused` where it is not the vendor's, and `ProviderFault` where it is and says nothing that we know the form of.
 * Source: docs.sumsub.com, webhook manager.
 */
export function readSignedCallback({ headers, body }: RawDelivery, connection: Connection): CallbackHint[] {
  const { settings, callbackSecrets = [] } = connection;
  const algorithm = ALGORITHMS.get(headers['x-payload-digest-alg'] ?? '');
  if (algorithm === undefined) throw new CallbackRefused();
  // Read by itself: whether a callback is genuine does not depend on the rest of the settings.
  if (algorithm === 'sha1' && settings['allow_sha1_callbacks'] !== true) throw new CallbackRefused();
  const signature = headers['x-payload-digest'] ?? '';
  if (!isSigned({ algorithm, parts: [body] }, [signature], callbackSecrets)) throw new CallbackRefused();
  return hintsIn(body, settings['environment'] === 'sandbox');
}

function hintsIn(body: Buffer, isSandbox: boolean): CallbackHint[] {
  const { type, applicantId: named, externalUserId, sandboxMode } = messageOf(jsonOf(body), sumsubEvent).message;
  // An action is a further check of an applicant, which is never ours.
  if (NO_NEWS.has(type) || type.startsWith('applicantAction')) return [];
  if (typeof sandboxMode === 'boolean' && sandboxMode !== isSandbox) return [];
  if (named === undefined && !type.startsWith('applicant')) return [];
  const reference = applicantId.safeParse(named);
  if (!reference.success) throw unrecognised();
  if (typeof externalUserId !== 'string') return [{ reference: reference.data }];
  // One account may serve others besides us: their applicants have names of another kind.
  return OUR_ID.test(externalUserId) ? [{ reference: reference.data, ourReference: externalUserId }] : [];
}
