import { HttpFault } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { ProviderFault } from '../fault-observation.js';
import type { CustomerAction, Observation } from '../observation.js';
import {
  type AdapterPlatform,
  type Call,
  type CallbackHint,
  type CallLimit,
  type Check,
  type Connection,
  type ProviderAdapter,
  type RawDelivery,
} from '../provider-adapter.js';
import { mismatch, unrecognised, type VendorMessage } from '../vendor/vendor-client.js';
import { attemptIn, expectGenuine } from './plaid.callbacks.js';
import { PLAID_CHECKS, userOf } from './plaid.checks.js';
import { PlaidClient, type PlaidCall } from './plaid.client.js';
import { accessOf, anyTemplateOf, PLAID_CONNECTION, templateOf } from './plaid.connection.js';
import { PlaidKeys } from './plaid.keys.js';
import { type PlaidAttempt, plaidAttempt, plaidAttempts } from './plaid.messages.js';
import { expectEcho, observe, standingOf } from './plaid.outcomes.js';

/** Plaid gives a webhook ten seconds to be answered. */
const CALLBACK_MS = 4_000;

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

  /** Of 200 creations and 400 searches a minute for each client; a question costs one of each at most. Source: plaid.com/docs/errors/rate-limit-exceeded. */
  limitOf(): CallLimit {
    return { calls: 180, perMs: 60_000 };
  }

  start(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(async () => {
      const { settings } = accessOf(call.connection);
      const user = userOf(check.input);
      const attempt = await this.#attempt(call, 'create', {
        template_id: templateOf(check, settings),
        client_user_id: check.verificationId,
        is_shareable: true,
        gave_consent: settings.gave_consent,
        // The attempt that is there already, instead of a refusal.
        is_idempotent: true,
        ...(user !== undefined && { user }),
      });
      return this.#observe(check, attempt);
    });
  }

  fetch(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(() => this.#read(check, call));
  }

  async findByOurReference(check: Check, call: Call): Promise<Observation | null> {
    const { settings } = accessOf(call.connection);
    const standing = standingOf(await this.#all(templateOf(check, settings), check, call));
    return standing ? this.#observe(check, await this.#get(standing.id, call)) : null;
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

  /** Begun anew, in the dashboard or by the API and whatever has become of it, an attempt has another id. */
  async #read(check: Check, call: Call): Promise<Observation> {
    if (check.reference === null) throw new TypeError('a check without a reference cannot be read');
    const known = await this.#get(check.reference, call);
    const { id, template } = known.message;
    expectEcho(check, known.message);
    const others = await this.#all(template.id, check, call);
    const standing = standingOf([known.message, ...others.filter((one) => one.id !== id)]);
    return this.#observe(check, standing && standing.id !== id ? await this.#get(standing.id, call) : known);
  }

  #observe(check: Check, { message, raw }: VendorMessage<PlaidAttempt>): Observation {
    return observe(check, message, { raw, now: this.#client.now });
  }

  async #all(template: string, check: Check, call: Call): Promise<readonly PlaidAttempt[]> {
    const attempts = await this.#list(template, check.verificationId, call);
    for (const attempt of attempts) expectEcho(check, attempt);
    return attempts;
  }

  async #get(id: string, call: PlaidCall): Promise<VendorMessage<PlaidAttempt>> {
    const read = await this.#attempt(call, 'get', { identity_verification_id: id });
    if (read.message.id !== id) throw mismatch();
    return read;
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
      const { client_user_id: owner } = (await this.#get(reference, call)).message;
      return owner && OURS.test(owner) ? owner : null;
    } catch (error) {
      if (error instanceof ProviderFault || error instanceof HttpFault) return null;
      throw error;
    }
  }
}

const OURS = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
