import { HttpFault } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { beganNothing, faultOfAnswer, observationOfFault, ProviderFault } from '../fault-observation.js';
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
import { mismatch, type VendorMessage } from '../vendor/vendor-client.js';
import { readSignedCallback } from './onfido.callbacks.js';
import { applicantOf, linkOf, ONFIDO_CHECKS, runOf, workflowOf } from './onfido.checks.js';
import { OnfidoClient } from './onfido.client.js';
import { accessOf, ONFIDO_CONNECTION } from './onfido.connection.js';
import { onfidoApplicant, type OnfidoRun, onfidoRun, onfidoRuns } from './onfido.messages.js';
import { isOurs, observeRun } from './onfido.outcomes.js';

/**
 * Onfido (Entrust): runs of workflows that the account has put together in Studio; the workflow decides. A start is two requests: the person, then
 * the run. Source: onfido-openapi-spec, API v3.6.
 */
export class OnfidoAdapter implements ProviderAdapter {
  readonly provider = 'onfido';
  readonly description = 'Onfido (Entrust): workflows of documents, faces and data checks, on a page of Onfido’s.';
  readonly testOnly = false;
  readonly checks = ONFIDO_CHECKS;
  readonly connectionForm = ONFIDO_CONNECTION;
  readonly capabilities = {
    fetch: 'by_reference',
    find: true,
    callbacks: true,
    // Onfido knows no keys: a run that is asked for twice is two runs.
    idempotentStart: false,
    // Onfido schedules the deletion.
    redact: 'accepted',
  } as const;
  readonly #client: OnfidoClient;

  constructor(platform: AdapterPlatform) {
    this.#client = new OnfidoClient(platform);
  }

  /** Of 400 requests a minute, or 30 in the sandbox. What is known is read by one; what is not is up to three: looked for, the person, the run. */
  limitOf({ reference }: Check, { settings }: Connection): CallLimit {
    // Both paces draw on one account of time, and may come to a few more together than either alone.
    const requests = settings['environment'] === 'sandbox' ? 27 : 360;
    return { calls: reference === null ? requests / 3 : requests, perMs: 60_000 };
  }

  start(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(async () => {
      const { settings } = accessOf(call.connection);
      const workflow = workflowOf(check, settings);
      const applicant = await this.#makeApplicant(check, call);
      const json = runOf(check, { applicant, workflow }, linkOf(settings, this.#client.now));
      try {
        const answer = await this.#client.ask(call, { method: 'POST', path: '/workflow_runs', json });
        return this.#observe(check, this.#client.read(answer, onfidoRun), call);
      } catch (error) {
        return this.#withoutRun(error, applicant, call);
      }
    });
  }

  fetch(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(async () =>
      this.#observe(check, await this.#client.readRun(check.reference, call), call),
    );
  }

  async findByOurReference(check: Check, call: Call): Promise<Observation | null> {
    const found = await this.#list(check.verificationId, call);
    if (found.length === 0) return null;
    const ours = found.filter(({ message }) => isOurs(check, message));
    const [run] = ours;
    if (run === undefined) throw mismatch();
    return this.#observe(check, run, call);
  }

  /** The link of the run: the same for as long as it works. */
  async customerAction(check: Check, call: Call): Promise<CustomerAction | null> {
    // While nobody knows whether the start arrived there is nothing to open.
    if (check.reference === null) return null;
    const run = await this.#client.readRun(check.reference, call);
    const { customerAction, reason, retry } = this.#observe(check, run, call);
    if (retry && reason) throw new ProviderFault(reason, retry);
    return customerAction ?? null;
  }

  async readCallback(delivery: RawDelivery, { callbackSecrets = [] }: Connection): Promise<CallbackHint[]> {
    return Promise.resolve(readSignedCallback(delivery, callbackSecrets));
  }

  /** Looks for a run that nobody has made. */
  async probe(call: Call): Promise<void> {
    await this.#list('connection-test', call);
  }

  /** Deletes the person, and with it all that hangs on it. */
  async redact(check: Check, call: Call): Promise<'accepted'> {
    const run = await this.#client.readRun(check.reference, call);
    this.#observe(check, run, call);
    const answer = await this.#deleteApplicant(run.message.applicant_id, call);
    // The run names the person, so there was one: it is deleted already.
    if (answer.status !== 404 && answer.status !== 410) this.#client.accept(answer);
    return 'accepted';
  }

  /** The id of a new applicant. Whatever goes wrong here, the run that counts was never asked for. */
  async #makeApplicant(check: Check, call: Call): Promise<string> {
    try {
      const answer = await this.#client.ask(call, { method: 'POST', path: '/applicants', json: applicantOf(check) });
      const { id, sandbox } = this.#client.read(answer, onfidoApplicant).message;
      const isSandbox = accessOf(call.connection).settings.environment === 'sandbox';
      if (typeof sandbox === 'boolean' && sandbox !== isSandbox) throw mismatch();
      return id;
    } catch (error) {
      if (!(error instanceof ProviderFault || error instanceof HttpFault)) throw error;
      const { reason, retry } = observationOfFault(error, this.#client.now);
      if (!reason || !retry) throw error;
      throw new ProviderFault(reason, { ...retry, unsent: true });
    }
  }

  /** The fault of a run that was not made, or may not have been: nobody stays behind whom surely no run is about, and whoever may is told of in the evidence. */
  async #withoutRun(error: unknown, applicant: string, call: Call): Promise<Observation> {
    if (!(error instanceof ProviderFault || error instanceof HttpFault)) throw error;
    const fault = observationOfFault(error, this.#client.now);
    const isForgotten = beganNothing(fault.retry) && (await this.#forgetApplicant(applicant, call));
    return isForgotten ? fault : { ...fault, answer: { applicant_id: applicant } };
  }

  /** Whether Onfido took it: where not, there is nobody to tell at once. */
  async #forgetApplicant(applicant: string, call: Call): Promise<boolean> {
    try {
      const answer = await this.#deleteApplicant(applicant, call);
      return faultOfAnswer(answer, this.#client.now) === null;
    } catch (error) {
      if (!(error instanceof HttpFault)) throw error;
      return false;
    }
  }

  #deleteApplicant(applicant: string, call: Call): ReturnType<OnfidoClient['ask']> {
    return this.#client.ask(call, { method: 'DELETE', path: `/applicants/${encodeURIComponent(applicant)}` });
  }

  async #list(tag: string, call: Call): Promise<VendorMessage<OnfidoRun>[]> {
    const query = new URLSearchParams({ tags: tag });
    const answer = await this.#client.ask(call, { method: 'GET', path: `/workflow_runs?${query.toString()}` });
    const { message, raw } = this.#client.read(answer, onfidoRuns);
    const rows = raw as readonly JsonObject[];
    return message.map((run, index) => ({ message: run, raw: rows[index] ?? {} }));
  }

  #observe(check: Check, run: VendorMessage<OnfidoRun>, { connection }: Call): Observation {
    return observeRun(check, run, { settings: accessOf(connection).settings, now: this.#client.now });
  }
}
