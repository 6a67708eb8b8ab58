import { epochMilliseconds, type Instant } from '../../platform/clock.js';
import type { HttpAnswer } from '../../platform/http.js';
import { ProviderFault, retryAfterMs } from '../fault-observation.js';
import { listsMissing } from '../screening.js';
import { jsonOf } from '../vendor/vendor-client.js';

/** What yente means by a status where that is not its common meaning; null for all others. */
export function yenteFault(
  { status, headers, body }: HttpAnswer,
  isHosted: boolean,
  now: Instant,
): ProviderFault | null {
  // The hosted service throttles nobody: 429 says that the month's quota is used up.
  if (status === 402 || (status === 429 && isHosted)) {
    return new ProviderFault('provider_quota_exhausted', { class: 'quota', afterMs: untilNextMonth(now) });
  }
  const detail = detailOf(jsonOf(body));
  if (status === 404 && detail.startsWith('No such dataset')) return listsMissing();
  if (status === 503 || (status === 500 && detail.includes('index_not_found'))) {
    const afterMs = retryAfterMs(headers['retry-after'], now);
    return new ProviderFault('provider_index_not_ready', {
      class: 'outage',
      ...(afterMs !== undefined && { afterMs }),
    });
  }
  return null;
}

/** Whether the service, and not something in front of it, knows no entity of that id. */
export function isNoEntity({ status, body }: HttpAnswer): boolean {
  return status === 404 && detailOf(jsonOf(body)).startsWith('No such entity');
}

function detailOf(body: unknown): string {
  const { detail } = (body ?? {}) as { readonly detail?: unknown };
  return typeof detail === 'string' ? detail : '';
}

function untilNextMonth(now: Instant): number {
  const [year, month] = [Number(now.slice(0, 4)), Number(now.slice(5, 7))];
  return Date.UTC(year, month, 1) - epochMilliseconds(now);
}
