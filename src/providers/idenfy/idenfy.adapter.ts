import { ProviderFault } from '../fault-observation.js';
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
import { unrecognised } from '../vendor/vendor-client.js';
import { readSignedCallback } from './idenfy.callbacks.js';
import { IDENFY_CHECKS, sessionOf } from './idenfy.checks.js';
import { IdenfyClient, refusalOf } from './idenfy.client.js';
import { accessOf, IDENFY_CONNECTION } from './idenfy.connection.js';
import { idenfyToken } from './idenfy.messages.js';
import { observeStatus, observeToken } from './idenfy.outcomes.js';

/**
 * iDenfy: the customer shows document and face on a page of iDenfy's. The address of the page comes with the start, once: iDenfy gives out no
 * second one of a session, and refuses a second session of a reference only while the first is open. Source: documentation.idenfy.com.
 */
export class IdenfyAdapter implements ProviderAdapter {
  readonly provider = 'idenfy';
  readonly description =
    'Identity documents, with a live face or without, looked at by the machine of iDenfy and by its people.';
  readonly testOnly = false;
  readonly checks = IDENFY_CHECKS;
  readonly connectionForm = IDENFY_CONNECTION;
  readonly capabilities = {
    fetch: 'by_reference',
    find: true,
    callbacks: true,
    // Once a session has ended, the same reference begins another.
    idempotentStart: false,
    redact: 'done',
  } as const;
  readonly #client: IdenfyClient;

  constructor(platform: AdapterPlatform) {
    this.#client = new IdenfyClient(platform);
  }

  /** Of 10,000 requests an hour; what is known is read by one, what is not is up to three. */
  limitOf({ reference }: Check): CallLimit {
    return { calls: reference === null ? 3_000 : 9_000, perMs: 3_600_000 };
  }

  start(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(async () => {
      const access = accessOf(call.connection);
      const askedAt = this.#client.now;
      const json = sessionOf(check, access.settings);
      const answer = await this.#client.ask(call, { method: 'POST', path: '/api/v2/token', json });
      if (answer.status !== 409) {
        const token = this.#client.read(answer, idenfyToken);
        return observeToken(check, token, { access, askedAt, now: this.#client.now });
      }
      // A session of ours is open: an earlier start arrived, whose answer we never saw.
      const found = await this.findByOurReference(check, call);
      if (found === null) throw unrecognised();
      return found;
    });
  }

  fetch(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(async () => {
      const { settings } = accessOf(call.connection);
      return observeStatus(check, await this.#client.readStatus(check, call), { settings, now: this.#client.now });
    });
  }

  async findByOurReference(check: Check, call: Call): Promise<Observation | null> {
    const { settings } = accessOf(call.connection);
    const status = await this.#client.findStatus(check, call);
    return status && observeStatus(check, status, { settings, now: this.#client.now });
  }

  async readCallback(delivery: RawDelivery, { callbackSecrets = [] }: Connection): Promise<CallbackHint[]> {
    return Promise.resolve(readSignedCallback(delivery, callbackSecrets));
  }

  /** Looks for sessions of a reference that nobody has. */
  async probe(call: Call): Promise<void> {
    await this.#client.listSessions('connection-test', call);
  }

  /** Refused (`provider_busy`) while the page can still be begun: an open session has to run out first. */
  async redact(check: Check, call: Call): Promise<'done'> {
    const { message } = await this.#client.readStatus(check, call);
    const { status, scanRef } = message;
    if (status === 'DELETED' || status === 'EXPIRED-DELETED') return 'done';
    const answer = await this.#client.ask(call, { method: 'POST', path: '/api/v2/delete', json: { scanRef } });
    if (answer.status >= 400 && refusalOf(answer) === 'PARTNER_ERROR')
      throw new ProviderFault('provider_busy', { class: 'outage', of: 'check' });
    this.#client.accept(answer);
    // Success says nothing; what says something is no word of iDenfy's.
    if (answer.body.toString().trim() !== '') throw unrecognised();
    return 'done';
  }
}
