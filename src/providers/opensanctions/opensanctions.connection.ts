import { z } from 'zod';
import type { Connection, ConnectionForm } from '../provider-adapter.js';
import { failScore, maxListAgeHours } from '../screening.js';
import { baseUrl, notConfigured, readConnection } from '../vendor/vendor-client.js';

const HOSTED = 'https://api.opensanctions.org';

const code = (description: string) =>
  z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be a name of lower case letters, digits, _ and -')
    .describe(description);

/** What can be set up: which service, which lists, and what a hit means. */
export const OPENSANCTIONS_CONNECTION = {
  settings: z.strictObject({
    service: z
      .enum(['hosted', 'self_hosted'])
      .default('hosted')
      .describe("OpenSanctions' own API, which needs a key and counts queries, or a yente of the deployment's."),
    base_url: baseUrl.nullable().default(null).describe(`Where the API is. Needed for self_hosted; hosted: ${HOSTED}.`),
    dataset: code('The collection that is searched. PEP screening wants the full one.').default('default'),
    algorithm: code("The scoring algorithm; best is the service's own choice.").default('best'),
    threshold: z.number().min(0.3).max(0.99).default(0.7).describe('The score from which a candidate counts.'),
    max_list_age_hours: maxListAgeHours,
    fail_score: failScore,
    pep: z
      .enum(['review', 'verified'])
      .default('review')
      .describe(
        'What a politically exposed person or a relative of one is: put before a person, or passed with a flag.',
      ),
    other_topics: z
      .enum(['review', 'ignore'])
      .default('review')
      .describe('Candidates of other topics in a sanctions check, e.g. crime or debarment.'),
    include_counter_sanctions: z
      .boolean()
      .default(false)
      .describe('Whether lists count that states keep against their critics.'),
  }),
  credentials: [],
  optionalCredentials: ['api_key'],
  deploymentSettings: ['service', 'base_url'],
} as const satisfies ConnectionForm;

/** The settings as the adapter reads them. */
export type OpenSanctionsSettings = z.output<typeof OPENSANCTIONS_CONNECTION.settings>;

/** Where to ask and with what. */
export interface Service {
  readonly settings: OpenSanctionsSettings;
  readonly isHosted: boolean;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The service of a connection. Throws `ProviderFault` `provider_not_configured` for the hosted one without a key and one's own without an address. */
export function serviceOf(connection: Connection): Service {
  const { settings, credentials } = readConnection(OPENSANCTIONS_CONNECTION, connection);
  const isHosted = settings.service === 'hosted';
  const url = settings.base_url ?? (isHosted ? HOSTED : null);
  const key = credentials['api_key'] ?? '';
  if (url === null || (isHosted && key === '')) throw notConfigured();
  return { settings, isHosted, url, headers: key === '' ? {} : { authorization: `ApiKey ${key}` } };
}
