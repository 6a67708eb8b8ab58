import { z } from 'zod';
import type { Connection, ConnectionForm } from '../provider-adapter.js';
import { baseUrl, notConfigured, readConnection } from '../vendor/vendor-client.js';

/** What a status of a search can mean. */
const meaning = z.enum(['clear', 'review', 'hit']);

const profile = z
  .string('must be text')
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/, 'must be the id of a search profile')
  .nullable()
  .default(null);

/** What can be set up: which account, how wide a net, and what the statuses of its searches mean. */
export const COMPLY_ADVANTAGE_CONNECTION = {
  settings: z.strictObject({
    region: z.enum(['eu', 'us', 'ap']).default('eu').describe('Where the account is.'),
    base_url: baseUrl.nullable().default(null).describe("Where the API is, in place of the region's own address."),
    fuzziness: z
      .number()
      .min(0)
      .max(1)
      .default(0.6)
      .describe('How far names may differ: 0 not at all, 1 the most. Not used with a search profile.'),
    search_profiles: z
      .strictObject({ sanctions: profile, pep: profile, sanctions_and_pep: profile, adverse_media: profile })
      .prefault({})
      .describe(
        'The search profile of the account that a check type is searched with, in place of its own lists and fuzziness. A pass then proves what the profile looks for.',
      ),
    match_statuses: z
      .record(z.string().min(1).max(64), meaning)
      .default({})
      .describe('What a status of a search means, where that is not its usual meaning, or the status is a new one.'),
    repeats_lists: z
      .boolean()
      .default(true)
      .describe(
        'Whether an answer that found nobody has to repeat which lists it looked into. False: it is believed without that.',
      ),
    requests_per_minute: z
      .int()
      .min(3)
      .max(6_000)
      .default(300)
      .describe("The account's limit; a question costs up to three requests."),
  }),
  credentials: ['api_key'],
  deploymentSettings: ['base_url'],
} as const satisfies ConnectionForm;

/** The settings as the adapter reads them. */
export type ComplyAdvantageSettings = z.output<typeof COMPLY_ADVANTAGE_CONNECTION.settings>;

/** What a status of a search means. */
export type Meaning = z.output<typeof meaning>;

const USUAL: Readonly<Record<string, Meaning>> = {
  no_match: 'clear',
  false_positive: 'clear',
  true_positive_approve: 'clear',
  potential_match: 'review',
  unknown: 'review',
  true_positive: 'hit',
  true_positive_reject: 'hit',
};

/** What a status means by the settings; null for one that nobody has told of. */
export function meaningOf(status: string, { match_statuses: told }: ComplyAdvantageSettings): Meaning | null {
  const table = [told, USUAL].find((one) => Object.hasOwn(one, status));
  return table?.[status] ?? null;
}

const HOSTS = {
  eu: 'https://api.complyadvantage.com',
  us: 'https://api.us.complyadvantage.com',
  ap: 'https://api.ap.complyadvantage.com',
} as const;

/** Where to ask, and with which key. */
export interface ComplyAdvantageAccess {
  readonly url: string;
  readonly key: string;
  readonly settings: ComplyAdvantageSettings;
}

/** The connection, read. Throws `ProviderFault` `provider_not_configured` where it is not whole. */
export function accessOf(connection: Connection): ComplyAdvantageAccess {
  const { settings, credentials } = readConnection(COMPLY_ADVANTAGE_CONNECTION, connection);
  const key = credentials['api_key'] ?? '';
  if (!/^[\x21-\x7e]+$/.test(key)) throw notConfigured();
  return { url: settings.base_url ?? HOSTS[settings.region], key, settings };
}
