import type { HttpAnswer } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { ProviderFault } from '../fault-observation.js';
import type { AdapterPlatform, Call } from '../provider-adapter.js';
import { jsonOf, unrecognised, VendorClient, type VendorMessage } from '../vendor/vendor-client.js';
import { AccessTokens } from '../vendor/access-tokens.js';
import { accessOf, type TruliooAccess, type TruliooApplication } from './trulioo.connection.js';
import { type TruliooAnswer, truliooAnswer } from './trulioo.messages.js';
import { TRULIOO_TOKENS } from './trulioo.tokens.js';

/** All sources of a country with all their fields. */
const MOST_BYTES = 4 * 1024 * 1024;

interface Request {
  readonly method: 'GET' | 'POST';
  readonly service: 'verifications' | 'connection';
  readonly call: string;
  readonly json?: JsonObject;
}

/** The API's protocol: JSON, with a key or behind tokens. Every method rejects as those of {@link VendorClient} do. */
export class TruliooClient extends VendorClient {
  readonly #tokens: AccessTokens<TruliooApplication>;

  constructor(platform: AdapterPlatform) {
    super(platform);
    this.#tokens = new AccessTokens(this, TRULIOO_TOKENS);
  }

  /** Has the sources asked. Each such request is billed. */
  async verify(call: Call, json: JsonObject): Promise<VendorMessage<TruliooAnswer>> {
    const answer = await this.#ask(call, { method: 'POST', service: 'verifications', call: 'verify', json });
    return this.read(answer, truliooAnswer);
  }

  /** What was found then. */
  async record(call: Call, id: string): Promise<VendorMessage<TruliooAnswer>> {
    const path = `transactionrecord/${encodeURIComponent(id)}`;
    const answer = await this.#ask(call, { method: 'GET', service: 'verifications', call: path });
    // No longer kept, or another account's: that says nothing about the subject.
    if (answer.status === 404 || answer.status === 400) throw unrecognised();
    return this.read(answer, truliooAnswer);
  }

  /** Asks whether the credentials are known, with a fresh token where there are any. */
  async probe(call: Call): Promise<void> {
    const { by } = accessOf(call.connection);
    if (!('key' in by)) await this.#tokens.try(by, call.signal);
    const answer = await this.#ask(call, { method: 'GET', service: 'connection', call: 'testauthentication' });
    this.accept(answer);
    if (!isGreeting(answer)) throw new ProviderFault('provider_response_unrecognised', { class: 'outage' });
  }

  override accept(answer: HttpAnswer): void {
    // It says 409 to an account that has asked too often.
    if (answer.status === 409) throw new ProviderFault('provider_quota_exhausted', { class: 'quota' });
    super.accept(answer);
  }

  /** A token may end early: once, a new one is tried. Turned away, a request has begun nothing. */
  async #ask({ connection, signal }: Call, request: Request): Promise<HttpAnswer> {
    const access = accessOf(connection);
    const { by } = access;
    if ('key' in by) return this.#put(access, request, { headers: { 'x-trulioo-api-key': by.key }, signal });
    const withToken = (token: string): Promise<HttpAnswer> =>
      this.#put(access, request, { headers: { authorization: `Bearer ${token}` }, signal });
    const token = await this.#tokens.of(by, signal);
    const answer = await withToken(token);
    if (answer.status !== 401) return answer;
    this.#tokens.forget(by, token);
    return withToken(await this.#tokens.of(by, signal));
  }

  #put(
    { urlOf }: TruliooAccess,
    { service, call, ...request }: Request,
    { headers, signal }: { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal },
  ): Promise<HttpAnswer> {
    return this.send({ ...request, url: urlOf(service, call), headers, maxBytes: MOST_BYTES }, signal);
  }
}

/** It greets who is known by name, in a text of JSON or in plain text; pages and objects are no greeting. */
function isGreeting({ body }: HttpAnswer): boolean {
  const said = jsonOf(body) ?? body.toString('utf8').trim();
  return typeof said === 'string' && /^[^<>{}[\]]{1,500}$/.test(said);
}
