import { hash } from 'node:crypto';
import type { HttpAnswer } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { ProviderFault, retryAfterMs } from '../fault-observation.js';
import type { Call } from '../provider-adapter.js';
import { jsonOf, VendorClient } from '../vendor/vendor-client.js';
import { accessOf } from './persona.connection.js';
import { personaErrors } from './persona.messages.js';

/** A request to the API. */
export interface PersonaRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the API's address, with a slash first. */
  readonly path: string;
  /** Sent under a key: Persona answers a repetition as it did the first time. What comes without any does no more harm twice than once. */
  readonly json?: JsonObject;
}

/** The version that this adapter was written to: without the header the account's own counts. */
const VERSION = '2025-12-08';

/** The API's protocol: JSON:API with kebab-case members. Every method rejects as those of {@link VendorClient} do. */
export class PersonaClient extends VendorClient {
  /** Asks by the call's connection, and gives back whatever was answered. */
  async ask({ connection, idempotencyKey, signal }: Call, request: PersonaRequest): Promise<HttpAnswer> {
    const { url, key } = accessOf(connection);
    const headers = {
      authorization: `Bearer ${key}`,
      'persona-version': VERSION,
      'key-inflection': 'kebab',
      ...(request.json && { 'idempotency-key': keyOf(idempotencyKey, request.path, request.json) }),
    };
    const { path, ...rest } = request;
    return this.send({ ...rest, url: `${url}${path}`, headers }, signal);
  }

  override accept(answer: HttpAnswer): void {
    const { status, headers } = answer;
    if (status === 429) {
      const afterMs = retryAfterMs(headers['ratelimit-reset'] ?? headers['retry-after'], this.now);
      throw new ProviderFault('provider_throttled', { class: 'throttle', ...(afterMs !== undefined && { afterMs }) });
    }
    // A request with the same key is under way: it may have begun something.
    if (status === 409) throw new ProviderFault('provider_busy', { class: 'outage' });
    if (status === 403 && saysQuota(answer)) throw new ProviderFault('provider_quota_exhausted', { class: 'quota' });
    super.accept(answer);
  }
}

/**
 * The key of one request. Persona keeps what it answered to a key for a day, refusals included, and refuses another body with it: so that a
 * mended template is tried at once, the body is part of the key.
 */
function keyOf(idempotencyKey: string, path: string, json: JsonObject): string {
  return `${idempotencyKey}-${hash('sha256', `${path}\n${JSON.stringify(json)}`).slice(0, 16)}`;
}

/** Whether Persona says that it has no such thing. Somebody else's 404 is no word of its. */
export function saysGone({ status, body }: HttpAnswer): boolean {
  return status === 404 && personaErrors.safeParse(jsonOf(body)).success;
}

/** Whether Persona refuses what was asked because of how things stand, and nothing in the request was wrong. */
export function refusesAction({ status, body }: HttpAnswer): boolean {
  const { data } = personaErrors.safeParse(jsonOf(body));
  return status === 422 && data !== undefined && data.errors.every(({ source }) => (source ?? null) === null);
}

function saysQuota({ body }: HttpAnswer): boolean {
  const { data } = personaErrors.safeParse(jsonOf(body));
  return (data?.errors ?? []).some(({ title, details }) => /\bquota\b/i.test(`${title} ${details ?? ''}`));
}
