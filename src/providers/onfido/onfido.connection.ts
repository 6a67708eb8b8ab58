import { z } from 'zod';
import type { Connection, ConnectionForm } from '../provider-adapter.js';
import { REASONS } from '../reasons.js';
import { baseUrl, notConfigured, readConnection } from '../vendor/vendor-client.js';

const workflow = z.guid('must be the id of a workflow: a UUID').nullable().default(null);
const page = z
  .url({ protocol: /^https$/, error: 'must be an https URL' })
  .max(2048)
  .nullable()
  .default(null);

/** What can be set up. */
export const ONFIDO_CONNECTION = {
  settings: z.strictObject({
    environment: z
      .enum(['live', 'sandbox'])
      .default('live')
      .describe('Live, or the sandbox, where nothing is really checked; the token must be of the same.'),
    region: z.enum(['eu', 'us', 'ca']).default('eu').describe('Where the account is.'),
    base_url: baseUrl
      .nullable()
      .default(null)
      .describe('Where the API is, version included, in place of the region’s own address.'),
    workflows: z
      .strictObject({ document: workflow, document_selfie: workflow, workflow })
      .prefault({})
      .describe('The workflow of Studio that each check type runs.'),
    reasons: z
      .record(z.string().min(1).max(200), z.enum(REASONS.negative))
      .default({})
      .describe(
        'What the labels that the workflows give a decline mean; a label that is not here means provider_rejected.',
      ),
    completed_redirect_url: page.describe('Where the customer is sent afterwards.'),
    expired_redirect_url: page.describe('Where the customer is sent whose link no longer works.'),
    link_hours: z
      .int()
      .min(1)
      .max(720)
      .nullable()
      .default(null)
      .describe('How long the link works; null: as Onfido has it.'),
    language: z
      .enum(['en_US', 'de_DE', 'es_ES', 'fr_FR', 'it_IT', 'pt_PT', 'nl_NL'])
      .nullable()
      .default(null)
      .describe('The language of the page; null: the browser’s.'),
  }),
  credentials: ['api_token'],
  deploymentSettings: ['base_url'],
  hasSandbox: true,
} as const satisfies ConnectionForm;

/** The settings as the adapter reads them. */
export type OnfidoSettings = z.output<typeof ONFIDO_CONNECTION.settings>;

/** Where to ask, and with which token. */
export interface OnfidoAccess {
  readonly url: string;
  readonly token: string;
  readonly settings: OnfidoSettings;
}

const TOKENS = { live: /^api_live[\x21-\x7e]+$/, sandbox: /^api_sandbox[\x21-\x7e]+$/ } as const;

/** The connection, read. Throws `ProviderFault` `provider_not_configured` where it is not whole, or the token is of the other environment. */
export function accessOf(connection: Connection): OnfidoAccess {
  const { settings, credentials } = readConnection(ONFIDO_CONNECTION, connection);
  const token = credentials['api_token'] ?? '';
  if (!TOKENS[settings.environment].test(token)) throw notConfigured();
  return { url: settings.base_url ?? `https://api.${settings.region}.onfido.com/v3.6`, token, settings };
}
