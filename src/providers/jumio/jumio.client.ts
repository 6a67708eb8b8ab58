import type { HttpAnswer } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { AdapterPlatform, Call } from '../provider-adapter.js';
import { unrecognised, VendorClient, type VendorMessage } from '../vendor/vendor-client.js';
import { AccessTokens } from '../vendor/access-tokens.js';
import { accessOf, type JumioAccess } from './jumio.connection.js';
import { type JumioExecution, jumioExecution } from './jumio.messages.js';
import { JUMIO_TOKENS } from './jumio.tokens.js';

/** A request to one of the API's hosts. */
export interface JumioRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly host: 'account' | 'retrieval';
  /** Below the accounts, with a slash first where there is any. */
  readonly path: string;
  readonly json?: JsonObject;
}

/** An execution's place: the account that was made for the verification, and the execution in it. */
export interface JumioPlace {
  readonly account: string;
  readonly execution: string;
}

/** The API's protocol: JSON behind tokens. Every method rejects as those of {@link VendorClient} do. */
export class JumioClient extends VendorClient {
  readonly #tokens: AccessTokens<JumioAccess>;

  constructor(platform: AdapterPlatform) {
    super(platform);
    this.#tokens = new AccessTokens(this, JUMIO_TOKENS);
  }

  /** Asks by the call's connection, and gives back whatever was answered. A token may end early: once, a new one is tried. */
  async ask({ connection, signal }: Call, request: JumioRequest): Promise<HttpAnswer> {
    const access = accessOf(connection);
    const token = await this.#tokens.of(access, signal);
    const answer = await this.#put(access, request, { token, signal });
    // Turned away, a start has begun nothing.
    if (answer.status !== 401) return answer;
    this.#tokens.forget(access, token);
    return this.#put(access, request, { token: await this.#tokens.of(access, signal), signal });
  }

  /** The execution at that place as Jumio has it now. */
  async readExecution({ account, execution }: JumioPlace, call: Call): Promise<VendorMessage<JumioExecution>> {
    const path = `/${account}/workflow-executions/${execution}`;
    const answer = await this.ask(call, { method: 'GET', host: 'retrieval', path });
    // Deleted or another account's: that says nothing about the subject.
    if (answer.status === 404) throw unrecognised();
    return this.read(answer, jumioExecution);
  }

  /** Gets a token, which shows the address and the credentials. */
  async probe({ connection, signal }: Call): Promise<void> {
    await this.#tokens.try(accessOf(connection), signal);
  }

  #put(
    access: JumioAccess,
    { host, path, ...request }: JumioRequest,
    { token, signal }: { readonly token: string; readonly signal: AbortSignal },
  ): Promise<HttpAnswer> {
    const headers = { authorization: `Bearer ${token}`, 'user-agent': access.settings.user_agent };
    return this.send({ ...request, url: `${access[host]}/api/v1/accounts${path}`, headers }, signal);
  }
}
