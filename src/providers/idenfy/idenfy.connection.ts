import { z } from 'zod';
import type { Connection, ConnectionForm } from '../provider-adapter.js';
import { baseUrl, notConfigured, readConnection } from '../vendor/vendor-client.js';

const page = z
  .url({ protocol: /^https$/, error: 'must be an https URL' })
  .max(2000)
  .nullable()
  .default(null);

/** What can be set up. */
export const IDENFY_CONNECTION = {
  settings: z.strictObject({
    base_url: baseUrl.default('https://ivs.idenfy.com').describe('Where the API is.'),
    success_url: page.describe('Where the customer goes after an approval.'),
    error_url: page.describe('Where the customer goes after a denial.'),
    unverified_url: page.describe('Where the customer goes of whom nothing is decided.'),
    expiry_seconds: z
      .int()
      .min(300)
      .max(2_592_000)
      .default(86_400)
      .describe('How long the page can be begun, in seconds. It comes once: who loses it needs a new verification.'),
    session_seconds: z
      .int()
      .min(60)
      .max(3_600)
      .nullable()
      .default(null)
      .describe('How long the customer has once the page is open, in seconds; null: as iDenfy has it.'),
    manual_review: z
      .boolean()
      .default(false)
      .describe(
        'Whether people of iDenfy look at every verification: then what the machine says alone decides nothing.',
      ),
    suspicious_approvals: z
      .enum(['review', 'accept'])
      .default('review')
      .describe(
        'What an approval says that has fraud or mismatch tags and that nobody has looked at: that somebody should, or that it is one.',
      ),
  }),
  credentials: ['api_key', 'api_secret'],
  deploymentSettings: ['base_url'],
} as const satisfies ConnectionForm;

/** The settings as the adapter reads them. */
export type IdenfySettings = z.output<typeof IDENFY_CONNECTION.settings>;

/** Where to ask, with which word of authorization, and by which settings. */
export interface IdenfyAccess {
  readonly url: string;
  readonly authorization: string;
  readonly settings: IdenfySettings;
}

/** The connection, read. Throws `ProviderFault` `provider_not_configured` where it is not whole. */
export function accessOf(connection: Connection): IdenfyAccess {
  const { settings, credentials } = readConnection(IDENFY_CONNECTION, connection);
  const { api_key: key = '', api_secret: secret = '' } = credentials;
  // A colon ends the key (RFC 7617).
  if (!/^[\x21-\x39\x3b-\x7e]+$/.test(key) || !/^[\x21-\x7e]+$/.test(secret)) throw notConfigured();
  return {
    url: settings.base_url,
    authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
    settings,
  };
}
