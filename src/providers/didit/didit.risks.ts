import type { Reason } from '../reasons.js';
import type { DiditReport } from './didit.messages.js';

/** Somebody on a list may be the customer. */
const POSSIBLE_MATCH = 'POSSIBLE_MATCH_FOUND';

/** What each risk says that has a session declined, the gravest first. Of risks that are not named nothing more is said than that. */
const RISKS: readonly (readonly [Reason, ReadonlySet<string>])[] = [
  ['watchlist_hit', new Set([POSSIBLE_MATCH])],
  [
    'document_fraud',
    new Set([
      'PORTRAIT_MANIPULATION_DETECTED',
      'PRINTED_COPY_DETECTED',
      'SCREEN_CAPTURE_DETECTED',
      'PUBLIC_DOCUMENT_IMAGE_DETECTED',
    ]),
  ],
  ['selfie_fraud', new Set(['LIVENESS_FACE_ATTACK'])],
  // The account's own lists of whom it turns away.
  [
    'fraud_suspected',
    new Set(['FACE_IN_BLOCKLIST', 'POSSIBLE_FACE_IN_BLOCKLIST', 'ID_DOCUMENT_IN_BLOCKLIST', 'POSSIBLE_FRAUD']),
  ],
  ['duplicate_identity', new Set(['DUPLICATED_FACE', 'POSSIBLE_DUPLICATED_FACE', 'POSSIBLE_DUPLICATED_USER'])],
  ['selfie_mismatch', new Set(['LOW_FACE_MATCH_SIMILARITY', 'LOW_FRONT_CAMERA_FACE_MATCH_SIMILARITY'])],
  ['age_below_minimum', new Set(['AGE_BELOW_MINIMUM', 'MINIMUM_AGE_NOT_MET'])],
  ['document_expired', new Set(['DOCUMENT_EXPIRED'])],
  ['document_unsupported', new Set(['DOCUMENT_NOT_SUPPORTED_FOR_APPLICATION'])],
  [
    'data_mismatch',
    new Set([
      'FULL_NAME_MISMATCH_WITH_PROVIDED',
      'DOB_MISMATCH_WITH_PROVIDED',
      'GENDER_MISMATCH_WITH_PROVIDED',
      'DOCUMENT_COUNTRY_MISMATCH',
      'DOCUMENT_SIDES_MISMATCH',
      'DATA_INCONSISTENT',
      'MRZ_AND_DATA_EXTRACTED_FROM_OCR_NOT_SAME',
      'ID_VERIFICATION_DATA_MISMATCH_BETWEEN_DOCUMENTS',
    ]),
  ],
  [
    'document_unreadable',
    new Set([
      'COULD_NOT_RECOGNIZE_DOCUMENT',
      'COULD_NOT_DETECT_DOCUMENT_TYPE',
      'PORTRAIT_IMAGE_NOT_DETECTED',
      'NAME_NOT_DETECTED',
      'DATE_OF_BIRTH_NOT_DETECTED',
      'DOCUMENT_NUMBER_NOT_DETECTED',
      'MRZ_NOT_DETECTED',
      'MRZ_VALIDATION_FAILED',
    ]),
  ],
];

/** Why a session was declined, and by which risk; `provider_rejected`, and the first risk or none, where no known risk is told. */
export interface Decline {
  readonly reason: Reason;
  readonly risk: string | null;
}

/** Reads why from what alone declines: a risk that only had it looked at, or was noted, is no reason. */
export function declineOf(reports: readonly DiditReport[]): Decline {
  const errors = reports.flatMap(({ warnings }) => warnings).filter(({ log_type: type }) => type === 'error');
  const risks = errors.map(({ risk }) => risk);
  for (const [reason, known] of RISKS) {
    const risk = risks.find((one) => known.has(one));
    if (risk !== undefined) return { reason, risk };
  }
  return { reason: 'provider_rejected', risk: risks[0] ?? null };
}

/** Whether a screening found somebody who may be the customer: at first, or since an approval, which Didit goes on to monitor. */
export function mayBeListed(reports: readonly DiditReport[]): boolean {
  const screenings = reports.filter(({ feature }) => feature === 'aml');
  return screenings.some(({ warnings }) => warnings.some(({ risk }) => risk === POSSIBLE_MATCH));
}

/** Whether a word has the form of a risk: free words could be about a person. */
export function isRisk(word: string): boolean {
  return /^[A-Z][A-Z0-9_]{1,63}$/.test(word);
}
