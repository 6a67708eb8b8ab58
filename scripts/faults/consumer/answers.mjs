/** Errors that tell a consumer to come back, with the codes that they may carry. */
const PASSING = {
  409: /^IDEMPOTENCY_IN_PROGRESS$/,
  429: /^RATE_LIMITED$/,
  503: /^SERVICE_UNAVAILABLE$/,
};

/**
 * What is wrong with an answer; null: nothing. An error must be a problem document (RFC 9457), and one that passes must say when to come back.
 * @param {import('./http.mjs').Answer} answer
 * @param {number[]} wanted the statuses of success
 */
export function faultOfAnswer({ status, fault, headers, json }, wanted) {
  if (status === 0) return fault === 'ABORT_ERR' || fault === 'TimeoutError' ? 'no answer in 30 s' : null;
  if (wanted.includes(status)) return json === null ? `${status} without JSON` : null;
  const code = json?.code;
  if (!Object.hasOwn(PASSING, status)) return `${status} ${code ?? 'without a code'}`;
  if (headers['content-type'] !== 'application/problem+json') return `${status} is no problem document`;
  if (!PASSING[status].test(code ?? '') || json.status !== status) return `${status} ${code}`;
  return /^[0-9]{1,4}$/.test(headers['retry-after'] ?? '') ? null : `${status} ${code} without Retry-After`;
}

/** How long the service asks its caller to stay away, in milliseconds; a default where there was no answer. */
export function awayMs({ status, headers }) {
  return status === 0 ? 200 : Number(headers['retry-after'] ?? 0) * 1000;
}
