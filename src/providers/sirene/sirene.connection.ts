import { z } from 'zod';
import type { Connection, ConnectionForm } from '../provider-adapter.js';
import { baseUrl, notConfigured, readConnection } from '../vendor/vendor-client.js';

/** What can be set up. The two services answer from one register; one needs a key, the other is open. */
export const SIRENE_CONNECTION = {
  settings: z.strictObject({
    service: z
      .enum(['insee', 'search'])
      .default('insee')
      .describe(
        'insee: the register itself, with a key; search: the open search of companies, by company number alone.',
      ),
    base_url: baseUrl.nullable().default(null).describe('Where the service is, in place of its own address.'),
    key_header: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'must be the name of a header')
      .default('X-INSEE-Api-Key-Integration')
      .describe('The header that carries the key: it has changed with the portal before.'),
  }),
  credentials: [],
  optionalCredentials: ['api_key'],
  deploymentSettings: ['base_url', 'key_header'],
} as const satisfies ConnectionForm;

const HOSTS = {
  insee: 'https://api.insee.fr/api-sirene/3.11',
  search: 'https://recherche-entreprises.api.gouv.fr',
} as const;

/** Whom to ask, and with what. */
export interface SireneAccess {
  readonly service: 'insee' | 'search';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The connection, read. Throws `ProviderFault` `provider_not_configured` where it is not whole: the register itself needs a key. */
export function sireneAccess(connection: Connection): SireneAccess {
  const { settings, credentials } = readConnection(SIRENE_CONNECTION, connection);
  const { service, base_url: url, key_header: header } = settings;
  const access = { service, url: url ?? HOSTS[service] };
  if (service === 'search') return { ...access, headers: {} };
  const key = credentials['api_key'] ?? '';
  if (!/^[\x21-\x7e]+$/.test(key)) throw notConfigured();
  return { ...access, headers: { [header]: key } };
}
