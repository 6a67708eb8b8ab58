import type { Reason } from '../reasons.js';

/**
 * What a denial is called here, by the vendor's words for it: results of document and face, and tags. The gravest first. Words that are in no row
 * say that something was not looked at, or broke: the denial has then no reason that we know. Source: documentation.idenfy.com, vocabulary.
 */
const ROWS: readonly (readonly [Reason, readonly string[]])[] = [
  [
    'document_fraud',
    ['DOC_FAKE', 'DOC_SPOOF_DETECTED', 'DOC_PRINT_SPOOFED', 'PORTRAIT_SUBSTITUTION', 'DOC_MOBILE_PHOTO'],
  ],
  ['selfie_fraud', ['FAKE_FACE', 'FACE_SUSPECTED', 'FAKE_PHOTO', 'VIRTUAL_CAMERA']],
  [
    'fraud_suspected',
    [
      ...['FACE_BLACKLISTED', 'FACE_IN_BLACKLIST', 'DOC_FACE_BLACKLISTED', 'DOC_FACE_IN_BLACKLIST'],
      ...['DATA_BLACKLISTED', 'DATA_IN_BLACKLIST', 'DEV_TOOLS_OPENED', 'LID_SUSPECTION', 'CRIMINAL_SUSPECTED'],
    ],
  ],
  ['watchlist_hit', ['AML_SUSPECTION', 'SANCTIONS_SUSPECTION']],
  ['duplicate_identity', ['DUPLICATE_FACE', 'DUPLICATE_DOC_FACE', 'DUPLICATE_PERSONAL_DATA']],
  ['age_below_minimum', ['UNDER_AGE']],
  [
    'selfie_mismatch',
    ['FACE_MISMATCH', 'FACE_UNCERTAIN', 'NO_FACE_FOUND', 'TOO_MANY_FACES', 'FACE_TOO_BLURRY', 'FACE_GLARED'],
  ],
  ['document_expired', ['DOC_EXPIRED']],
  ['region_not_supported', ['COUNTRY_NOT_SUPPORTED']],
  ['document_unsupported', ['DOC_NOT_SUPPORTED', 'DOC_NOT_ALLOWED', 'DOC_TYPE_MISMATCH', 'DOC_SUBTYPE_MISMATCH']],
  ['document_missing', ['DOC_NOT_FOUND', 'DOC_SIDE_MISMATCH']],
  [
    'data_mismatch',
    [
      ...['DOC_INFO_MISMATCH', 'COUNTRY_MISMATCH', 'DOC_PERSONAL_CODE_INVALID', 'NAME', 'SURNAME', 'FULL_NAME'],
      ...['DATE_OF_BIRTH', 'DOCUMENT_NUMBER', 'PERSONAL_CODE', 'EXPIRY_DATE', 'DATE_OF_ISSUE', 'NATIONALITY', 'SEX'],
    ],
  ],
  [
    'document_unreadable',
    [
      ...['DOC_NOT_FULLY_VISIBLE', 'DOC_FACE_NOT_FOUND', 'DOC_TOO_BLURRY', 'DOC_GLARED', 'DOC_FACE_GLARED'],
      ...['DOC_DAMAGED', 'MRZ_NOT_FOUND', 'MRZ_OCR_READING_ERROR', 'MRZ_INVALID', 'BARCODE_NOT_FOUND'],
      ...['DOC_NAME_ERROR', 'DOC_SURNAME_ERROR', 'DOC_EXPIRY_ERROR', 'DOC_DOB_ERROR', 'DOC_PERSONAL_NUMBER_ERROR'],
      ...['DOC_NUMBER_ERROR', 'DOC_DATE_OF_ISSUE_ERROR', 'DOC_SEX_ERROR', 'DOC_NATIONALITY_ERROR'],
    ],
  ],
];

/** Why a denial was made, and the vendor's word for that; null where no word tells. */
export function reasonOfWords(words: readonly string[]): { readonly reason: Reason; readonly word: string } | null {
  for (const [reason, names] of ROWS) {
    const word = words.find((one) => names.includes(one));
    if (word !== undefined) return { reason, word };
  }
  return null;
}
