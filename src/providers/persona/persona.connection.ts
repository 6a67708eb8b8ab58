import { z } from 'zod';
import type { Check, Connection, ConnectionForm } from '../provider-adapter.js';
import { baseUrl, notConfigured, readConnection } from '../vendor/vendor-client.js';

const template = z
  .string('must be text')
  .max(100)
  .regex(/^(itmpl|itmplv|tmpl)_[A-Za-z0-9]+$/, 'must be the id of an inquiry template: itmpl_.., itmplv_.. or tmpl_..')
  .nullable()
  .default(null);

const interval = z.int().min(300).max(31_536_000);

/** What can be set up. */
export const PERSONA_CONNECTION = {
  settings: z.strictObject({
    environment: z
      .enum(['live', 'sandbox'])
      .default('live')
      .describe('Which of the two environments; the key decides it at Persona, and must be of the same.'),
    base_url: baseUrl.default('https://api.withpersona.com/api/v1').describe('Where the API is.'),
    templates: z
      .strictObject({ document_selfie: template, document: template, id_number: template, age: template })
      .refine((given) => Object.values(given).some((id) => id !== null), 'must name a template')
      .describe(
        'The inquiry template of each check that is used: of the check types of identity, and of age. What a pass proves is what it asks for.',
      ),
    completed: z
      .enum(['pending', 'verified'])
      .default('pending')
      .describe(
        'What an inquiry says that has passed its checks: verified where no workflow and nobody decides afterwards, else it waits for the decision.',
      ),
    failed: z
      .enum(['failed', 'pending'])
      .default('failed')
      .describe(
        'What an inquiry says whose customer has used up the attempts: pending where a workflow or a person looks at it again.',
      ),
    redirect_uri: z
      .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
      .max(2000)
      .nullable()
      .default(null)
      .describe('Where the customer is sent afterwards.'),
    expires_after_seconds: interval
      .nullable()
      .default(null)
      .describe('How long a new inquiry can be begun; null: as the template says.'),
    link_seconds: z
      .int()
      .min(300)
      .max(2_592_000)
      .default(86_400)
      .describe('How long a link that is asked for later works.'),
  }),
  credentials: ['api_key'],
  deploymentSettings: ['base_url'],
  hasSandbox: true,
} as const satisfies ConnectionForm;

/** The settings as the adapter reads them. */
export type PersonaSettings = z.output<typeof PERSONA_CONNECTION.settings>;

/** Where to ask, and with which key. */
export interface PersonaAccess {
  readonly url: string;
  readonly key: string;
  readonly settings: PersonaSettings;
}

const KEYS = {
  live: /^persona_production_[\x21-\x7e]+$/,
  sandbox: /^persona_sandbox_[\x21-\x7e]+$/,
} as const;

/** The connection, read. Throws `ProviderFault` `provider_not_configured` where it is not whole, or the key is of the other environment. */
export function accessOf(connection: Connection): PersonaAccess {
  const { settings, credentials } = readConnection(PERSONA_CONNECTION, connection);
  const key = credentials['api_key'] ?? '';
  if (!KEYS[settings.environment].test(key)) throw notConfigured();
  return { url: settings.base_url, key, settings };
}

/** The template of the check, by the member that takes an id of its kind. Throws `ProviderFault` `provider_not_configured` where none is named. */
export function templateOf(
  { verificationType, checkType }: Check,
  { templates }: PersonaSettings,
): Readonly<Record<string, string>> {
  const name = verificationType === 'age' ? 'age' : checkType;
  const id = (templates as Readonly<Record<string, string | null>>)[name] ?? null;
  if (id === null) throw notConfigured();
  if (id.startsWith('itmplv_')) return { 'inquiry-template-version-id': id };
  return id.startsWith('itmpl_') ? { 'inquiry-template-id': id } : { 'template-id': id };
}
