import { z } from 'zod';
import type { ConnectionForm } from '../provider-adapter.js';
import { baseUrl } from '../vendor/vendor-client.js';

/** What can be set up: nothing needs to be, the register is open. */
export const BRREG_CONNECTION = {
  settings: z.strictObject({
    base_url: baseUrl.default('https://data.brreg.no/enhetsregisteret/api').describe('Where the API is.'),
  }),
  credentials: [],
  deploymentSettings: ['base_url'],
} as const satisfies ConnectionForm;
