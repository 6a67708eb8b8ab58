import { addMilliseconds, type Instant } from '../../platform/clock.js';
import type { JsonObject, JsonValue } from '../../platform/json.js';
import { withoutLinks } from '../vendor/linkless-answer.js';
import type { Observation } from '../observation.js';
import type { Check } from '../provider-adapter.js';
import { mismatch, shownCode, unrecognised, type VendorMessage } from '../vendor/vendor-client.js';
import type { IdenfyAccess, IdenfySettings } from './idenfy.connection.js';
import type { IdenfyStatus, IdenfyToken } from './idenfy.messages.js';
import { reasonOfWords } from './idenfy.reasons.js';

type Verdict = Pick<Observation, 'outcome' | 'reason' | 'awaiting' | 'retry' | 'providerCode'>;

const AWAITING_CUSTOMER: Verdict = { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' };
const RESUBMISSION: Verdict = { outcome: 'pending', reason: 'resubmission_requested', awaiting: 'customer' };
const REVIEW: Verdict = { outcome: 'pending', reason: 'manual_review', awaiting: 'review' };
const UNKNOWN: Verdict = {
  outcome: 'pending',
  reason: 'provider_response_unrecognised',
  retry: unrecognised().retry,
};
const RUN_OUT: Verdict = { outcome: 'expired', reason: 'session_expired' };

/** Statuses that say the same whatever else is told. */
const BY_STATUS: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ['SUSPECTED', REVIEW],
  ['REVIEWING', REVIEW],
  ['EXPIRED', RUN_OUT],
  ['EXPIRED-DELETED', RUN_OUT],
  // Of these iDenfy tells no more what it had decided: what was heard of that before stays.
  ['DELETED', UNKNOWN],
  ['ARCHIVED', UNKNOWN],
]);

/** What a new session says. Its address and token go to the customer, and nowhere else. */
export function observeToken(
  { verificationId }: Check,
  { message, raw }: VendorMessage<IdenfyToken>,
  { access, askedAt, now }: { readonly access: IdenfyAccess; readonly askedAt: Instant; readonly now: Instant },
): Observation {
  const { authToken, redirectUrl, scanRef, clientId, expiryTime } = message;
  if (typeof clientId === 'string' && clientId !== verificationId) throw mismatch();
  const query = new URLSearchParams({ authToken });
  const seconds = expiryTime ?? access.settings.expiry_seconds;
  return {
    ...AWAITING_CUSTOMER,
    reference: scanRef,
    observedAt: now,
    customerAction: {
      type: 'redirect',
      url: redirectUrl ?? `${access.url}/api/v2/redirect?${query.toString()}`,
      // The page may end sooner than we say, never later.
      expiresAt: addMilliseconds(askedAt, seconds * 1000),
    },
    answer: withoutAccess(raw),
  };
}

/** How a session stands, as of `now`. Whose it is has been compared before. iDenfy tells no time of a decision: the later look counts. */
export function observeStatus(
  check: Check,
  { message, raw }: VendorMessage<IdenfyStatus>,
  { settings, now }: { readonly settings: IdenfySettings; readonly now: Instant },
): Observation {
  const code = shownCode(message.status);
  const verdict = verdictOf(check, message, settings);
  return {
    ...(code !== null && { providerCode: code }),
    ...verdict,
    reference: message.scanRef,
    observedAt: now,
    payload: payloadOf(message),
    answer: withoutLinks(raw),
  };
}

function verdictOf(check: Check, message: IdenfyStatus, settings: IdenfySettings): Verdict {
  const { status } = message;
  if (status === 'ACTIVE') return wasTried(message) ? RESUBMISSION : AWAITING_CUSTOMER;
  if (status !== 'APPROVED' && status !== 'DENIED') return BY_STATUS.get(status) ?? UNKNOWN;
  if (!isFinal(message, settings)) return REVIEW;
  return status === 'APPROVED' ? approval(check, message, settings) : denial(check, message);
}

/** What was wrong with an open session is what a try came to. */
function wasTried({ autoDocument, autoFace }: IdenfyStatus): boolean {
  return reasonOfWords([autoDocument ?? '', autoFace ?? '']) !== null;
}

/** Whether nobody will look at it again. */
function isFinal({ final, manualDocument, manualFace }: IdenfyStatus, settings: IdenfySettings): boolean {
  if (typeof final === 'boolean') return final;
  return !settings.manual_review || Boolean(manualDocument) || Boolean(manualFace);
}

/** Results of a face that nobody looked at. */
const NO_FACE: ReadonlySet<string> = new Set(['', 'FACE_NOT_CHECKED', 'FACE_NOT_ANALYSED']);

/** Tags beside an approval: the machine lets pass what it was told not to mind. A person who approves has seen them. */
function approval({ checkType }: Check, message: IdenfyStatus, settings: IdenfySettings): Verdict {
  // What was approved without a face, or with another's, is not what the check says.
  const face = [message.manualFace, message.autoFace].find((word) => !NO_FACE.has(word ?? ''));
  if (checkType === 'document_selfie' && face !== 'FACE_MATCH') return REVIEW;
  const isSuspicious = tagsOf(message).length > 0;
  const wasSeen = message.manualDocument === 'DOC_VALIDATED';
  if (isSuspicious && !wasSeen && settings.suspicious_approvals === 'review') return REVIEW;
  return { outcome: 'verified', reason: 'identity_verified' };
}

/** Results that people gave take the place of the machine's. */
function denial({ passedBefore }: Check, message: IdenfyStatus): Verdict {
  const results = [message.manualDocument || message.autoDocument, message.manualFace || message.autoFace];
  const words = [...results, ...tagsOf(message)].filter((word) => typeof word === 'string');
  const { reason, word } = reasonOfWords(words) ?? { reason: 'provider_rejected', word: message.status };
  // A document that was good once has run out; nobody says that it never was.
  const outcome = passedBefore === true && reason === 'document_expired' ? 'expired' : 'failed';
  return { outcome, reason, providerCode: word };
}

function tagsOf({ fraudTags, mismatchTags }: IdenfyStatus): readonly string[] {
  return [...(fraudTags ?? []), ...(mismatchTags ?? [])];
}

const MOST_TAGS = 40;

/** Words of closed lists. Tags of mismatches name a member that differs, never what stands in it. */
function payloadOf(message: IdenfyStatus): JsonObject {
  const words = {
    status: message.status,
    auto_document: message.autoDocument,
    auto_face: message.autoFace,
    manual_document: message.manualDocument,
    manual_face: message.manualFace,
  };
  const [fraudTags, mismatchTags] = [codes(message.fraudTags), codes(message.mismatchTags)];
  return {
    ...Object.fromEntries(Object.entries(words).flatMap(([name, word]) => codes([word]).map((code) => [name, code]))),
    ...(fraudTags.length > 0 && { fraud_tags: fraudTags }),
    ...(mismatchTags.length > 0 && { mismatch_tags: mismatchTags }),
  };
}

function codes(words: readonly (string | null | undefined)[] | null | undefined): readonly string[] {
  return (words ?? []).flatMap((word) => shownCode(word) ?? []).slice(0, MOST_TAGS);
}

function withoutAccess(raw: JsonValue): JsonValue {
  const { authToken: _token, redirectUrl: _url, digitString: _digits, ...kept } = raw as JsonObject;
  return withoutLinks(kept);
}
