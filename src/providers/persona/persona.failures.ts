import type { Reason } from '../reasons.js';
import type { PersonaVerification } from './persona.messages.js';

/** What each check of a verification says when it fails, the gravest first. Of checks that are not named nothing more is said than that. */
const FAILURES: readonly (readonly [Reason, ReadonlySet<string>])[] = [
  [
    'document_fraud',
    new Set([
      'id_fabrication_detection',
      'id_tamper_detection',
      'id_color_inconsistency_detection',
      'document_fabrication_detection',
    ]),
  ],
  ['selfie_fraud', new Set(['selfie_liveness_detection', 'selfie_suspicious_entity_detection'])],
  ['selfie_mismatch', new Set(['selfie_id_comparison', 'id_selfie_comparison', 'selfie_account_comparison'])],
  ['age_below_minimum', new Set(['id_age_comparison', 'selfie_age_comparison'])],
  ['document_expired', new Set(['id_expired_detection', 'id_nfc_expired_detection', 'document_expired_detection'])],
  ['region_not_supported', new Set(['id_disallowed_country_detection'])],
  ['document_unsupported', new Set(['id_type_detection', 'id_disallowed_type_detection', 'document_type_detection'])],
  ['document_missing', new Set(['id_double_side_detection'])],
  ['document_unreadable', new Set(['id_entity_detection', 'id_unprocessable_submission_detection'])],
  [
    'data_mismatch',
    new Set([
      'database_name_comparison',
      'database_birthdate_comparison',
      'database_address_comparison',
      'aamva_identification_number_comparison',
    ]),
  ],
];

/** The names of the checks that failed and had to pass, of verifications that failed. */
export function failedChecks(verifications: readonly PersonaVerification[]): readonly string[] {
  return verifications
    .filter(({ attributes }) => attributes.status === 'failed')
    .flatMap(({ attributes }) => attributes.checks ?? [])
    .filter(({ status, requirement }) => status === 'failed' && requirement !== 'not_required')
    .map(({ name }) => name);
}

/** Why an inquiry has failed: the gravest of its failed checks; `provider_rejected` where none is known. */
export function failureOf(verifications: readonly PersonaVerification[]): Reason {
  const failed = failedChecks(verifications);
  return FAILURES.find(([, names]) => failed.some((name) => names.has(name)))?.[0] ?? 'provider_rejected';
}
