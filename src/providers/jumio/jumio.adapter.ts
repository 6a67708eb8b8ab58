import type { Observation } from '../observation.js';
import type { AdapterPlatform, Call, Check, ProviderAdapter } from '../provider-adapter.js';
import { JUMIO_CHECKS, journeyOf } from './jumio.checks.js';
import { JumioClient } from './jumio.client.js';
import { accessOf, JUMIO_CONNECTION } from './jumio.connection.js';
import { jumioCreated } from './jumio.messages.js';
import { type Judging, observeCreated, observeExecution, placeOf } from './jumio.outcomes.js';

/**
 * Jumio (KYX): the customer shows document and face on a page of Jumio's, by a workflow of the account. Each verification has an account of its own
 * there, so nothing is pooled with what the person did before. It knows no keys of idempotency and can't look for an execution by our reference:
 * a start that may have arrived is never repeated. The address of the page comes with the start, once: for another page there has to be
 * another execution. Built from Jumio's implementation guide as others keep it.
 */
export class JumioAdapter implements ProviderAdapter {
  readonly provider = 'jumio';
  readonly description =
    'Jumio: identity documents and live faces on a page of the vendor, by workflows of the account.';
  readonly testOnly = false;
  readonly experimental = true;
  readonly checks = JUMIO_CHECKS;
  readonly connectionForm = JUMIO_CONNECTION;
  readonly capabilities = {
    fetch: 'by_reference',
    find: false,
    // Nobody signs them: anyone can send one.
    callbacks: false,
    idempotentStart: false,
    redact: 'done',
  } as const;
  readonly #client: JumioClient;

  constructor(platform: AdapterPlatform) {
    this.#client = new JumioClient(platform);
  }

  start(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(async () => {
      const judging = this.#judging(call);
      const json = journeyOf(check, judging.settings);
      const answer = await this.#client.ask(call, { method: 'POST', host: 'account', path: '', json });
      return observeCreated(this.#client.read(answer, jumioCreated), { ...judging, now: this.#client.now });
    });
  }

  fetch(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(() => this.#read(check, call));
  }

  async probe(call: Call): Promise<void> {
    await this.#client.probe(call);
  }

  /** Deletes the account, which was made for this verification alone, once the execution in it is known to be ours. */
  async redact(check: Check, call: Call): Promise<'done'> {
    await this.#read(check, call);
    const { account } = placeOf(check.reference);
    const answer = await this.#client.ask(call, { method: 'DELETE', host: 'retrieval', path: `/${account}` });
    this.#client.accept(answer);
    return 'done';
  }

  async #read(check: Check, call: Call): Promise<Observation> {
    const execution = await this.#client.readExecution(placeOf(check.reference), call);
    return observeExecution(check, execution, this.#judging(call));
  }

  #judging({ connection }: Call): Judging {
    return { settings: accessOf(connection).settings, now: this.#client.now };
  }
}
