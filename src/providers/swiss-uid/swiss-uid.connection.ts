import { z } from 'zod';
import type { ConnectionForm } from '../provider-adapter.js';
import { baseUrl } from '../vendor/vendor-client.js';

/** What can be set up: nothing needs to be, the register is open. */
export const SWISS_UID_CONNECTION = {
  settings: z.strictObject({
    environment: z
      .enum(['live', 'sandbox'])
      .default('live')
      .describe('Which register: the one that counts, or the one for acceptance tests.'),
    base_url: baseUrl
      .nullable()
      .default(null)
      .describe('Where the service is, in place of the environment’s own address.'),
    identifier_namespace: z
      .string()
      .regex(/^https?:\/\/[\w./-]{1,200}$/, 'must be an XML namespace')
      .default('http://www.ech.ch/xmlns/eCH-0097/5')
      .describe('The XML namespace of the identifier’s parts, which changes with the version of eCH-0097.'),
  }),
  credentials: [],
  deploymentSettings: ['base_url', 'identifier_namespace'],
  hasSandbox: true,
} as const satisfies ConnectionForm;

/** The settings as the adapter reads them. */
export type SwissUidSettings = z.output<typeof SWISS_UID_CONNECTION.settings>;

/** Where each environment’s service is. */
export const SWISS_UID_HOSTS = {
  live: 'https://www.uid-wse.admin.ch/V5.0/PublicServices.svc',
  sandbox: 'https://www.uid-wse-a.admin.ch/V5.0/PublicServices.svc',
} as const;
