import { z } from 'zod';
import type { Connection, ConnectionForm } from '../provider-adapter.js';
import { baseUrl, notConfigured, readConnection } from '../vendor/vendor-client.js';

const page = z.url({ protocol: /^https$/, error: 'must be an https URL' }).max(2000);

/** What can be set up. */
export const COMPLYCUBE_CONNECTION = {
  settings: z.strictObject({
    environment: z
      .enum(['live', 'sandbox'])
      .default('live')
      .describe('Live, or the sandbox, where nothing is really checked; the key must be of the same. Same address.'),
    base_url: baseUrl.default('https://api.complycube.com/v1').describe('Where the API is, version included.'),
    success_url: page.describe('Where the customer goes afterwards.'),
    cancel_url: page.describe('Where the customer goes who gives up.'),
    workflow_template_id: z
      .string('must be text')
      .regex(/^[0-9a-f]{24}$/, 'must be the id of a workflow template: 24 hexadecimal digits')
      .nullable()
      .default(null)
      .describe('The template that identity/workflow runs, in its active version.'),
  }),
  credentials: ['api_key'],
  deploymentSettings: ['base_url'],
  hasSandbox: true,
} as const satisfies ConnectionForm;

/** The settings as the adapter reads them. */
export type ComplyCubeSettings = z.output<typeof COMPLYCUBE_CONNECTION.settings>;

/** Where to ask, and with which key. */
export interface ComplyCubeAccess {
  readonly url: string;
  readonly key: string;
  readonly settings: ComplyCubeSettings;
}

const KEYS = { live: /^live_[\x21-\x7e]+$/, sandbox: /^test_[\x21-\x7e]+$/ } as const;

/** The connection, read. Throws `ProviderFault` `provider_not_configured` where it is not whole, or the key is of the other environment. */
export function accessOf(connection: Connection): ComplyCubeAccess {
  const { settings, credentials } = readConnection(COMPLYCUBE_CONNECTION, connection);
  const key = credentials['api_key'] ?? '';
  if (!KEYS[settings.environment].test(key)) throw notConfigured();
  return { url: settings.base_url, key, settings };
}
