import { z } from 'zod';
import type { Check, Connection, ConnectionForm } from '../provider-adapter.js';
import { baseUrl, notConfigured, readConnection } from '../vendor/vendor-client.js';

const template = z
  .string('must be text')
  .max(100)
  .regex(/^idvtmp_[A-Za-z0-9]+$/, 'must be the id of a template: idvtmp_..')
  .nullable()
  .default(null);

/** What can be set up. */
export const PLAID_CONNECTION = {
  settings: z.strictObject({
    environment: z
      .enum(['live', 'sandbox'])
      .default('live')
      .describe('Which of the two environments; each has a secret of its own.'),
    base_url: baseUrl.nullable().default(null).describe('Where the API is, in place of the environment’s own address.'),
    templates: z
      .strictObject({ document_selfie: template, document: template, id_number: template })
      .refine((given) => Object.values(given).some((id) => id !== null), 'must name a template')
      .describe('The template of each check that is used. What a pass proves is what its steps ask for.'),
    gave_consent: z
      .boolean()
      .default(false)
      .describe('Whether customers have agreed to the processing before they come; false: Plaid asks them.'),
  }),
  credentials: ['client_id', 'secret'],
  deploymentSettings: ['base_url'],
  hasSandbox: true,
  vendorSigns: true,
} as const satisfies ConnectionForm;

/** The settings as the adapter reads them. */
export type PlaidSettings = z.output<typeof PLAID_CONNECTION.settings>;

/** Where to ask, and as whom. */
export interface PlaidAccess {
  readonly url: string;
  readonly clientId: string;
  readonly secret: string;
  readonly settings: PlaidSettings;
}

const ADDRESSES = { live: 'https://production.plaid.com', sandbox: 'https://sandbox.plaid.com' } as const;

/** The environments as Plaid's webhooks name them. */
export const PLAID_ENVIRONMENTS = { live: 'production', sandbox: 'sandbox' } as const;

/** The connection, read. Throws `ProviderFault` `provider_not_configured` where it is not whole. */
export function accessOf(connection: Connection): PlaidAccess {
  const { settings, credentials } = readConnection(PLAID_CONNECTION, connection);
  const { client_id: clientId = '', secret = '' } = credentials;
  // They travel in headers.
  if (![clientId, secret].every((word) => /^[\x21-\x7e]+$/.test(word))) throw notConfigured();
  return { url: settings.base_url ?? ADDRESSES[settings.environment], clientId, secret, settings };
}

/** The template of the check. Throws `ProviderFault` `provider_not_configured` where none is named. */
export function templateOf({ checkType }: Pick<Check, 'checkType'>, { templates }: PlaidSettings): string {
  const id = (templates as Readonly<Record<string, string | null>>)[checkType] ?? null;
  if (id === null) throw notConfigured();
  return id;
}

/** Any template of the connection: for questions that are about no check. */
export function anyTemplateOf({ templates }: PlaidSettings): string {
  return Object.values(templates).find((id) => id !== null) ?? '';
}
