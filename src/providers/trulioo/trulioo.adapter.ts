import { underDeadline } from '../../platform/deadline.js';
import { beganNothing, observationOfFault } from '../fault-observation.js';
import type { Observation } from '../observation.js';
import type { AdapterPlatform, Call, Check, ProviderAdapter } from '../provider-adapter.js';
import { TRULIOO_CHECK, truliooInput, verifyRequest } from './trulioo.checks.js';
import { TruliooClient } from './trulioo.client.js';
import { accessOf, TRULIOO_CONNECTION } from './trulioo.connection.js';
import { cameToNothing, type Judging, observe } from './trulioo.outcomes.js';

/** So long a question that is asked anew may take. */
const AGAIN_MS = 20_000;

/**
 * Trulioo's verification of persons: what the customer stated is compared with sources of data, and the answer comes at once. It knows no keys of
 * idempotency and can't look for an answer by our reference: a question that may have arrived is never repeated. Built from the vendor's own
 * clients and from what others report of it.
 */
export class TruliooAdapter implements ProviderAdapter {
  readonly provider = 'trulioo';
  readonly description = 'Trulioo: whether what a person states of itself agrees with sources of data in its country.';
  readonly testOnly = false;
  readonly experimental = true;
  readonly checks = [TRULIOO_CHECK];
  readonly connectionForm = TRULIOO_CONNECTION;
  readonly capabilities = {
    fetch: 'by_reference',
    find: false,
    // It calls for workflows of its studio alone, not for these.
    callbacks: false,
    idempotentStart: false,
    redact: 'unsupported',
  } as const;
  readonly #client: TruliooClient;

  constructor(platform: AdapterPlatform) {
    this.#client = new TruliooClient(platform);
  }

  start(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(() => this.#verify(check, call));
  }

  /** Reads what was found. Where sources were out of order and nothing came of it, they are asked anew if the connection says so: that is billed. */
  fetch(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(async () => {
      const { reference } = check;
      if (reference === null) throw new TypeError('a check without a reference cannot be read');
      const known = observe(check, await this.#client.record(call, reference), this.#judging(call));
      const isAskable = truliooInput.safeParse(check.input).success;
      return cameToNothing(known) && isAskable ? this.#verifyAgain({ ...check, reference: null }, call, known) : known;
    });
  }

  async probe(call: Call): Promise<void> {
    await this.#client.probe(call);
  }

  async #verify(check: Check, call: Call): Promise<Observation> {
    const { settings } = accessOf(call.connection);
    const answer = await this.#client.verify(call, verifyRequest(check, settings));
    return observe(check, answer, this.#judging(call));
  }

  /** Asks anew, under a deadline before the core's: where the answer is lost, what was `known` holds for as long again, lest losses be billed in a row. */
  async #verifyAgain(check: Check, call: Call, known: Observation): Promise<Observation> {
    try {
      return await underDeadline(AGAIN_MS, (signal) => this.#verify(check, { ...call, signal }), call.signal);
    } catch (error) {
      if (beganNothing(observationOfFault(error, known.observedAt).retry)) throw error;
      return known;
    }
  }

  #judging({ connection }: Call): Judging {
    return { settings: accessOf(connection).settings, now: this.#client.now };
  }
}
