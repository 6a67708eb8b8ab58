import type { HttpAnswer } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Call } from '../provider-adapter.js';
import { VendorClient } from '../vendor/vendor-client.js';
import { accessOf } from './middesk.connection.js';

/** A request to the API. */
export interface MiddeskRequest {
  readonly method: 'GET' | 'POST';
  /** Below the address of the environment, with a slash first. */
  readonly path: string;
  readonly json?: JsonObject;
  /** Largest answer that is read, in bytes; 1 MiB unless told. */
  readonly maxBytes?: number;
}

/** The API's protocol: JSON with a bearer key. Every method rejects as those of {@link VendorClient} do. */
export class MiddeskClient extends VendorClient {
  /** Asks by the call's connection, and gives back whatever was answered. */
  async ask({ connection, signal }: Call, { path, ...request }: MiddeskRequest): Promise<HttpAnswer> {
    const { url, key } = accessOf(connection);
    const headers = { authorization: `Bearer ${key}` };
    return this.send({ ...request, url: `${url}${path}`, headers }, signal);
  }
}
