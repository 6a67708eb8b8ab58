import { z } from 'zod';
import type { Check, Connection, ConnectionForm } from '../provider-adapter.js';
import { baseUrl, notConfigured, readConnection } from '../vendor/vendor-client.js';

/** Names below veriff.com, and the one of an older integration. Whoever sets up a connection says which of Veriff's hosts is theirs, and no other host. */
const HOST = /^(?:(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,2}veriff\.com|api\.veriff\.me)$/;

/** What can be set up. */
export const VERIFF_CONNECTION = {
  settings: z.strictObject({
    host: z
      .string('must be text')
      .regex(HOST, 'must be a host of Veriff, such as stationapi.veriff.com')
      .default('stationapi.veriff.com')
      .describe('The host of the base URL that the Customer Portal shows for the integration.'),
    base_url: baseUrl
      .nullable()
      .default(null)
      .describe('Where the API is, without /v1, in place of https:// and the host.'),
    return_url: z
      .url({ protocol: /^https$/, error: 'must be an https URL' })
      .max(2000)
      .nullable()
      .default(null)
      .describe('Where the customer goes afterwards; null: as the integration says.'),
    minimum_age: z
      .int()
      .min(1)
      .max(120)
      .nullable()
      .default(null)
      .describe(
        'For age/age_estimation: how old the estimate must be at least, besides what the integration asks for.',
      ),
  }),
  credentials: ['api_key', 'shared_secret'],
  optionalCredentials: ['age_api_key', 'age_shared_secret'],
  deploymentSettings: ['base_url'],
} as const satisfies ConnectionForm;

/** The settings as the adapter reads them. */
export type VeriffSettings = z.output<typeof VERIFF_CONNECTION.settings>;

/** Where to ask, as which integration, and by which settings. */
export interface VeriffAccess {
  readonly url: string;
  readonly key: string;
  readonly secret: string;
  readonly settings: VeriffSettings;
}

/** What a kind of integration is for. */
export type VeriffIntegration = 'identity' | 'age';

/** The integration that the check belongs to: Veriff estimates ages in one of their own. */
export function integrationOf({ verificationType }: Pick<Check, 'verificationType'>): VeriffIntegration {
  return verificationType === 'age' ? 'age' : 'identity';
}

const CREDENTIALS = {
  identity: ['api_key', 'shared_secret'],
  age: ['age_api_key', 'age_shared_secret'],
} as const;

/** The connection, read. Throws `ProviderFault` `provider_not_configured` where it is not whole, or has no such integration. */
export function accessOf(connection: Connection, integration: VeriffIntegration): VeriffAccess {
  const { settings, credentials } = readConnection(VERIFF_CONNECTION, connection);
  const [key = '', secret = ''] = CREDENTIALS[integration].map((name) => credentials[name]);
  if (!isKey(key) || secret === '') throw notConfigured();
  return { url: settings.base_url ?? `https://${settings.host}`, key, secret, settings };
}

/** Whether the connection has an integration for ages. */
export function hasAgeIntegration({ credentials }: Connection): boolean {
  return (credentials[CREDENTIALS.age[0]] ?? '') !== '';
}

/** The keys of all its integrations, one of which a callback names. Empty ones name nobody. */
export function keysOf({ credentials }: Connection): readonly string[] {
  return [CREDENTIALS.identity[0], CREDENTIALS.age[0]].flatMap((name) => credentials[name] || []);
}

function isKey(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
