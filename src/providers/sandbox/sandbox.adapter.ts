import type { JsonObject } from '../../platform/json.js';
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
import { unrecognised } from '../vendor/vendor-client.js';
import { readSignedCallback } from './sandbox.callbacks.js';
import { SANDBOX_CHECKS, type SandboxInput } from './sandbox.checks.js';
import { CONNECTION_FORM, SandboxClient, type VendorCall } from './sandbox.client.js';
import { vendorCheck, vendorChecks, vendorLink } from './sandbox.messages.js';
import { observe } from './sandbox.translation.js';

/**
 * An invented vendor for trying things out: the outcome is the one that `input.scenario` asks for.
 * Connection: `settings.base_url`, `credentials.api_key`.
 */
export class SandboxAdapter implements ProviderAdapter {
  readonly provider = 'sandbox';
  readonly description =
    'An invented vendor that decides as the input asks; for trying things out, with test keys alone.';
  readonly testOnly = true;
  readonly checks = SANDBOX_CHECKS;
  readonly connectionForm = CONNECTION_FORM;
  readonly capabilities = {
    fetch: 'by_reference',
    find: true,
    callbacks: true,
    idempotentStart: true,
    redact: 'done',
  } as const;
  readonly #client: SandboxClient;

  constructor(platform: AdapterPlatform) {
    this.#client = new SandboxClient(platform);
  }

  /** A vendor for each scenario: whoever plays an outage takes nothing from those who play something else. */
  partitionOf({ input }: Check): string {
    return typeof input['scenario'] === 'string' ? input['scenario'] : 'none';
  }

  async start(check: Check, call: Call): Promise<Observation> {
    const headers = { 'idempotency-key': call.idempotencyKey };
    return this.#observed(check, call, { method: 'POST', path: '/v1/checks', body: startBody(check), headers });
  }

  async fetch(check: Check, call: Call): Promise<Observation> {
    return this.#observed(check, call, { method: 'GET', path: pathOf(check) });
  }

  /** Rejects with `ProviderFault` where the vendor's answer leaves open whether it has the check. */
  async findByOurReference(check: Check, call: Call): Promise<Observation | null> {
    const query = new URLSearchParams({ client_reference: check.verificationId });
    const answer = await this.#client.ask(call, { method: 'GET', path: `/v1/checks?${query.toString()}` });
    const { message, raw } = this.#client.read(answer, vendorChecks);
    const [newest] = message.data;
    if (newest === undefined) return null;
    const [newestRaw] = (raw as JsonObject)['data'] as readonly JsonObject[];
    return observe(check, { message: newest, raw: newestRaw ?? {} }, this.#client.now);
  }

  async customerAction(check: Check, call: Call): Promise<CustomerAction | null> {
    // While nobody knows whether the start arrived there is nothing to open.
    if (check.reference === null) return null;
    const answer = await this.#client.ask(call, { method: 'POST', path: `${pathOf(check)}/link` });
    if (answer.status === 409) return null;
    const { link } = this.#client.read(known(answer), vendorLink).message;
    return { type: 'redirect', url: link.url, expiresAt: link.expires_at };
  }

  async readCallback(delivery: RawDelivery, { callbackSecrets = [] }: Connection): Promise<CallbackHint[]> {
    return Promise.resolve(readSignedCallback(delivery, callbackSecrets, this.#client.now));
  }

  async probe(call: Call): Promise<void> {
    const query = new URLSearchParams({ client_reference: 'connection-test' });
    const answer = await this.#client.ask(call, { method: 'GET', path: `/v1/checks?${query.toString()}` });
    this.#client.read(answer, vendorChecks);
  }

  async redact(check: Check, call: Call): Promise<'done'> {
    const answer = await this.#client.ask(call, { method: 'DELETE', path: pathOf(check) });
    if (answer.status === 204) return 'done';
    this.#client.accept(known(answer));
    throw unrecognised();
  }

  async #observed(check: Check, call: Call, request: VendorCall): Promise<Observation> {
    return this.#client.observed(async () => {
      const answer = await this.#client.ask(call, request);
      const message = this.#client.read(check.reference === null ? answer : known(answer), vendorCheck);
      return observe(check, message, this.#client.now);
    });
  }
}

function startBody({ verificationId, verificationType, checkType, input }: Check): JsonObject {
  const { scenario, decide_after, fault_at, fault_times, valid_days, then, callbacks, ...subject } =
    input as SandboxInput;
  const script = { scenario, decide_after, fault_at, fault_times, valid_days, then, callbacks };
  const given = Object.entries(script).filter(([, value]) => value !== undefined);
  return {
    client_reference: verificationId,
    type: `${verificationType}/${checkType}`,
    subject: subject as JsonObject,
    ...(Object.fromEntries(given) as JsonObject),
  };
}

function pathOf({ reference }: Check): string {
  if (reference === null) throw new TypeError('a check without a reference cannot be read');
  return `/v1/checks/${encodeURIComponent(reference)}`;
}

/** A 404 to a check's own URL: the vendor has forgotten it, which says nothing about the subject. */
function known<T extends { readonly status: number }>(answer: T): T {
  if (answer.status === 404) throw unrecognised();
  return answer;
}
