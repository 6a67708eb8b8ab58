import type { HttpAnswer } from '../../platform/http.js';
import type { Instant } from '../../platform/clock.js';
import { faultOfAnswer, ProviderFault, retryAfterMs } from '../fault-observation.js';
import type { Observation } from '../observation.js';
import { jsonOf, messageOf, unrecognised } from '../vendor/vendor-client.js';
import { errorCodesOf, viesStatus } from './vies.messages.js';

type Verdict = Pick<Observation, 'outcome' | 'reason' | 'retry'>;

const NO_NUMBER: Verdict = { outcome: 'failed', reason: 'identifier_format_invalid' };
const THROTTLED: Verdict = { outcome: 'pending', reason: 'provider_throttled', retry: { class: 'throttle' } };
/** Not one member state's register, but the gateway itself. */
const ALL_THROTTLED: Verdict = { ...THROTTLED, retry: { class: 'throttle', of: 'provider' } };
const BLOCKED: Verdict = { outcome: 'pending', reason: 'provider_blocked', retry: { class: 'operator' } };
/** The request was not of the form that the service wants: a defect of ours. */
const OUR_FAULT: Verdict = {
  outcome: 'pending',
  reason: 'provider_response_unrecognised',
  retry: { class: 'operator' },
};

/** What each error code says (checkVatService.wsdl; `VOW-ERR-..` and the blocks from answers that were published). An unknown one says nothing. */
const BY_CODE: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ['INVALID_INPUT', NO_NUMBER],
  ['VOW-ERR-2600', NO_NUMBER],
  ['VOW-ERR-11', OUR_FAULT],
  ['VOW-ERR-1', OUR_FAULT],
  ['INVALID_REQUESTER_INFO', { outcome: 'pending', reason: 'requester_rejected', retry: { class: 'operator' } }],
  ['MS_UNAVAILABLE', { outcome: 'pending', reason: 'member_state_unavailable', retry: { class: 'outage' } }],
  ['TIMEOUT', { outcome: 'pending', reason: 'provider_timeout', retry: { class: 'timeout' } }],
  [
    'SERVICE_UNAVAILABLE',
    { outcome: 'pending', reason: 'provider_unavailable', retry: { class: 'outage', of: 'provider' } },
  ],
  ['MS_MAX_CONCURRENT_REQ', THROTTLED],
  ['MS_MAX_CONCURRENT_REQ_TIME', THROTTLED],
  ['GLOBAL_MAX_CONCURRENT_REQ', ALL_THROTTLED],
  ['GLOBAL_MAX_CONCURRENT_REQ_TIME', ALL_THROTTLED],
  ['SERVER_BUSY', { outcome: 'pending', reason: 'provider_busy', retry: { class: 'outage' } }],
  ['VAT_BLOCKED', BLOCKED],
  ['IP_BLOCKED', BLOCKED],
]);

const UNKNOWN: Verdict = { outcome: 'pending', reason: 'provider_response_unrecognised', retry: { class: 'outage' } };

/** What an error says of the check. Several codes decide only where each of them does. */
export function verdictOfCodes(codes: readonly string[], { headers }: HttpAnswer, now: Instant): Verdict & Said {
  const verdicts = codes.map((code) => ({ ...(BY_CODE.get(code) ?? UNKNOWN), ...said(code) }));
  const verdict = verdicts.find(({ outcome }) => outcome === 'pending') ?? verdicts[0] ?? UNKNOWN;
  const afterMs = retryAfterMs(headers['retry-after'], now);
  if (verdict.retry === undefined || afterMs === undefined || verdict.retry.class === 'operator') return verdict;
  return { ...verdict, retry: { ...verdict.retry, afterMs } };
}

type Said = Pick<Observation, 'providerCode'>;

/** The vendor's code as it may be shown: what has another form than codes have may be anything. */
function said(code: string): Said {
  return /^[A-Z][A-Z0-9_-]{0,63}$/.test(code) ? { providerCode: code } : {};
}

/** The fault of an answer without a code; null for 2xx. */
export function faultWithoutCode(answer: HttpAnswer, now: Instant): ProviderFault | null {
  const fault = faultOfAnswer(answer, now);
  // The service says by a code that it is down; a bare 5xx comes from what stands in front of it.
  if (fault?.reason === 'provider_unavailable')
    return new ProviderFault('network_error', { ...fault.retry, class: 'timeout' });
  // There are no credentials that could be wrong.
  if (fault?.reason === 'provider_auth_failed') return new ProviderFault('provider_blocked', { class: 'operator' });
  return fault;
}

/** What an answer of `check-status` says against the service; null: it is up. Of a member state alone nothing is said: the flags are not reliable. */
export function faultOfStatus(answer: HttpAnswer, now: Instant): ProviderFault | null {
  const raw = jsonOf(answer.body);
  const codes = errorCodesOf(raw);
  if (codes.length > 0) {
    const { reason, retry } = verdictOfCodes(codes, answer, now);
    return reason && retry ? new ProviderFault(reason, retry) : unrecognised();
  }
  const fault = faultWithoutCode(answer, now);
  if (fault) return fault;
  const { vow } = messageOf(raw, viesStatus).message;
  return vow.available ? null : new ProviderFault('provider_unavailable', { class: 'outage', of: 'provider' });
}
