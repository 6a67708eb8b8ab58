import { z } from 'zod';
import type { HttpAnswer, HttpRequest } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Call, ConnectionForm } from '../provider-adapter.js';
import { baseUrl, readConnection, VendorClient } from '../vendor/vendor-client.js';

/** A request to the vendor, without what every request has. */
export interface VendorCall {
  readonly method: HttpRequest['method'];
  /** Below the connection's base URL, with a slash first. */
  readonly path: string;
  readonly body?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the vendor needs to know of its customer. */
export const CONNECTION_FORM = {
  settings: z.strictObject({ base_url: baseUrl.describe('Where the vendor is.') }),
  credentials: ['api_key'],
  deploymentSettings: ['base_url'],
} as const satisfies ConnectionForm;

/** The vendor's protocol. Every method rejects as those of {@link VendorClient} do. */
export class SandboxClient extends VendorClient {
  /** Asks by the call's connection, and gives back whatever was answered. */
  async ask({ connection, signal }: Call, { method, path, body, headers }: VendorCall): Promise<HttpAnswer> {
    const { settings, credentials } = readConnection(CONNECTION_FORM, connection);
    return this.send(
      {
        method,
        url: `${settings.base_url}${path}`,
        headers: { ...headers, authorization: `Bearer ${credentials['api_key'] ?? ''}` },
        ...(body !== undefined && { json: body }),
      },
      signal,
    );
  }
}
