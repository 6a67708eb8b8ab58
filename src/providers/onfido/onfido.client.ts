import type { HttpAnswer } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Call } from '../provider-adapter.js';
import { unrecognised, VendorClient, type VendorMessage } from '../vendor/vendor-client.js';
import { accessOf } from './onfido.connection.js';
import { type OnfidoRun, onfidoRun } from './onfido.messages.js';

/** A request to the API. */
export interface OnfidoRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the address of the region and version, with a slash first. */
  readonly path: string;
  readonly json?: JsonObject;
}

/** The API's protocol: JSON with a token. Every method rejects as those of {@link VendorClient} do. */
export class OnfidoClient extends VendorClient {
  /** Asks by the call's connection, and gives back whatever was answered. */
  async ask({ connection, signal }: Call, { path, ...request }: OnfidoRequest): Promise<HttpAnswer> {
    const { url, token } = accessOf(connection);
    const headers = { authorization: `Token token=${token}` };
    return this.send({ ...request, url: `${url}${path}`, headers }, signal);
  }

  /** The run of that id as Onfido has it now. */
  async readRun(reference: string | null, call: Call): Promise<VendorMessage<OnfidoRun>> {
    if (reference === null) throw new TypeError('a check without a reference cannot be read');
    const answer = await this.ask(call, { method: 'GET', path: `/workflow_runs/${encodeURIComponent(reference)}` });
    // Lost, deleted or another account's: that says nothing about the subject.
    if (answer.status === 404 || answer.status === 410) throw unrecognised();
    return this.read(answer, onfidoRun);
  }
}
