import { z } from 'zod';
import type { Connection, ConnectionForm } from '../provider-adapter.js';
import { REASONS } from '../reasons.js';
import { baseUrl, notConfigured, readConnection } from '../vendor/vendor-client.js';

const workflow = (standard: string) =>
  z
    .string('must be text')
    .regex(/^[1-9]\d{0,5}$/, 'must be the key of a workflow: a number')
    .nullable()
    .default(standard);
const page = z
  .url({ protocol: /^https$/, error: 'must be an https URL' })
  .max(255)
  .nullable()
  .default(null);

/** What can be set up. */
export const JUMIO_CONNECTION = {
  settings: z.strictObject({
    data_center: z.enum(['amer-1', 'emea-1', 'apac-1']).default('amer-1').describe('Where the account is.'),
    base_url: baseUrl
      .nullable()
      .default(null)
      .describe("Where all of the API is, in place of the data center's hosts."),
    user_agent: z
      .string('must be text')
      .regex(/^[\x21-\x7e][\x20-\x7e]{1,198}[\x21-\x7e]$/, 'must be 3 to 200 printable ASCII characters')
      .describe('Who asks, as Jumio demands it: the company, the application and its version.'),
    workflows: z
      .strictObject({ document: workflow('2'), document_selfie: workflow('3') })
      .prefault({})
      .describe('The key of the workflow that each check type runs.'),
    link_minutes: z.int().min(5).max(86_400).default(30).describe("How long the customer's page can be opened."),
    success_url: page.describe('Where the customer is sent afterwards.'),
    error_url: page.describe('Where the customer is sent when it came to nothing.'),
    locale: z
      .string('must be text')
      .regex(/^[a-z]{2}(-[A-Z]{2})?$/, 'must be a language, e.g. de or pt-BR')
      .nullable()
      .default(null)
      .describe('The language of the page; null: as the account has it.'),
    warning: z
      .enum(['review', 'verified', 'failed'])
      .default('review')
      .describe('What a decision of Jumio says that is a warning; review: put before a person.'),
    not_executed: z
      .enum(['cancelled', 'review'])
      .default('cancelled')
      .describe('What a journey says in which nothing could be decided; cancelled: another one may follow.'),
    labels: z
      .record(z.string().min(1).max(130), z.enum(REASONS.negative))
      .default({})
      .describe(
        'What a label of a rejection means, by LABEL or capability.LABEL, where that is not its usual meaning, or the label is a new one.',
      ),
  }),
  credentials: ['client_id', 'client_secret'],
  deploymentSettings: ['base_url'],
} as const satisfies ConnectionForm;

/** The settings as the adapter reads them. */
export type JumioSettings = z.output<typeof JUMIO_CONNECTION.settings>;

/** The client of an account at Jumio, and where it has its credentials. */
export interface JumioAccess {
  readonly auth: string;
  readonly account: string;
  readonly retrieval: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly settings: JumioSettings;
}

/** The connection, read. Throws `ProviderFault` `provider_not_configured` where it is not whole. */
export function accessOf(connection: Connection): JumioAccess {
  const { settings, credentials } = readConnection(JUMIO_CONNECTION, connection);
  const { client_id: clientId = '', client_secret: clientSecret = '' } = credentials;
  // A colon would end the id.
  if (!/^[\x21-\x39\x3b-\x7e]+$/.test(clientId) || !/^[\x21-\x7e]+$/.test(clientSecret)) throw notConfigured();
  const hostOf = (name: string): string => settings.base_url ?? `https://${name}.${settings.data_center}.jumio.ai`;
  const hosts = { auth: hostOf('auth'), account: hostOf('account'), retrieval: hostOf('retrieval') };
  return { ...hosts, clientId, clientSecret, settings };
}
