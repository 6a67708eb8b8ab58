import type { Reason } from '../reasons.js';

/**
 * What a rejection is called here, by the vendor's labels. Where there are several, the row that comes first counts: what concerns the law
 * before what is wrong with a picture. A label that is in no row is shown in the payload and changes nothing.
 */
const ROWS: readonly (readonly [reason: Reason, labels: readonly string[]])[] = [
  ['watchlist_hit', ['BLOCKLIST', 'BLACKLIST', 'COMPROMISED_PERSONS', 'PEP', 'SANCTIONS', 'CRIMINAL', 'ADVERSE_MEDIA']],
  ['document_fraud', ['FORGERY', 'DOCUMENT_TEMPLATE', 'FRAUDULENT_PATTERNS', 'GRAPHIC_EDITOR']],
  ['selfie_fraud', ['FRAUDULENT_LIVENESS']],
  ['duplicate_identity', ['DUPLICATE']],
  ['selfie_mismatch', ['SELFIE_MISMATCH', 'BAD_FACE_MATCHING']],
  ['age_below_minimum', ['AGE_REQUIREMENT_MISMATCH']],
  ['region_not_supported', ['WRONG_USER_REGION', 'REGULATIONS_VIOLATIONS']],
  ['document_expired', ['EXPIRATION_DATE', 'ID_INVALID']],
  ['data_mismatch', ['PROBLEMATIC_APPLICANT_DATA', 'INCONSISTENT_PROFILE']],
  ['document_missing', ['DOCUMENT_PAGE_MISSING', 'INCOMPLETE_DOCUMENT']],
  ['document_unreadable', ['BAD_PHOTO', 'UNSATISFACTORY_PHOTOS', 'DOCUMENT_DAMAGED', 'SCREENSHOTS', 'LOW_QUALITY']],
  ['retry_limit_reached', ['SPAM']],
];

/** The reason of a rejection with those labels, and the label that it comes from; in whatever order they stand. */
export function reasonOfLabels(labels: readonly string[]): { readonly reason: Reason; readonly label: string | null } {
  for (const [reason, known] of ROWS) {
    const label = known.find((one) => labels.includes(one));
    if (label !== undefined) return { reason, label };
  }
  return { reason: 'provider_rejected', label: null };
}
