import { createHmac } from 'node:crypto';
import type { HttpAnswer } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Call } from '../provider-adapter.js';
import { VendorClient } from '../vendor/vendor-client.js';
import { accessOf, type VeriffIntegration } from './veriff.connection.js';

/** A request to the API: a session to be made, or a question about one. */
export type VeriffRequest =
  | { readonly method: 'POST'; readonly json: JsonObject }
  | {
      readonly method: 'GET' | 'DELETE';
      readonly sessionId: string;
      /** What of the session; left out: the session itself. */
      readonly part?: 'decision' | 'attempts';
    };

/**
 * HMAC-SHA256 in lower-case hexadecimal digits: of the body where something is sent, else of the session's id as it stands in the path.
 * Source: devdocs.veriff.com, HMAC authentication.
 */
export function requestSignature(content: string, secret: string): string {
  return createHmac('sha256', secret).update(content).digest('hex');
}

/** The API's protocol: JSON, each request with the integration's key and signed. Every method rejects as those of {@link VendorClient} do. */
export class VeriffClient extends VendorClient {
  /** Asks as one of the connection's integrations, and gives back whatever was answered. */
  async ask({ connection, signal }: Call, integration: VeriffIntegration, request: VeriffRequest): Promise<HttpAnswer> {
    const { url, key, secret } = accessOf(connection, integration);
    const { path, content } = partsOf(request);
    const headers = { 'x-auth-client': key, 'x-hmac-signature': requestSignature(content, secret) };
    const json = request.method === 'POST' ? { json: request.json } : {};
    return this.send({ method: request.method, url: `${url}/v1/sessions${path}`, headers, ...json }, signal);
  }
}

function partsOf(request: VeriffRequest): { readonly path: string; readonly content: string } {
  if (request.method === 'POST') return { path: '', content: JSON.stringify(request.json) };
  const { sessionId, part } = request;
  // Encoded for safety's sake: an id is a UUID, which is the same afterwards.
  const path = `/${encodeURIComponent(sessionId)}${part === undefined ? '' : `/${part}`}`;
  return { path, content: sessionId };
}
