import type { HttpAnswer } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { ProviderFault } from '../fault-observation.js';
import type { Connection } from '../provider-adapter.js';
import type { Reason } from '../reasons.js';
import { jsonOf, VendorClient } from '../vendor/vendor-client.js';
import { accessOf } from './plaid.connection.js';
import { plaidError } from './plaid.messages.js';

/** Who asks, and until when. */
export interface PlaidCall {
  readonly connection: Connection;
  readonly signal: AbortSignal;
}

const VERSION = '2020-09-14';

/** Refusals that somebody has to mend: Plaid answers most of them with 400. */
const OPERATOR: ReadonlyMap<string, Reason> = new Map<string, Reason>([
  ['INVALID_API_KEYS', 'provider_auth_failed'],
  ['UNAUTHORIZED_ENVIRONMENT', 'provider_auth_failed'],
  ['UNAUTHORIZED_ROUTE_ACCESS', 'provider_not_entitled'],
  ['INVALID_PRODUCT', 'provider_not_entitled'],
  ['PRODUCTS_NOT_SUPPORTED', 'provider_not_entitled'],
]);

/** The API's protocol: every question a POST of JSON. Every method rejects as those of {@link VendorClient} do. */
export class PlaidClient extends VendorClient {
  /** Asks by the call's connection, and gives back whatever was answered. */
  async ask({ connection, signal }: PlaidCall, path: string, json: JsonObject): Promise<HttpAnswer> {
    const { url, clientId, secret } = accessOf(connection);
    const headers = { 'plaid-client-id': clientId, 'plaid-secret': secret, 'plaid-version': VERSION };
    return this.send({ method: 'POST', url: `${url}${path}`, headers, json }, signal);
  }

  override accept(answer: HttpAnswer): void {
    const error = answer.status >= 400 ? errorOf(answer) : null;
    const reason = OPERATOR.get(error?.code ?? '');
    if (reason !== undefined) throw new ProviderFault(reason, { class: 'operator' });
    if (error?.type === 'RATE_LIMIT_EXCEEDED' && answer.status !== 429)
      throw new ProviderFault('provider_throttled', { class: 'throttle' });
    if (error?.type === 'API_ERROR' && answer.status < 500)
      throw new ProviderFault('provider_unavailable', { class: 'outage' });
    super.accept(answer);
  }
}

/** Whether Plaid has refused what was asked for, and not who asks, or how often. */
export function refusesInput(answer: HttpAnswer): boolean {
  const error = answer.status === 400 ? errorOf(answer) : null;
  return error !== null && /^INVALID_(INPUT|REQUEST)$/.test(error.type) && !OPERATOR.has(error.code);
}

/** What a refusal names itself; null where it doesn't. */
function errorOf({ body }: HttpAnswer): { readonly type: string; readonly code: string } | null {
  const { data } = plaidError.safeParse(jsonOf(body));
  return data ? { type: data.error_type, code: data.error_code } : null;
}
