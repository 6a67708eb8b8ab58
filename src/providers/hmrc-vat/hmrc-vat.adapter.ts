import type { HttpAnswer } from '../../platform/http.js';
import type { Observation } from '../observation.js';
import type { AdapterPlatform, Call, CallLimit, Check, Connection, ProviderAdapter } from '../provider-adapter.js';
import { readConnection, VendorClient } from '../vendor/vendor-client.js';
import { AccessTokens } from '../vendor/access-tokens.js';
import { HMRC_VAT_CHECK, hmrcVatInput, isVrn, nationalOf } from './hmrc-vat.check.js';
import { applicationOf, HMRC_VAT_CONNECTION, type HmrcApplication } from './hmrc-vat.connection.js';
import { refusesRequester, refusesToken } from './hmrc-vat.messages.js';
import { observeHmrcVatAnswer } from './hmrc-vat.outcomes.js';
import { HMRC_TOKENS } from './hmrc-vat.tokens.js';

const PATH = '/organisations/vat/check-vat-number/lookup';

/**
 * HMRC's "Check a UK VAT number" 2.0, behind an application of the organization's own. No answer is billed or can be read again, so
 * asking again is always safe. Source: hmrc/vat-registered-companies-api (contract and test data); HMRC Developer Hub, reference guide.
 */
export class HmrcVatAdapter implements ProviderAdapter {
  readonly provider = 'hmrc_vat';
  readonly description = "HMRC's register of VAT numbers of the United Kingdom: whether a number is registered now.";
  readonly testOnly = false;
  readonly checks = [HMRC_VAT_CHECK];
  readonly connectionForm = HMRC_VAT_CONNECTION;
  readonly capabilities = {
    fetch: 'rerun',
    find: false,
    callbacks: false,
    idempotentStart: true,
    redact: 'unsupported',
  } as const;
  readonly #client: VendorClient;
  readonly #tokens: AccessTokens<HmrcApplication>;

  constructor(platform: AdapterPlatform) {
    this.#client = new VendorClient(platform);
    this.#tokens = new AccessTokens(this.#client, HMRC_TOKENS);
  }

  /** Three requests a second for each application. Where the organization's number is refused, one question costs two. */
  limitOf(_check: Check, { settings }: Connection): CallLimit {
    return { calls: typeof settings['requester_vat'] === 'string' ? 1 : 3, perMs: 1_000 };
  }

  start(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(() => this.#ask(check, call));
  }

  fetch(check: Check, call: Call): Promise<Observation> {
    return this.start(check, call);
  }

  /** Gets a token: that shows the address and the credentials, and not that the application may use this API. */
  async probe({ connection, signal }: Call): Promise<void> {
    await this.#tokens.try(applicationOf(readConnection(HMRC_VAT_CONNECTION, connection)), signal);
  }

  async #ask(check: Check, { connection, signal }: Call): Promise<Observation> {
    const asked = nationalOf(hmrcVatInput.parse(check.input).vat_number);
    const read = readConnection(HMRC_VAT_CONNECTION, connection);
    const { settings } = read;
    if (!isVrn(asked)) return { outcome: 'failed', reason: 'identifier_format_invalid', observedAt: this.#client.now };
    const application = applicationOf(read);
    const put = async (by: string | null): Promise<HttpAnswer> =>
      this.#lookUp(application, by === null ? `${PATH}/${asked}` : `${PATH}/${asked}/${by}`, signal);
    const by = settings.requester_vat === null ? null : nationalOf(settings.requester_vat);
    const first = await put(by);
    const { now } = this.#client;
    if (by === null || !refusesRequester(first)) return observeHmrcVatAnswer(first, { asked, by, settings }, now);
    // Whether the number is registered does not depend on who asks: only the proof is lost.
    return observeHmrcVatAnswer(await put(null), { asked, by: null, settings }, this.#client.now);
  }

  /** A token may end early: once, a new one is tried. */
  async #lookUp(application: HmrcApplication, path: string, signal: AbortSignal): Promise<HttpAnswer> {
    const get = (token: string): Promise<HttpAnswer> => {
      const headers = { accept: 'application/vnd.hmrc.2.0+json', authorization: `Bearer ${token}` };
      return this.#client.send({ method: 'GET', url: `${application.host}${path}`, headers }, signal);
    };
    const token = await this.#tokens.of(application, signal);
    const answer = await get(token);
    if (!refusesToken(answer)) return answer;
    this.#tokens.forget(application, token);
    return get(await this.#tokens.of(application, signal));
  }
}
