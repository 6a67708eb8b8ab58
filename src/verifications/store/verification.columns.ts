/** The table of verifications, qualified. */
export const TABLE = 'customer_verifications.verifications';

/** Under its own name, which ORDER BY would then mean: order by the qualified column, or no index serves and text decides. */
const time = (column: string): string => `(${column} at time zone 'UTC')::text as ${column}`;

/** The columns of the 16 fields, and the version. Times and JSON as text: nothing is parsed on the way out. */
export const FIELDS = [
  'organization_id, id, customer_id, provider, verification_type, check_type, status, actor_id, reason, provider_reference',
  'result_payload::text as result_payload, version, livemode',
  ...['created_at', 'updated_at', 'verified_at', 'last_checked_at', 'expires_at'].map(time),
].join(', ');

/** Besides the fields, what the reducer and the work need. */
export const WHOLE = `${FIELDS}, round, awaiting, awaiting_key, overridden, word_key, reference_key, began, attempts, ladder_from, start_refused, left_open, ${time('window_ends_at')}, ${time('due_at')}, ${time('started_at')}, ${time('passed_at')},
  lease_until > clock_timestamp() as leased`;
