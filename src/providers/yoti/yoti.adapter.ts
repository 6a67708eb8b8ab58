import type { CustomerAction, Observation } from '../observation.js';
import type {
  AdapterPlatform,
  Call,
  CallbackHint,
  Check,
  Connection,
  ProviderAdapter,
  RawDelivery,
} from '../provider-adapter.js';
import { jsonOf, unrecognised } from '../vendor/vendor-client.js';
import { readSignedCallback } from './yoti.callbacks.js';
import { sessionOf, YOTI_CHECKS } from './yoti.checks.js';
import { YotiClient } from './yoti.client.js';
import { accessOf, YOTI_CONNECTION } from './yoti.connection.js';
import { yotiCreated, yotiSession } from './yoti.messages.js';
import { observeCreated, observeSession } from './yoti.outcomes.js';

/** An id that no session has. */
const NOBODY = '00000000-0000-4000-8000-000000000000';

/**
 * Yoti's age verification service: the customer proves an age on a page of Yoti's, and nothing but yes or no comes back. It knows no keys of
 * idempotency and can't look for a session by our reference: a start that may have arrived is never repeated, and a lost one is learned of by its
 * notifications alone. Source: developers.yoti.com, age verification.
 */
export class YotiAdapter implements ProviderAdapter {
  readonly provider = 'yoti';
  readonly description = 'Yoti age verification: the customer proves to be old enough, on a page of the vendor.';
  readonly testOnly = false;
  readonly checks = YOTI_CHECKS;
  readonly connectionForm = YOTI_CONNECTION;
  readonly capabilities = {
    fetch: 'by_reference',
    find: false,
    callbacks: true,
    idempotentStart: false,
    redact: 'unsupported',
  } as const;
  readonly #client: YotiClient;

  constructor(platform: AdapterPlatform) {
    this.#client = new YotiClient(platform);
  }

  start(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(async () => {
      const access = accessOf(call.connection);
      const answer = await this.#client.ask(call, { method: 'POST', json: sessionOf(check, access) });
      return observeCreated({ check, access, now: this.#client.now }, this.#client.read(answer, yotiCreated));
    });
  }

  fetch(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(() => this.#read(check, call));
  }

  async customerAction(check: Check, call: Call): Promise<CustomerAction | null> {
    // While nobody knows whether the start arrived there is nothing to open.
    if (check.reference === null) return null;
    const { customerAction, retry } = await this.#read(check, call);
    // What is not known says neither that there is something to do nor that there is nothing.
    if (retry) throw unrecognised();
    return customerAction ?? null;
  }

  /** Asks for a session that nobody has, which account and key are needed for. */
  async probe(call: Call): Promise<void> {
    const answer = await this.#client.ask(call, { method: 'GET', sessionId: NOBODY });
    // JSON, or it is the page of something that stands before the vendor.
    if (answer.status === 404 && jsonOf(answer.body) !== undefined) return;
    this.#client.accept(answer);
    throw unrecognised();
  }

  async readCallback(delivery: RawDelivery, connection: Connection): Promise<CallbackHint[]> {
    return Promise.resolve(readSignedCallback(delivery, connection, this.#client.now));
  }

  async #read(check: Check, call: Call): Promise<Observation> {
    if (check.reference === null) throw new TypeError('a check without a reference cannot be read');
    const access = accessOf(call.connection);
    const answer = await this.#client.ask(call, { method: 'GET', sessionId: check.reference });
    // A session that Yoti no longer has says nothing about the person.
    if (answer.status === 404) throw unrecognised();
    return observeSession({ check, access, now: this.#client.now }, this.#client.read(answer, yotiSession));
  }
}
