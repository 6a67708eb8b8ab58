import { HttpFault } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { ProviderFault } from '../fault-observation.js';
import type { CustomerAction, Observation } from '../observation.js';
import {
  type AdapterPlatform,
  type Call,
  type CallbackHint,
  type Check,
  type Connection,
  type ProviderAdapter,
  type RawDelivery,
} from '../provider-adapter.js';
import { unrecognised, type VendorMessage } from '../vendor-client.js';
import { attemptIn, expectGenuine } from './plaid.callbacks.js';
import { PLAID_CHECKS, userOf } from './plaid.checks.js';
import { PlaidClient, type PlaidCall } from './plaid.client.js';
import { accessOf, anyTemplateOf, PLAID_CONNECTION, templateOf } from './plaid.connection.js';
import { PlaidKeys } from './plaid.keys.js';
import { type PlaidAttempt, plaidAttempt, plaidAttempts } from './plaid.messages.js';
import { expectEcho, newestOf, observe } from './plaid.outcomes.js';

/** Plaid gives a webhook ten seconds to be answered. */
const CALLBACK_MS = 4_000;

/** Attempts that may be begun anew, each time with another id. */
const CLOSED: ReadonlySet<string> = new Set(['failed', 'expired', 'canceled']);

/**
 * Plaid Identity Verification: the customer goes through the steps of a template on Plaid's page. Plaid knows the customer by our verification's id
 * alone, so that no attempt of another verification is ever handed back. Source: plaid.com/docs, API version 2020-09-14.
 */
export class PlaidAdapter implements ProviderAdapter {
  readonly provider = 'plaid';
  readonly description = 'Plaid Identity Verification: the customer proves its identity on a page of the vendor.';
  readonly testOnly = false;
  readonly checks = PLAID_CHECKS;
  readonly connectionForm = PLAID_CONNECTION;
  readonly capabilities = {
    fetch: 'by_reference',
    find: true,
    callbacks: true,
    idempotentStart: true,
    redact: 'unsupported',
  } as const;
  readonly #client: PlaidClient;
  readonly #keys: PlaidKeys;

  constructor(platform: AdapterPlatform) {
    this.#client = new PlaidClient(platform);
    this.#keys = new PlaidKeys(this.#client);
  }

  start(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(async () => {
      const { settings } = accessOf(call.connection);
      const user = userOf(check.input);
      const { message, raw } = await this.#attempt(call, 'create', {
        template_id: templateOf(check, settings),
        client_user_id: check.verificationId,
        is_shareable: true,
        gave_consent: settings.gave_consent,
        // The attempt that is there already, instead of a refusal.
        is_idempotent: true,
        ...(user !== undefined && { user }),
      });
      return observe(check, message, { raw, now: this.#client.now });
    });
  }

  fetch(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(() => this.#read(check, call));
  }

  async findByOurReference(check: Check, call: Call): Promise<Observation | null> {
    const { settings } = accessOf(call.connection);
    const attempt = await this.#newest(templateOf(check, settings), check, call);
    return attempt && this.#read({ ...check, reference: attempt.id }, call);
  }

  async customerAction(check: Check, call: Call): Promise<CustomerAction | null> {
    // While nobody knows whether the start arrived there is nothing to open.
    if (check.reference === null) return null;
    const { customerAction } = await this.#read(check, call);
    return customerAction ?? null;
  }

  /**
   * A webhook names an attempt, which is one that we never heard of where it was begun anew: Plaid is asked whose it is. Where it can't say, its id
   * is the hint.
   */
  async readCallback(delivery: RawDelivery, connection: Connection): Promise<CallbackHint[]> {
    const call = { connection, signal: AbortSignal.timeout(CALLBACK_MS) };
    await expectGenuine(delivery, { keys: this.#keys, call, now: this.#client.now });
    const reference = attemptIn(delivery.body, accessOf(connection).settings);
    if (reference === null) return [];
    const ourReference = await this.#ownerOf(reference, call);
    return [ourReference === null ? { reference } : { ourReference }];
  }

  /** Lists the attempts of a customer that nobody has. */
  async probe(call: Call): Promise<void> {
    await this.#list(anyTemplateOf(accessOf(call.connection).settings), 'connection-test', call);
  }

  async #read(check: Check, call: Call): Promise<Observation> {
    if (check.reference === null) throw new TypeError('a check without a reference cannot be read');
    let read = await this.#attempt(call, 'get', { identity_verification_id: check.reference });
    if (read.message.id !== check.reference) throw unrecognised();
    expectEcho(check, read.message);
    if (CLOSED.has(read.message.status)) {
      const newest = await this.#newest(read.message.template.id, check, call);
      if (newest && newest.id !== check.reference)
        read = await this.#attempt(call, 'get', { identity_verification_id: newest.id });
    }
    return observe(check, read.message, { raw: read.raw, now: this.#client.now });
  }

  async #newest(template: string, check: Check, call: Call): Promise<PlaidAttempt | null> {
    const attempts = await this.#list(template, check.verificationId, call);
    for (const attempt of attempts) expectEcho(check, attempt);
    return newestOf(attempts) ?? null;
  }

  async #list(template: string, clientUserId: string, call: PlaidCall): Promise<readonly PlaidAttempt[]> {
    const json = { template_id: template, client_user_id: clientUserId };
    const answer = await this.#client.ask(call, '/identity_verification/list', json);
    return this.#client.read(answer, plaidAttempts).message.identity_verifications;
  }

  async #attempt(call: PlaidCall, asked: 'create' | 'get', json: JsonObject): Promise<VendorMessage<PlaidAttempt>> {
    const answer = await this.#client.ask(call, `/identity_verification/${asked}`, json);
    // An attempt that Plaid no longer has says nothing about the subject.
    if (answer.status === 404 && asked === 'get') throw unrecognised();
    return this.#client.read(answer, plaidAttempt);
  }

  async #ownerOf(reference: string, call: PlaidCall): Promise<string | null> {
    try {
      const { message } = await this.#attempt(call, 'get', { identity_verification_id: reference });
      const { client_user_id: owner } = message;
      return message.id === reference && owner && OURS.test(owner) ? owner : null;
    } catch (error) {
      if (error instanceof ProviderFault || error instanceof HttpFault) return null;
      throw error;
    }
  }
}

const OURS = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
