import type { HttpAnswer } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { ProviderFault } from '../fault-observation.js';
import type { Call } from '../provider-adapter.js';
import { jsonOf, unrecognised, VendorClient, type VendorMessage } from '../vendor/vendor-client.js';
import { accessOf } from './stripe-identity.connection.js';
import { formOf } from './stripe-identity.form.js';
import { stripeError, type StripeSession, stripeSession } from './stripe-identity.messages.js';

/** The version that answers and requests have the form of. Events have that of the endpoint they go to. */
export const STRIPE_VERSION = '2026-10-28.endive';

const SESSIONS = '/v1/identity/verification_sessions';

/** A request to the API. */
export interface StripeRequest {
  readonly method: 'GET' | 'POST';
  /** Below the address of the sessions, with a slash first; empty: all of them. */
  readonly path: string;
  /** The query of a GET, the form of a POST. */
  readonly message?: JsonObject;
  /** Repeats give the first answer for a day: Stripe keeps it, a 500 as well. */
  readonly idempotencyKey?: string;
}

/** The API's protocol: forms to Stripe, JSON from it. Every method rejects as those of {@link VendorClient} do. */
export class StripeIdentityClient extends VendorClient {
  /** Asks by the call's connection, and gives back whatever was answered. */
  async ask({ connection, signal }: Call, request: StripeRequest): Promise<HttpAnswer> {
    const { url, key } = accessOf(connection);
    const { method, path, message = {}, idempotencyKey } = request;
    const form = formOf(message);
    const query = method === 'GET' && form.size > 0 ? `?${form.toString()}` : '';
    const headers = {
      authorization: `Bearer ${key}`,
      'stripe-version': STRIPE_VERSION,
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    };
    const sent = { method, url: `${url}${SESSIONS}${path}${query}`, headers, ...(method === 'POST' && { form }) };
    return this.send(sent, signal);
  }

  /** The session in a 2xx answer; throws {@link ProviderFault} for another status or form. */
  session(answer: HttpAnswer): VendorMessage<StripeSession> {
    expectHeard(answer);
    return this.read(answer, stripeSession);
  }

  /** The session of that id as Stripe has it now, with its last report. */
  async readSession(reference: string | null, call: Call): Promise<VendorMessage<StripeSession>> {
    const message = { expand: ['last_verification_report'] };
    return this.session(known(await this.ask(call, { method: 'GET', path: pathOf(reference), message })));
  }
}

/** Below the address of the sessions. */
export function pathOf(reference: string | null): string {
  if (reference === null) throw new TypeError('a check without a reference cannot be read');
  return `/${encodeURIComponent(reference)}`;
}

/** Whether Stripe says that it has no such session. Somebody else's 404 is no word of its. */
export function isGone({ status, body }: HttpAnswer): boolean {
  return status === 404 && stripeError.safeParse(jsonOf(body)).success;
}

/** A 404 for a session that there was: it was lost or is another account's, which says nothing about the subject. */
export function known(answer: HttpAnswer): HttpAnswer {
  if (answer.status === 404) throw unrecognised();
  return answer;
}

/** Throws where the request may have been a repetition of one that is worked on, or was carried out: then it is not sure that nothing began. */
function expectHeard({ status, body }: HttpAnswer): void {
  if (status === 409) throw new ProviderFault('provider_busy', { class: 'timeout' });
  const error = status === 400 ? stripeError.safeParse(jsonOf(body)) : null;
  if (error?.data?.error.type === 'idempotency_error') throw unrecognised();
}
