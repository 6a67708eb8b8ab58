import { z } from 'zod';
import type { Connection, ConnectionForm } from '../provider-adapter.js';
import { baseUrl, notConfigured, readConnection } from '../vendor/vendor-client.js';

/** What can be set up. */
export const STRIPE_IDENTITY_CONNECTION = {
  settings: z.strictObject({
    environment: z
      .enum(['live', 'sandbox'])
      .default('live')
      .describe('Live, or a sandbox, where nothing is really checked; the key must be of the same.'),
    base_url: baseUrl.default('https://api.stripe.com').describe('Where the API is.'),
    failed_attempt: z
      .enum(['resubmit', 'fail'])
      .default('resubmit')
      .describe(
        'What an attempt that Stripe turned down means: the customer may try again and the verification stays pending, or it has failed.',
      ),
    return_url: z
      .url({ protocol: /^https$/, error: 'must be an https URL' })
      .max(2048)
      .nullable()
      .default(null)
      .describe('Where Stripe sends the customer afterwards.'),
    allowed_document_types: z
      .array(z.enum(['driving_license', 'id_card', 'passport']))
      .max(3)
      .default([])
      .describe('The documents that are taken; empty: whatever Stripe supports.'),
    require_live_capture: z.boolean().default(false).describe('Take no uploaded pictures of documents.'),
    require_id_number: z.boolean().default(false).describe('Ask for the ID number beside the document.'),
    verification_flow: z
      .string()
      .regex(/^vf_[A-Za-z0-9]{1,100}$/, 'must be the id of a flow, vf_..')
      .nullable()
      .default(null)
      .describe('The flow, made in the Dashboard, that the check type flow runs.'),
  }),
  credentials: ['api_key'],
  deploymentSettings: ['base_url'],
  hasSandbox: true,
} as const satisfies ConnectionForm;

/** The settings as the adapter reads them. */
export type StripeIdentitySettings = z.output<typeof STRIPE_IDENTITY_CONNECTION.settings>;

/** Where to ask, with which key, and of which of the two modes. */
export interface StripeIdentityAccess {
  readonly url: string;
  readonly key: string;
  /** As Stripe's objects and events say it. */
  readonly livemode: boolean;
  readonly settings: StripeIdentitySettings;
}

const KEYS = { live: /^[sr]k_live_[\x21-\x7e]+$/, sandbox: /^[sr]k_test_[\x21-\x7e]+$/ } as const;

/** The connection, read. Throws `ProviderFault` `provider_not_configured` where it is not whole, or the key is of the other mode. */
export function accessOf(connection: Connection): StripeIdentityAccess {
  const { settings, credentials } = readConnection(STRIPE_IDENTITY_CONNECTION, connection);
  const key = credentials['api_key'] ?? '';
  if (!KEYS[settings.environment].test(key)) throw notConfigured();
  return { url: settings.base_url, key, livemode: settings.environment === 'live', settings };
}
