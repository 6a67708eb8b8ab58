import type { Reason } from '../reasons.js';
import { failedChecks, failureOf } from './persona.failures.js';
import { type PersonaVerification, personaVerification } from './persona.messages.js';

interface Check {
  readonly name: string;
  readonly status?: string;
  readonly requirement?: string;
}

function verificationOf(checks: readonly Check[] | null, status = 'failed'): PersonaVerification {
  const shown = checks?.map((check) => ({ status: 'failed', requirement: 'required', ...check })) ?? null;
  return personaVerification.parse({ type: 'verification/government-id', attributes: { status, checks: shown } });
}

describe('the reason of a failure', () => {
  it.each<[string, Reason]>([
    ['id_fabrication_detection', 'document_fraud'],
    ['id_tamper_detection', 'document_fraud'],
    ['id_color_inconsistency_detection', 'document_fraud'],
    ['document_fabrication_detection', 'document_fraud'],
    ['selfie_liveness_detection', 'selfie_fraud'],
    ['selfie_suspicious_entity_detection', 'selfie_fraud'],
    ['selfie_id_comparison', 'selfie_mismatch'],
    ['id_selfie_comparison', 'selfie_mismatch'],
    ['selfie_account_comparison', 'selfie_mismatch'],
    ['id_age_comparison', 'age_below_minimum'],
    ['selfie_age_comparison', 'age_below_minimum'],
    ['id_expired_detection', 'document_expired'],
    ['id_nfc_expired_detection', 'document_expired'],
    ['document_expired_detection', 'document_expired'],
    ['id_disallowed_country_detection', 'region_not_supported'],
    ['id_type_detection', 'document_unsupported'],
    ['id_disallowed_type_detection', 'document_unsupported'],
    ['document_type_detection', 'document_unsupported'],
    ['id_double_side_detection', 'document_missing'],
    ['id_entity_detection', 'document_unreadable'],
    ['id_unprocessable_submission_detection', 'document_unreadable'],
    ['database_name_comparison', 'data_mismatch'],
    ['database_birthdate_comparison', 'data_mismatch'],
    ['database_address_comparison', 'data_mismatch'],
    ['aamva_identification_number_comparison', 'data_mismatch'],
    ['selfie_glare_detection', 'provider_rejected'],
    ['constructor', 'provider_rejected'],
  ])('at %s is %s', (name, reason) => {
    expect(failureOf([verificationOf([{ name }])])).toBe(reason);
  });

  it('is the gravest of several, in whatever order and verification', () => {
    const [expired, forged] = [[{ name: 'id_expired_detection' }], [{ name: 'id_tamper_detection' }]];
    expect(failureOf([verificationOf([...expired, ...forged])])).toBe('document_fraud');
    expect(failureOf([verificationOf(expired), verificationOf(forged)])).toBe('document_fraud');
    expect(failureOf([verificationOf(forged), verificationOf(expired)])).toBe('document_fraud');
  });

  it.each(['initiated', 'submitted', 'passed', 'requires_retry', 'canceled', 'skipped', 'confirmed', 'unheard_of'])(
    'is none of a verification that is %s',
    (status) => {
      const verification = verificationOf([{ name: 'id_tamper_detection' }], status);
      expect([failureOf([verification]), failedChecks([verification])]).toEqual(['provider_rejected', []]);
    },
  );

  it.each<[string, Check]>([
    ['passed', { name: 'id_tamper_detection', status: 'passed' }],
    ['was not made', { name: 'id_tamper_detection', status: 'not_applicable' }],
    ['need not pass', { name: 'id_tamper_detection', requirement: 'not_required' }],
  ])('is none of a check that %s', (_name, check) => {
    expect(failedChecks([verificationOf([check])])).toEqual([]);
  });

  it('is not told where no checks are', () => {
    expect(failureOf([verificationOf(null)])).toBe('provider_rejected');
    expect(failureOf([])).toBe('provider_rejected');
  });
});
