import { HttpFault } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { observationOfFault, ProviderFault } from '../fault-observation.js';
import { compact } from '../identifier-text.js';
import type { Observation } from '../observation.js';
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
import { unrecognised, type VendorMessage } from '../vendor/vendor-client.js';
import { readSignedCallback } from './middesk.callbacks.js';
import { MIDDESK_CHECK, type MiddeskInput, middeskInput } from './middesk.check.js';
import { MiddeskClient } from './middesk.client.js';
import { accessOf, MIDDESK_CONNECTION } from './middesk.connection.js';
import { type MiddeskBusiness, middeskBusiness, middeskReview } from './middesk.messages.js';
import { expectEcho, needsReview, observeBusiness, observeRefusal, observeReview } from './middesk.outcomes.js';
import { findBusiness, readPage } from './middesk.search.js';

/**
 * Middesk, for businesses in the United States: it collects what registers and the tax authority say, and leaves the decision to its customer.
 * Here the connection's rule takes it, and nothing is written back: setting a status at Middesk would set off monitoring and dashboards of the
 * account. Source: docs.middesk.com, API v1.
 */
export class MiddeskAdapter implements ProviderAdapter {
  readonly provider = 'middesk';
  readonly description =
    'Middesk: what state registers, the IRS and watchlists say of a business in the United States.';
  readonly testOnly = false;
  readonly checks = [MIDDESK_CHECK];
  readonly connectionForm = MIDDESK_CONNECTION;
  readonly capabilities = {
    fetch: 'by_reference',
    find: true,
    // Its webhook tells of the business first: the list is looked through after that.
    findLagMs: 10 * 60_000,
    callbacks: true,
    // What Middesk does with a second business of one `unique_external_id` is not known.
    idempotentStart: false,
    redact: 'unsupported',
  } as const;
  readonly #client: MiddeskClient;

  constructor(platform: AdapterPlatform) {
    this.#client = new MiddeskClient(platform);
  }

  /** Of 20 requests a second for each customer: a question costs two of them, a look-up six at most, and any question may be one. */
  limitOf(): CallLimit {
    return { calls: 3, perMs: 1_000 };
  }

  start(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(async () => {
      const input = middeskInput.parse(check.input);
      const { settings } = accessOf(call.connection);
      if (input.tin !== undefined && !/^\d{9}$/.test(compact(input.tin)))
        return { outcome: 'failed', reason: 'identifier_format_invalid', observedAt: this.#client.now };
      const json = businessOf(check, input, settings.orders);
      const answer = await this.#client.ask(call, { method: 'POST', path: '/businesses', json });
      if (answer.status === 422) return observeRefusal(answer, this.#client.now);
      return this.#observe(check, this.#client.read(answer, middeskBusiness), call);
    });
  }

  fetch(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(() => this.#read(check, call));
  }

  /** See {@link findBusiness} for what it can't be sure of; rejects then. */
  async findByOurReference(check: Check, call: Call): Promise<Observation | null> {
    const reference = await findBusiness(this.#client, check.verificationId, call);
    return reference === null ? null : this.#read({ ...check, reference }, call);
  }

  async readCallback(delivery: RawDelivery, { callbackSecrets = [] }: Connection): Promise<CallbackHint[]> {
    return Promise.resolve(readSignedCallback(delivery, callbackSecrets));
  }

  /** Reads the shortest list of businesses: billed are only those that are made. */
  async probe(call: Call): Promise<void> {
    await readPage(this.#client, { page: 1, size: 1 }, call);
  }

  async #read(check: Check, call: Call): Promise<Observation> {
    const answer = await this.#client.ask(call, { method: 'GET', path: pathOf(check.reference) });
    return this.#observe(check, this.#client.read(answer, middeskBusiness), call);
  }

  /** Reads the review where it counts. What goes wrong there leaves the business known: its id must not be lost. */
  async #observe(check: Check, business: VendorMessage<MiddeskBusiness>, call: Call): Promise<Observation> {
    expectEcho(check, business.message);
    if (!needsReview(business.message)) return observeBusiness(business, this.#client.now);
    const { id: reference } = business.message;
    try {
      const answer = await this.#client.ask(call, { method: 'GET', path: `${pathOf(reference)}/review` });
      // The business is there, so the address is right.
      if (answer.status === 404) throw unrecognised();
      const { rule } = accessOf(call.connection).settings;
      const review = this.#client.read(answer, middeskReview);
      return observeReview(business, review, { check, rule, now: this.#client.now });
    } catch (error) {
      if (!(error instanceof ProviderFault || error instanceof HttpFault)) throw error;
      return { ...observationOfFault(error, this.#client.now), reference };
    }
  }
}

function businessOf({ verificationId }: Check, input: MiddeskInput, orders: readonly string[]): JsonObject {
  const { name, address, tin, website, people } = input;
  return {
    name,
    // The components of an address are spelt in two ways; this member is common to both.
    addresses: [{ full_address: address }],
    external_id: verificationId,
    unique_external_id: verificationId,
    ...(tin !== undefined && { tin: { tin: compact(tin) } }),
    ...(website !== undefined && { website: { url: website } }),
    ...(people !== undefined && { people }),
    ...(orders.length > 0 && { orders: orders.map((product) => ({ product })) }),
  };
}

function pathOf(reference: string | null): string {
  if (reference === null) throw new TypeError('a check without a reference cannot be read');
  return `/businesses/${encodeURIComponent(reference)}`;
}
