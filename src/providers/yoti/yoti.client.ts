import type { HttpAnswer } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Call } from '../provider-adapter.js';
import { VendorClient } from '../vendor/vendor-client.js';
import { accessOf } from './yoti.connection.js';

/** A request to the API: a session to be made, or the question about one. */
export type YotiRequest =
  { readonly method: 'POST'; readonly json: JsonObject } | { readonly method: 'GET'; readonly sessionId: string };

/** The API's protocol: JSON, each request with the account's id and key. Every method rejects as those of {@link VendorClient} do. */
export class YotiClient extends VendorClient {
  /** Asks by the call's connection, and gives back whatever was answered. */
  async ask({ connection, signal }: Call, request: YotiRequest): Promise<HttpAnswer> {
    const { settings, sdkId, apiKey } = accessOf(connection);
    const url = `${settings.base_url}/api/v1/sessions`;
    const headers = { authorization: `Bearer ${apiKey}`, 'yoti-sdk-id': sdkId };
    if (request.method === 'POST') return this.send({ method: 'POST', url, headers, json: request.json }, signal);
    const result = `${url}/${encodeURIComponent(request.sessionId)}/result`;
    return this.send({ method: 'GET', url: result, headers }, signal);
  }
}
