import type { HttpAnswer } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { ProviderFault, retryAfterMs } from '../fault-observation.js';
import type { Call } from '../provider-adapter.js';
import { jsonOf, VendorClient } from '../vendor/vendor-client.js';
import { accessOf } from './didit.connection.js';
import { diditRefusal } from './didit.messages.js';

/** A request to the API. */
export interface DiditRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the API's address, with a slash first and, but for a query, last: without the last one Didit sends elsewhere. */
  readonly path: string;
  readonly json?: JsonObject;
}

/** A decision lists every hit of a screening, with what was written about it. */
const MOST_BYTES = 4 * 1024 * 1024;

/** The API's protocol: JSON and a key in a header. Every method rejects as those of {@link VendorClient} do. */
export class DiditClient extends VendorClient {
  /** Asks by the call's connection, and gives back whatever was answered. */
  async ask({ connection, signal }: Call, { path, ...request }: DiditRequest): Promise<HttpAnswer> {
    const { url, key } = accessOf(connection);
    const headers = { 'x-api-key': key };
    return this.send({ ...request, url: `${url}${path}`, headers, maxBytes: MOST_BYTES }, signal);
  }

  /** Didit has no codes for what is used up, the day's sessions of a sandbox and the credits: words alone tell them from other refusals. */
  override accept(answer: HttpAnswer): void {
    const { status, headers } = answer;
    const afterMs = retryAfterMs(headers['retry-after'], this.now);
    if ((status === 429 && says(answer, /\bquota\b/i)) || (status === 400 && says(answer, /\bcredits\b/i))) {
      const told = afterMs === undefined ? {} : { afterMs };
      throw new ProviderFault('provider_quota_exhausted', { class: 'quota', ...told });
    }
    super.accept(answer);
  }
}

function says({ body }: HttpAnswer, words: RegExp): boolean {
  return words.test(diditRefusal.safeParse(jsonOf(body)).data?.detail ?? '');
}
