import { z } from 'zod';
import type { ConnectionForm } from '../provider-adapter.js';
import { failScore, maxListAgeHours } from '../screening.js';
import { baseUrl } from '../vendor/vendor-client.js';

/** What has to be set up: where the service is, and which lists must be loaded before "nothing found" means anything. */
export const WATCHMAN_CONNECTION = {
  settings: z.strictObject({
    base_url: baseUrl.describe('Where the service is: on a private network, names stand in the URLs.'),
    required_lists: z
      .array(z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/, 'must be the name of a list, e.g. us_ofac'))
      .min(1)
      .max(50)
      .describe('The lists without which nobody passes, as /v2/listinfo names them, e.g. us_ofac.'),
    max_list_age_hours: maxListAgeHours,
    accept_failed_refresh: z
      .boolean()
      .default(false)
      .describe('Whether lists count that are young enough although the latest attempt to renew them failed.'),
    review_threshold: z
      .number()
      .min(0.3)
      .max(0.99)
      .default(0.75)
      .describe(
        'The match from which a candidate counts. Listed persons are missed above 0.78 when only two names are given.',
      ),
    fail_score: failScore,
  }),
  credentials: [],
  deploymentSettings: ['base_url'],
} as const satisfies ConnectionForm;

/** The settings as the adapter reads them. */
export type WatchmanSettings = z.output<typeof WATCHMAN_CONNECTION.settings>;
