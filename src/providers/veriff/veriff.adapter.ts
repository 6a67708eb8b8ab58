import { ProviderFault } from '../fault-observation.js';
import type { Observation } from '../observation.js';
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
import { readSignedCallback } from './veriff.callbacks.js';
import { sessionOf, VERIFF_CHECKS } from './veriff.checks.js';
import { VeriffClient } from './veriff.client.js';
import {
  accessOf,
  hasAgeIntegration,
  integrationOf,
  VERIFF_CONNECTION,
  type VeriffIntegration,
} from './veriff.connection.js';
import { veriffAttempts, veriffCreated, veriffDecision, veriffDeleted, veriffRefusal } from './veriff.messages.js';
import { observeAttempts, observeCreated, observeDecision } from './veriff.outcomes.js';

/** A session that nobody has: the nil UUID with the marks of version 4. */
const NO_SESSION = '00000000-0000-4000-8000-000000000000';

/**
 * Veriff: the customer shows document and face on a page of Veriff's. It knows no keys of idempotency and can't look for a session by our
 * reference: a start that may have arrived is never repeated, and a lost one is learned of by its callbacks alone. The address of the page comes
 * with the start, once. Source: devdocs.veriff.com.
 */
export class VeriffAdapter implements ProviderAdapter {
  readonly provider = 'veriff';
  readonly description =
    'Veriff: identity documents with a live face, and estimates of ages, by integrations of the account.';
  readonly testOnly = false;
  readonly checks = VERIFF_CHECKS;
  readonly connectionForm = VERIFF_CONNECTION;
  readonly capabilities = {
    fetch: 'by_reference',
    find: false,
    callbacks: true,
    idempotentStart: false,
    redact: 'accepted',
  } as const;
  readonly #client: VeriffClient;

  constructor(platform: AdapterPlatform) {
    this.#client = new VeriffClient(platform);
  }

  start(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(async () => {
      const integration = integrationOf(check);
      const json = sessionOf(check, accessOf(call.connection, integration).settings);
      const answer = await this.#client.ask(call, integration, { method: 'POST', json });
      return observeCreated(check, this.#client.read(answer, veriffCreated), this.#client.now);
    });
  }

  fetch(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(async () => {
      const integration = integrationOf(check);
      const { settings } = accessOf(call.connection, integration);
      const sessionId = referenceOf(check);
      const answer = await this.#client.ask(call, integration, { method: 'GET', sessionId, part: 'decision' });
      const { message, raw } = this.#client.read(known(answer), veriffDecision);
      if (message.verification === null) return this.#undecided(check, call);
      const decision = { message: message.verification, raw };
      return observeDecision(check, decision, { settings, now: this.#client.now });
    });
  }

  async readCallback(delivery: RawDelivery, connection: Connection): Promise<CallbackHint[]> {
    return Promise.resolve(readSignedCallback(delivery, connection));
  }

  /** Asks each integration for the decision of a session that nobody has: who asks in the wrong way is told so before. */
  async probe(call: Call): Promise<void> {
    await this.#probe('identity', call);
    if (hasAgeIntegration(call.connection)) await this.#probe('age', call);
  }

  /** Only where Veriff has switched on deletion for the integration; rejects with `provider_not_entitled` where it says that it has not. */
  async redact(check: Check, call: Call): Promise<'accepted'> {
    const sessionId = referenceOf(check);
    const answer = await this.#client.ask(call, integrationOf(check), { method: 'DELETE', sessionId });
    if (answer.status === 403 || answer.status === 405)
      throw new ProviderFault('provider_not_entitled', { class: 'operator' });
    this.#client.read(known(answer), veriffDeleted);
    return 'accepted';
  }

  /** Whether the customer has sent in anything: the question for a decision does not tell. */
  async #undecided(check: Check, call: Call): Promise<Observation> {
    const request = { method: 'GET', sessionId: referenceOf(check), part: 'attempts' } as const;
    const answer = await this.#client.ask(call, integrationOf(check), request);
    return observeAttempts(check, this.#client.read(known(answer), veriffAttempts), this.#client.now);
  }

  async #probe(integration: VeriffIntegration, call: Call): Promise<void> {
    const request = { method: 'GET', sessionId: NO_SESSION, part: 'decision' } as const;
    const answer = await this.#client.ask(call, integration, request);
    if (answer.status === 404 && veriffRefusal.safeParse(jsonOf(answer.body)).success) return;
    this.#client.read(answer, veriffDecision);
  }
}

function referenceOf({ reference }: Check): string {
  if (reference === null) throw new TypeError('a check without a reference cannot be read');
  return reference;
}

/** A 404 to a session's own address: the vendor has forgotten it, which says nothing about the person. */
function known<T extends { readonly status: number }>(answer: T): T {
  if (answer.status === 404) throw unrecognised();
  return answer;
}
