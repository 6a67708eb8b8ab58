import type { HttpAnswer } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { ProviderFault } from '../fault-observation.js';
import type { CustomerAction, Observation } from '../observation.js';
import type {
  AdapterPlatform,
  Call,
  CallbackHint,
  CallLimit,
  Check,
  Connection,
  ProviderAdapter,
  RawDelivery,
} from '../provider-adapter.js';
import { mismatch, unrecognised, type VendorMessage } from '../vendor/vendor-client.js';
import { readSignedCallback } from './stripe-identity.callbacks.js';
import { sessionOf, STRIPE_IDENTITY_CHECKS } from './stripe-identity.checks.js';
import { isGone, known, pathOf, StripeIdentityClient } from './stripe-identity.client.js';
import { accessOf, STRIPE_IDENTITY_CONNECTION } from './stripe-identity.connection.js';
import { type StripeSession, stripeSessions } from './stripe-identity.messages.js';
import { isOurs, observeSession } from './stripe-identity.outcomes.js';

/** Stripe Identity: the customer shows documents and face on a page of Stripe's. Source: docs.stripe.com/api/identity, version 2026-10-28. */
export class StripeIdentityAdapter implements ProviderAdapter {
  readonly provider = 'stripe_identity';
  readonly description = 'Stripe Identity: government documents, selfies and ID numbers, on a page of Stripe’s.';
  readonly testOnly = false;
  readonly checks = STRIPE_IDENTITY_CHECKS;
  readonly connectionForm = STRIPE_IDENTITY_CONNECTION;
  readonly capabilities = {
    fetch: 'by_reference',
    find: true,
    callbacks: true,
    idempotentStart: true,
    // Stripe takes up to four days.
    redact: 'accepted',
  } as const;
  readonly #client: StripeIdentityClient;

  constructor(platform: AdapterPlatform) {
    this.#client = new StripeIdentityClient(platform);
  }

  /** Of 25 requests a second for each endpoint and account; a question costs two. */
  limitOf(): CallLimit {
    return { calls: 12, perMs: 1_000 };
  }

  start(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(async () => {
      const message = sessionOf(check, accessOf(call.connection).settings);
      return this.#observe(check, this.#client.session(await this.#create(message, call)), call);
    });
  }

  fetch(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(async () =>
      this.#observe(check, await this.#client.readSession(check.reference, call), call),
    );
  }

  async findByOurReference(check: Check, call: Call): Promise<Observation | null> {
    const message = {
      client_reference_id: check.verificationId,
      limit: 10,
      expand: ['data.last_verification_report'],
    };
    const found = await this.#list(message, call);
    if (found.length === 0) return null;
    const ours = found.filter((row) => isOurs(check, row.message));
    // Newest first. Where there are two, one that was cancelled is the one that nobody wanted.
    const row = ours.find(({ message: session }) => session.status !== 'canceled') ?? ours[0];
    if (row === undefined) throw mismatch();
    return this.#observe(check, row, call);
  }

  /** Each reading of an open session gives a URL of its own, which works once. */
  async customerAction(check: Check, call: Call): Promise<CustomerAction | null> {
    // While nobody knows whether the start arrived there is nothing to open.
    if (check.reference === null) return null;
    const session = await this.#client.readSession(check.reference, call);
    const { customerAction, reason, retry } = this.#observe(check, session, call);
    if (retry && reason) throw new ProviderFault(reason, retry);
    return customerAction ?? null;
  }

  async readCallback(delivery: RawDelivery, connection: Connection): Promise<CallbackHint[]> {
    return Promise.resolve(readSignedCallback(delivery, connection, this.#client.now));
  }

  /** Looks for a session that nobody has made. */
  async probe(call: Call): Promise<void> {
    await this.#list({ client_reference_id: 'connection-test', limit: 1 }, call);
  }

  /** Closes an open session for good. Of one that is decided there is nothing left to cancel; one that is worked on rejects with `provider_busy`. */
  async cancel(check: Check, call: Call): Promise<void> {
    const answer = await this.#change(check, 'cancel', call);
    // What Stripe no longer has nobody goes on with.
    if (isGone(answer)) return;
    if (answer.status !== 400) return void this.#observe(check, this.#client.session(answer), call);
    const { message } = await this.#client.readSession(check.reference, call);
    if (message.status === 'verified' || message.status === 'canceled') return;
    throw refusal(message);
  }

  /** An open session is cancelled by it. */
  async redact(check: Check, call: Call): Promise<'accepted'> {
    const answer = known(await this.#change(check, 'redact', call));
    if (answer.status !== 400) {
      this.#observe(check, this.#client.session(answer), call);
      return 'accepted';
    }
    const { message } = await this.#client.readSession(check.reference, call);
    if (message.redaction) return 'accepted';
    throw refusal(message);
  }

  /**
   * Stripe keeps the first answer of a key for a day, a 500 as well, and would stand still for as long. Whoever repeats a start has looked for the
   * session before and found none: where the old 500 comes back, a key of the hour asks anew.
   */
  async #create(message: JsonObject, call: Call): Promise<HttpAnswer> {
    const create = (idempotencyKey: string): Promise<HttpAnswer> =>
      this.#client.ask(call, { method: 'POST', path: '', message, idempotencyKey });
    const answer = await create(call.idempotencyKey);
    const isOldFault = answer.status >= 500 && answer.headers['idempotent-replayed'] === 'true';
    return isOldFault ? create(`${call.idempotencyKey}:${this.#client.now.slice(0, 13)}`) : answer;
  }

  /** Without a key: what is done to a session twice is done once, and a kept 500 would stand in the way. */
  async #change({ reference }: Check, change: 'cancel' | 'redact', call: Call): Promise<HttpAnswer> {
    return this.#client.ask(call, { method: 'POST', path: `${pathOf(reference)}/${change}` });
  }

  async #list(message: JsonObject, call: Call): Promise<VendorMessage<StripeSession>[]> {
    const answer = await this.#client.ask(call, { method: 'GET', path: '', message });
    const { message: list, raw } = this.#client.read(answer, stripeSessions);
    const rows = (raw as JsonObject)['data'] as readonly JsonObject[];
    return list.data.map((session, index) => ({ message: session, raw: rows[index] ?? {} }));
  }

  #observe(check: Check, session: VendorMessage<StripeSession>, { connection }: Call): Observation {
    return observeSession(check, session, { access: accessOf(connection), now: this.#client.now });
  }
}

/** Why a session could not be changed. */
function refusal({ status }: StripeSession): ProviderFault {
  return status === 'processing'
    ? new ProviderFault('provider_busy', { class: 'timeout' })
    : new ProviderFault(unrecognised().reason, { class: 'operator' });
}
