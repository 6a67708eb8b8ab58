import { z } from 'zod';
import type { Check, Connection, ConnectionForm } from '../provider-adapter.js';
import { baseUrl, notConfigured, readConnection } from '../vendor/vendor-client.js';
import { WORKFLOW_KEYS, workflowKeyOf } from './didit.checks.js';

const workflow = z.guid({ error: 'must be the id of a workflow, a UUID' }).nullable().default(null);

/** What can be set up. */
export const DIDIT_CONNECTION = {
  settings: z.strictObject({
    environment: z
      .enum(['live', 'sandbox'])
      .default('live')
      .describe('Of which mode the application is that the key belongs to. Both have one address.'),
    base_url: baseUrl.default('https://verification.didit.me').describe('Where the API is.'),
    workflows: z
      .strictObject({
        document_selfie: workflow.describe('For identity/document_selfie.'),
        document: workflow.describe('For identity/document.'),
        address: workflow.describe('For identity/address.'),
        age: workflow.describe('For age/age_estimation: it must decline whoever is too young.'),
      })
      .refine((given) => WORKFLOW_KEYS.some((key) => given[key] !== null), 'must name a workflow')
      .describe('The published workflow of each check that is used. What a pass proves is what it asks for.'),
    return_url: z
      .url({ protocol: /^https$/, error: 'must be an https URL' })
      .max(2000)
      .nullable()
      .default(null)
      .describe('Where the customer goes afterwards; null: as the workflow says.'),
  }),
  credentials: ['api_key'],
  deploymentSettings: ['base_url'],
  hasSandbox: true,
} as const satisfies ConnectionForm;

/** The settings as the adapter reads them. */
export type DiditSettings = z.output<typeof DIDIT_CONNECTION.settings>;

/** Where to ask, and with which key. */
export interface DiditAccess {
  readonly url: string;
  readonly key: string;
  readonly settings: DiditSettings;
}

/** The connection, read. Throws `ProviderFault` `provider_not_configured` where it is not whole. */
export function accessOf(connection: Connection): DiditAccess {
  const { settings, credentials } = readConnection(DIDIT_CONNECTION, connection);
  const key = credentials['api_key'] ?? '';
  // It travels in a header.
  if (!/^[\x21-\x7e]+$/.test(key)) throw notConfigured();
  return { url: settings.base_url, key, settings };
}

/** The workflow that the check goes through. Throws `ProviderFault` `provider_not_configured` where none is set. */
export function workflowOf({ workflows }: DiditSettings, check: Check): string {
  const key = workflowKeyOf(check);
  const id = key && workflows[key];
  if (!id) throw notConfigured();
  return id;
}
