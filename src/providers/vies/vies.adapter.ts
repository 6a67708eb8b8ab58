import { type HttpAnswer, HttpFault } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { ProviderFault } from '../fault-observation.js';
import type { Observation } from '../observation.js';
import type { AdapterPlatform, Call, CallLimit, Check, Connection, ProviderAdapter } from '../provider-adapter.js';
import { jsonOf, readConnection, VendorClient } from '../vendor/vendor-client.js';
import { VIES_CHECK, type ViesInput, viesInput } from './vies.check.js';
import { VIES_CONNECTION, type ViesSettings } from './vies.connection.js';
import { faultOfStatus } from './vies.faults.js';
import { errorCodesOf, questionOf, requesterOf } from './vies.messages.js';
import { type VatNumber, vatNumberOf } from './vies.number.js';
import { observeViesAnswer, type ViesQuestion } from './vies.outcomes.js';

const PATHS = { live: 'check-vat-number', sandbox: 'check-vat-test-service' } as const;

/**
 * VIES, the European Commission's gateway to the VAT registers of the member states and Northern Ireland: open, without credentials. No
 * answer is billed or can be read again, so asking again is always safe, and gives another consultation number.
 * Source: the REST contract of VIES on the web (swagger_publicVAT.yaml) and checkVatService.wsdl for the meaning of codes.
 */
export class ViesAdapter implements ProviderAdapter {
  readonly provider = 'vies';
  readonly description = 'VIES, the VAT registers of the European Union: whether a VAT number is registered now.';
  readonly testOnly = false;
  readonly checks = [VIES_CHECK];
  readonly connectionForm = VIES_CONNECTION;
  readonly capabilities = {
    fetch: 'rerun',
    find: false,
    callbacks: false,
    idempotentStart: true,
    redact: 'unsupported',
  } as const;
  readonly #client: VendorClient;

  constructor(platform: AdapterPlatform) {
    this.#client = new VendorClient(platform);
  }

  /** Each member state's register fails and throttles alone, for all organizations together. */
  partitionOf({ input }: Check, { settings }: Connection): string {
    const read = viesInput.safeParse(input);
    const state = read.success && vatNumberOf(read.data.vat_number, read.data.country)?.memberState;
    return [settings['environment'] === 'sandbox' ? 'vies sandbox' : 'vies', ...(state ? [state] : [])].join(' ');
  }

  /** None is published. At one a second over all registers each still answers. A requester that is refused costs a second request. */
  limitOf(_check: Check, { settings }: Connection): CallLimit {
    return { calls: 1, perMs: settings['requester_vat'] === undefined ? 1_000 : 2_000, of: 'provider' };
  }

  start(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(() => this.#ask(check, call));
  }

  fetch(check: Check, call: Call): Promise<Observation> {
    return this.start(check, call);
  }

  /** Asks whether the service is up. Live and sandbox are one there. */
  async probe({ connection, signal }: Call): Promise<void> {
    const { settings } = readConnection(VIES_CONNECTION, connection);
    const request = { method: 'GET', url: `${settings.base_url}/check-status` } as const;
    const answer = await this.#client.send(request, signal).catch(unreached);
    const fault = faultOfStatus(answer, this.#client.now);
    if (fault) throw fault;
  }

  async #ask(check: Check, { connection, signal }: Call): Promise<Observation> {
    const input = viesInput.parse(check.input);
    const { settings } = readConnection(VIES_CONNECTION, connection);
    const asked = vatNumberOf(input.vat_number, input.country);
    if (asked === null) throw new Error('the schema lets only numbers of member states pass');
    // The numbers that the sandbox knows are none by any form.
    if (!asked.wellFormed && settings.environment === 'live')
      return { outcome: 'failed', reason: 'identifier_format_invalid', observedAt: this.#client.now };
    return this.#consult({ input, settings, asked }, signal);
  }

  async #consult(about: About, signal: AbortSignal): Promise<Observation> {
    const requester = requesterOf(about.settings);
    const put = async (question: JsonObject, by: ViesQuestion['requester']) => {
      const answer = await this.#send(about.settings, question, signal);
      return {
        answer,
        observe: () => observeViesAnswer(answer, { ...about, question, requester: by }, this.#client.now),
      };
    };
    const first = await put(questionOf(about.asked, about.input, requester), requester ? 'accepted' : 'none');
    if (!requester || !mayRefuseRequester(first.answer)) return first.observe();
    // Whether the number is registered does not depend on who asks: only the proof is lost.
    return (await put(questionOf(about.asked, about.input, null), 'rejected')).observe();
  }

  #send({ base_url, environment }: ViesSettings, question: JsonObject, signal: AbortSignal): Promise<HttpAnswer> {
    const request = { method: 'POST', url: `${base_url}/${PATHS[environment]}`, json: question } as const;
    return this.#client.send(request, signal).catch(unreached);
  }
}

interface About {
  readonly input: ViesInput;
  readonly settings: ViesSettings;
  readonly asked: VatNumber;
}

/** The codes of an error that is, or may be, about the number of whoever asks: of the latter two nobody says which number is meant. */
const OF_REQUESTER: ReadonlySet<string> = new Set(['INVALID_REQUESTER_INFO', 'INVALID_INPUT', 'VOW-ERR-2600']);

function mayRefuseRequester({ body }: HttpAnswer): boolean {
  return errorCodesOf(jsonOf(body)).some((code) => OF_REQUESTER.has(code));
}

/** Reaching the Commission fails on the way, not there: what is down says so by a code. */
function unreached(error: unknown): never {
  if (!(error instanceof HttpFault && error.kind === 'refused')) throw error;
  throw new ProviderFault('network_error', { class: 'timeout', unsent: true }, { cause: error });
}
