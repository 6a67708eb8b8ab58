import type { HttpAnswer } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { ProviderFault, retryAfterMs } from '../fault-observation.js';
import type { Call, Check } from '../provider-adapter.js';
import type { Reason } from '../reasons.js';
import type { Retry } from '../observation.js';
import { jsonOf, mismatch, unrecognised, VendorClient, type VendorMessage } from '../vendor/vendor-client.js';
import { accessOf } from './idenfy.connection.js';
import { idenfyRefusal, idenfySessions, type IdenfyStatus, idenfyStatus } from './idenfy.messages.js';

/** A request to the API. */
export interface IdenfyRequest {
  readonly method: 'GET' | 'POST';
  /** With its query, and a slash first: some paths end with a slash, too. */
  readonly path: string;
  readonly json?: JsonObject;
}

/** What refusals say by their identifier: their status is 400, whatever is wrong. Those that are not here say that we asked wrongly. */
const REFUSALS: ReadonlyMap<string, readonly [Reason, Retry['class']]> = new Map<
  string,
  readonly [Reason, Retry['class']]
>([
  ['UNAUTHORIZED', ['provider_auth_failed', 'operator']],
  ['PERMISSIONS_ERROR', ['provider_not_entitled', 'operator']],
  ['PARTNER_CONTRACT_ERROR', ['provider_not_entitled', 'operator']],
  ['TOO_MANY_REQUESTS', ['provider_throttled', 'throttle']],
  ['INTERNAL_ERROR', ['provider_unavailable', 'outage']],
]);

/** More sessions of one reference than this are not looked through. */
const MOST_SESSIONS = 5;

/** The identifier of a refusal; null where the answer is none of iDenfy's. */
export function refusalOf({ body }: HttpAnswer): string | null {
  return idenfyRefusal.safeParse(jsonOf(body)).data?.identifier ?? null;
}

/** Whether iDenfy says that it has no such session. Somebody else's 404 is no word of its. */
function isUnknown(answer: HttpAnswer): boolean {
  const refusal = refusalOf(answer);
  return refusal === 'TOKEN_NOT_VALID' || (answer.status === 404 && refusal !== null);
}

/** The API's protocol: JSON with a key and a secret. Every method rejects as those of {@link VendorClient} do. */
export class IdenfyClient extends VendorClient {
  /** Asks by the call's connection, and gives back whatever was answered. */
  async ask({ connection, signal }: Call, { path, ...request }: IdenfyRequest): Promise<HttpAnswer> {
    const { url, authorization } = accessOf(connection);
    return this.send({ ...request, url: `${url}${path}`, headers: { authorization } }, signal);
  }

  /** As {@link VendorClient.accept}; of a 4xx the identifier counts where it is known. */
  override accept(answer: HttpAnswer): void {
    const told = answer.status >= 400 && answer.status < 500 ? REFUSALS.get(refusalOf(answer) ?? '') : undefined;
    if (told === undefined) {
      super.accept(answer);
      return;
    }
    const [reason, retryClass] = told;
    const afterMs = retryAfterMs(answer.headers['retry-after'], this.now);
    throw new ProviderFault(reason, { class: retryClass, ...(afterMs !== undefined && { afterMs }) });
  }

  /** How the check's session stands. One that is lost says nothing about the subject. */
  async readStatus(check: Check, call: Call): Promise<VendorMessage<IdenfyStatus>> {
    if (check.reference === null) throw new TypeError('a check without a reference cannot be read');
    const status = await this.#statusOf(check.reference, call);
    const { clientId, status: word } = status.message;
    // Erasure may take our reference along.
    const isNobodys = word.endsWith('DELETED') && (clientId ?? '') === '';
    if (clientId !== check.verificationId && !isNobodys) throw mismatch();
    return status;
  }

  /**
   * The session of our id; null where iDenfy has none. Each is read to tell whose it is; throws `provider_response_mismatch` where those that were
   * found are not ours.
   */
  async findStatus({ verificationId }: Check, call: Call): Promise<VendorMessage<IdenfyStatus> | null> {
    const references = await this.listSessions(verificationId, call);
    for (const reference of references) {
      const status = await this.#statusOf(reference, call);
      if (status.message.clientId === verificationId) return status;
    }
    if (references.length > 0) throw mismatch();
    return null;
  }

  /** The ids of the sessions that were made for a reference. */
  async listSessions(clientId: string, call: Call): Promise<readonly string[]> {
    const query = new URLSearchParams({ clientId, perPage: String(MOST_SESSIONS) });
    const answer = await this.ask(call, { method: 'GET', path: `/kyc/identifications/?${query.toString()}` });
    const { count, results } = this.read(answer, idenfySessions).message;
    // Some are there, and not shown.
    if (count > 0 && results.length === 0) throw unrecognised();
    return results.slice(0, MOST_SESSIONS).map(({ scanRef }) => scanRef);
  }

  async #statusOf(scanRef: string, call: Call): Promise<VendorMessage<IdenfyStatus>> {
    const answer = await this.ask(call, { method: 'POST', path: '/api/v2/status', json: { scanRef } });
    if (isUnknown(answer)) throw unrecognised();
    const status = this.read(answer, idenfyStatus);
    if (status.message.scanRef !== scanRef) throw mismatch();
    return status;
  }
}
