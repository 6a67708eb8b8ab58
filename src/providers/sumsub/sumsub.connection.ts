import { z } from 'zod';
import type { Check, Connection, ConnectionForm } from '../provider-adapter.js';
import { baseUrl, notConfigured, readConnection } from '../vendor/vendor-client.js';
import { LEVEL_KEYS, levelKeyOf } from './sumsub.checks.js';

const levelName = z
  .string('must be text')
  .min(1)
  .max(255)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'must be the name of a level, on one line');

const pageUrl = z.url({ protocol: /^https$/, error: 'must be an https URL' }).max(2000);

const oneLevel = levelName.nullable().default(null);

const levels = z
  .strictObject({
    document: oneLevel.describe('For identity/document.'),
    document_selfie: oneLevel.describe('For identity/document_selfie.'),
    address: oneLevel.describe('For identity/address.'),
    age: oneLevel.describe('For age/document: its rules must refuse whoever is too young.'),
    kyb: oneLevel.describe('For business_entity/kyb: a level for companies.'),
  })
  .refine((given) => LEVEL_KEYS.some((key) => given[key] !== null), 'must name at least one level')
  .describe(
    'The verification level that each check goes through, by its exact name. A check without one is not started.',
  );

/** What can be set up. */
export const SUMSUB_CONNECTION = {
  settings: z.strictObject({
    environment: z
      .enum(['live', 'sandbox'])
      .default('live')
      .describe('Which of the two environments: the app token must be of the same. Both have one address.'),
    base_url: baseUrl.default('https://api.sumsub.com').describe('Where the API is.'),
    levels,
    further_levels: z
      .array(levelName)
      .max(20)
      .default([])
      .describe(
        'Further levels whose approval counts: earlier names, and levels that a workflow of the account moves an applicant to.',
      ),
    link_ttl_seconds: z
      .int()
      .min(300)
      .max(604_800)
      .default(86_400)
      .describe('How long the page stays open that a customer is sent to.'),
    success_url: pageUrl.nullable().default(null).describe('Where the customer goes after an approval.'),
    reject_url: pageUrl.nullable().default(null).describe('Where the customer goes after a rejection.'),
    allow_sha1_callbacks: z
      .boolean()
      .default(false)
      .describe('Whether callbacks signed with the outdated HMAC_SHA1_HEX are genuine.'),
  }),
  credentials: ['app_token', 'secret_key'],
  deploymentSettings: ['base_url'],
  hasSandbox: true,
} as const satisfies ConnectionForm;

/** The settings as the adapter reads them. */
export type SumsubSettings = z.output<typeof SUMSUB_CONNECTION.settings>;

/** Where to ask, as whom, and by which settings. */
export interface SumsubAccess {
  readonly url: string;
  readonly token: string;
  readonly secret: string;
  readonly settings: SumsubSettings;
}

/** The tokens of the sandbox begin with this; those of production don't. */
const SANDBOX_TOKEN = 'sbx:';

/** The connection, read. Throws `ProviderFault` `provider_not_configured` where it is not whole, or the token is of the other environment. */
export function accessOf(connection: Connection): SumsubAccess {
  const { settings, credentials } = readConnection(SUMSUB_CONNECTION, connection);
  const { app_token: token = '', secret_key: secret = '' } = credentials;
  const isRight = token.startsWith(SANDBOX_TOKEN) === (settings.environment === 'sandbox');
  if (!isRight || !/^[\x21-\x7e]+$/.test(token)) throw notConfigured();
  return { url: settings.base_url, token, secret, settings };
}

/** The level that the check is to go through. Throws `ProviderFault` `provider_not_configured` where none is set. */
export function levelOf({ levels: named }: SumsubSettings, check: Check): string {
  const key = levelKeyOf(check);
  const level = key && named[key];
  if (!level) throw notConfigured();
  return level;
}

/** The level that the applicant's page is for: the one it was moved to, where that counts, else the check's own. Throws as {@link levelOf} does. */
export function pageLevelOf(settings: SumsubSettings, check: Check, present: string | null): string {
  return present !== null && isLevelOf(settings, check, present) ? present : levelOf(settings, check);
}

/** Whether an approval in that level is one of this check. */
export function isLevelOf(
  { levels: named, further_levels: further }: SumsubSettings,
  check: Check,
  level: string,
): boolean {
  const key = levelKeyOf(check);
  return further.includes(level) || (key !== null && named[key] === level);
}
