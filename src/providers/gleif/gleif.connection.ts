import { z } from 'zod';
import type { ConnectionForm } from '../provider-adapter.js';
import { baseUrl } from '../vendor/vendor-client.js';

/** What can be set up: nothing needs to be, the register is open. */
export const GLEIF_CONNECTION = {
  settings: z.strictObject({
    base_url: baseUrl.default('https://api.gleif.org/api/v1').describe('Where the API is.'),
    accept_lapsed: z
      .boolean()
      .default(false)
      .describe('Whether an identifier that was not renewed counts. The entity may still be at work.'),
  }),
  credentials: [],
  deploymentSettings: ['base_url'],
} as const satisfies ConnectionForm;

/** The settings as the adapter reads them. */
export type GleifSettings = z.output<typeof GLEIF_CONNECTION.settings>;
