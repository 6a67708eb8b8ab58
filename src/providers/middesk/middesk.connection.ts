import { z } from 'zod';
import type { Connection, ConnectionForm } from '../provider-adapter.js';
import { baseUrl, notConfigured, readConnection } from '../vendor/vendor-client.js';

/** The categories of a review's tasks that a rule may ask for. Screening is no choice of the rule's: a hit never passes. */
export const RULE_CATEGORIES = [
  'name',
  'address',
  'tin',
  'sos',
  'people',
  'kyc',
  'formation',
  'website',
  'web',
  'industry',
  'email',
  'phone',
  'bankruptcies',
  'liens',
  'litigations',
  'adverse_media',
] as const;

const rule = z
  .strictObject({
    required: z
      .array(z.enum(RULE_CATEGORIES))
      .min(1)
      .max(RULE_CATEGORIES.length)
      .default(['name', 'address', 'tin', 'sos'])
      .describe('The categories of tasks that must have succeeded for a pass.'),
    hard_failures: z
      .enum(['fail', 'review'])
      .default('fail')
      .describe(
        'What becomes of a business that no Secretary of State knows, that is inactive in every state, or whose TIN is of another name.',
      ),
    unscreened: z
      .enum(['review', 'pass'])
      .default('review')
      .describe('Whether a business that was screened against no watchlist may pass.'),
  })
  .prefault({})
  .describe('What turns a finished review into a decision: Middesk itself takes none.');

/** What can be set up. */
export const MIDDESK_CONNECTION = {
  settings: z.strictObject({
    environment: z
      .enum(['live', 'sandbox'])
      .default('live')
      .describe('Which of the two environments; the key must be of the same.'),
    base_url: baseUrl.nullable().default(null).describe('Where the API is, in place of the environment’s own address.'),
    rule,
    orders: z
      .array(z.string().regex(/^[a-z_]{1,40}$/, 'must be a name of a product'))
      .max(20)
      .default([])
      .describe('The products to order, e.g. identity, tin; empty: those that the account orders by itself.'),
  }),
  credentials: ['api_key'],
  deploymentSettings: ['base_url'],
  hasSandbox: true,
} as const satisfies ConnectionForm;

/** The settings as the adapter reads them. */
export type MiddeskSettings = z.output<typeof MIDDESK_CONNECTION.settings>;

/** Where to ask, with which key, and by which rule to judge. */
export interface MiddeskAccess {
  readonly url: string;
  readonly key: string;
  readonly settings: MiddeskSettings;
}

const ENVIRONMENTS = {
  live: { url: 'https://api.middesk.com/v1', key: /^mk_live_[\x21-\x7e]+$/ },
  sandbox: { url: 'https://api-sandbox.middesk.com/v1', key: /^mk_test_[\x21-\x7e]+$/ },
} as const;

/** The connection, read. Throws `ProviderFault` `provider_not_configured` where it is not whole, or the key is of the other environment. */
export function accessOf(connection: Connection): MiddeskAccess {
  const { settings, credentials } = readConnection(MIDDESK_CONNECTION, connection);
  const { url, key: form } = ENVIRONMENTS[settings.environment];
  const key = credentials['api_key'] ?? '';
  if (!form.test(key)) throw notConfigured();
  return { url: settings.base_url ?? url, key, settings };
}
