/**
 * Every reason code that a verification can carry, by what it says. Codes are stable and provider-neutral:
 * an adapter maps its vendor's words to one of them and keeps the vendor's own code as `providerCode`.
 */
export const REASONS = {
  /** The provider said yes. */
  positive: [
    'register_active',
    'vat_registered',
    'lei_issued',
    'screening_clear',
    'account_name_match',
    'format_valid',
    'age_met',
    'identity_verified',
  ],
  /** The provider said no about the subject. */
  negative: [
    'vat_not_registered',
    'company_not_found',
    'company_dissolved',
    'company_in_insolvency',
    'company_removed',
    'lei_not_found',
    'lei_lapsed',
    'lei_retired',
    'lei_superseded',
    'lei_annulled',
    'entity_inactive',
    'identifier_format_invalid',
    'identifier_checksum_invalid',
    'name_mismatch',
    'account_name_mismatch',
    'account_not_found',
    'sanctions_match_confirmed',
    'age_below_minimum',
    'document_expired',
    'document_unsupported',
    'document_unreadable',
    'document_fraud',
    'document_missing',
    'selfie_mismatch',
    'selfie_fraud',
    'data_mismatch',
    'consent_declined',
    'abandoned',
    'watchlist_hit',
    'duplicate_identity',
    'region_not_supported',
    'device_not_supported',
    'fraud_suspected',
    'retry_limit_reached',
    'provider_rejected',
  ],
  /** A person or a policy must decide. */
  review: [
    'manual_review',
    'screening_possible_match',
    'pep_possible_match',
    'account_name_close_match',
    'register_status_unclear',
    'strike_off_proposed',
    'provider_review_required',
    'age_uncertain',
  ],
  /** The customer or the provider is at work. */
  progress: ['awaiting_customer', 'provider_processing', 'resubmission_requested'],
  /** No answer for a technical reason; asked again later. */
  transient: [
    'provider_unavailable',
    'member_state_unavailable',
    'provider_timeout',
    'provider_throttled',
    'provider_busy',
    'provider_index_not_ready',
    'provider_response_unrecognised',
    'provider_response_mismatch',
    'network_error',
    'adapter_fault',
  ],
  /** No answer until somebody mends the configuration. */
  operator: [
    'provider_auth_failed',
    'provider_quota_exhausted',
    'provider_blocked',
    'requester_rejected',
    'provider_endpoint_gone',
    'provider_lists_not_loaded',
    'provider_lists_stale',
    'provider_not_entitled',
    'provider_not_configured',
  ],
  /** Time ran out. */
  time: ['pass_outlived', 'pending_window_elapsed', 'start_outcome_unknown', 'session_expired', 'cancelled'],
} as const;

/** One reason code of {@link REASONS}. */
export type Reason = (typeof REASONS)[keyof typeof REASONS][number];

/** Groups of {@link REASONS} that a pending observation may carry. */
export const PENDING_REASONS: ReadonlySet<Reason> = new Set<Reason>([
  ...REASONS.review,
  ...REASONS.progress,
  ...REASONS.transient,
  ...REASONS.operator,
  // A register that knows the subject by another name than ours has not said no: a person compares.
  'name_mismatch',
]);
