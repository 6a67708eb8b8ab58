import type { JsonObject } from '../../../src/platform/json.js';

/** What of an attempt a test decides. */
export interface AttemptEntry {
  readonly status?: string;
  /** In place of the steps as they are when nothing was done. */
  readonly steps?: Readonly<Record<string, string>>;
  readonly completedAt?: string;
  /** What the analysis of the only document says. */
  readonly analysis?: JsonObject;
  /** Instead of the id that was given. */
  readonly clientUserId?: string | null;
}

/** An attempt that the vendor keeps. */
export interface KeptAttempt {
  readonly id: string;
  readonly createdAt: string;
  readonly clientUserId: string;
  readonly template: string;
  readonly user: JsonObject;
  readonly previous: string | null;
  entry: AttemptEntry;
}

const STEPS = {
  accept_tos: 'active',
  verify_sms: 'waiting_for_prerequisite',
  kyc_check: 'waiting_for_prerequisite',
  documentary_verification: 'waiting_for_prerequisite',
  selfie_check: 'waiting_for_prerequisite',
  watchlist_screening: 'not_applicable',
  risk_check: 'waiting_for_prerequisite',
};

/** What a document says of its holder. */
const SHOWN = {
  ...{ id_number: 'CANARY01X00T47', category: 'passport', issuing_country: 'DE', issuing_region: null },
  ...{ expiration_date: '2031-03-04', issue_date: null, date_of_birth: '1964-08-12', address: null },
  name: { given_name: 'Canary-Erika', family_name: 'Canary-Mustermann' },
};

/** The attempt as the API shows it. */
export function attemptOf({ id, createdAt, template, user, previous, entry, ...kept }: KeptAttempt): JsonObject {
  const { analysis, clientUserId = kept.clientUserId } = entry;
  const images = { original_front: 'https://plaid-images.example/front?token=canary-token', face: null };
  return {
    id,
    client_user_id: clientUserId,
    created_at: createdAt,
    completed_at: entry.completedAt ?? null,
    previous_attempt_id: previous,
    shareable_url: `https://flow.plaid.com/verify/${id}?key=canary-key`,
    template: { id: template, version: 4 },
    user: { ip_address: '192.0.2.42', ...user },
    status: entry.status ?? 'active',
    steps: { ...STEPS, ...entry.steps },
    documentary_verification: analysis
      ? { status: 'failed', documents: [{ status: 'failed', attempt: 1, images, extracted_data: SHOWN, analysis }] }
      : null,
    selfie_check: null,
    kyc_check: null,
    risk_check: null,
    verify_sms: null,
    watchlist_screening_id: null,
    beacon_user_id: null,
    user_id: null,
    redacted_at: null,
    latest_scored_protect_event: null,
    request_id: 'saKrIBuEB9qJZng',
  };
}
