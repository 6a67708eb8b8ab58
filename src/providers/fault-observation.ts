import { epochMilliseconds, type Instant } from '../platform/clock.js';
import { HttpFault, type HttpFaultKind } from '../platform/http.js';
import type { Observation, Retry } from './observation.js';
import type { Reason } from './reasons.js';

/**
 * What an adapter rejects with where an answer arrived but there is no {@link Observation} to return it in:
 * `findByOurReference`, `customerAction`, `cancel`, `redact`. So "not found" and "could not look" stay apart.
 * Holds no part of the answer: errors are logged.
 */
export class ProviderFault extends Error {
  override readonly name = 'ProviderFault';

  constructor(
    /** One of the transient or operator reasons. */
    readonly reason: Reason,
    readonly retry: Retry,
    options?: ErrorOptions,
  ) {
    super(`provider fault: ${reason}`, options);
  }
}

const HTTP_FAULTS: Readonly<Record<HttpFaultKind, readonly [Reason, Retry['class']]>> = {
  timeout: ['provider_timeout', 'timeout'],
  refused: ['provider_unavailable', 'outage'],
  network: ['network_error', 'timeout'],
  too_large: ['provider_response_unrecognised', 'outage'],
};

/**
 * Whether a start that ended so surely began nothing at the vendor: the request never got there, or was turned away (too many, no quota,
 * wrong credentials). Of every other fault a check may have come.
 */
export function beganNothing(retry: Retry | undefined): boolean {
  return retry?.unsent === true || (retry !== undefined && TURNED_AWAY.has(retry.class));
}

const TURNED_AWAY: ReadonlySet<Retry['class']> = new Set(['throttle', 'quota', 'operator']);

/** The errors that an `AbortSignal` gives as its reason, by name (DOM standard). */
const ABORTS: ReadonlySet<unknown> = new Set(['AbortError', 'TimeoutError']);

/**
 * The pending observation that stands for a rejected promise of an adapter, seen at `now`. Never decides anything,
 * never throws, and takes nothing from the error but its kind. What is no known fault is a defect of the adapter:
 * `adapter_fault`.
 */
export function observationOfFault(error: unknown, now: Instant): Observation {
  const [reason, retry] = verdictOf(error);
  return { outcome: 'pending', reason, observedAt: now, retry };
}

function verdictOf(error: unknown): readonly [Reason, Retry] {
  if (error instanceof ProviderFault) return [error.reason, error.retry];
  if (error instanceof HttpFault) {
    const [reason, retryClass] = HTTP_FAULTS[error.kind];
    return [reason, error.kind === 'refused' ? { class: retryClass, unsent: true } : { class: retryClass }];
  }
  if (isAbort(error)) return ['provider_timeout', { class: 'timeout' }];
  return ['adapter_fault', { class: 'outage' }];
}

function isAbort(error: unknown): boolean {
  try {
    // By name, not by class: a DOMException of another realm is no Error of ours.
    return ABORTS.has((error as { readonly name?: unknown } | null | undefined)?.name);
  } catch {
    return false;
  }
}

/** The parts of an HTTP answer that tell a fault. */
export interface AnswerHead {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * What an HTTP status says about the vendor, by the common meaning of RFC 9110; null for 2xx. An adapter whose vendor
 * means something else by a status (a 404 that says "no such company") looks at that first.
 */
export function faultOfAnswer({ status, headers }: AnswerHead, now: Instant): ProviderFault | null {
  if (status >= 200 && status < 300) return null;
  const afterMs = retryAfterMs(headers['retry-after'], now);
  const told = afterMs === undefined ? {} : { afterMs };
  if (status === 429) return new ProviderFault('provider_throttled', { class: 'throttle', ...told });
  if (status === 408) return new ProviderFault('provider_timeout', { class: 'timeout', ...told });
  if (status >= 500) return new ProviderFault('provider_unavailable', { class: 'outage', ...told });
  if (status === 401 || status === 403) return new ProviderFault('provider_auth_failed', { class: 'operator' });
  if (status === 404 || status === 410) return new ProviderFault('provider_endpoint_gone', { class: 'operator' });
  if (status >= 400) return new ProviderFault('provider_response_unrecognised', { class: 'operator' });
  return new ProviderFault('provider_response_unrecognised', { class: 'outage' });
}

const IMF_FIXDATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;
const LONGEST_WAIT_MS = 3_600_000;

/**
 * `Retry-After` (RFC 9110 10.2.3: seconds or an HTTP date) in milliseconds from `now`: at most an hour, so that no vendor
 * can put a check to sleep for good. Undefined where it is missing, says neither, or names a moment that is over: who asks
 * at once is answered the same, so our own patience holds.
 */
export function retryAfterMs(header: string | undefined, now: Instant): number | undefined {
  const text = header?.trim() ?? '';
  const wait = /^\d+$/.test(text)
    ? Number(text) * 1000
    : IMF_FIXDATE.test(text)
      ? Date.parse(text) - epochMilliseconds(now)
      : NaN;
  return wait > 0 ? Math.min(wait, LONGEST_WAIT_MS) : undefined;
}
