import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Connection, ConnectionForm } from '../provider-adapter.js';
import { baseUrl, notConfigured, readConnection } from '../vendor/vendor-client.js';

/** The ways to prove an age that are asked for, as a session names them. What reuses an older proof is none of them: each check is a new one. */
export const YOTI_METHODS = ['age_estimation', 'digital_id', 'doc_scan', 'credit_card'] as const;

/** One of {@link YOTI_METHODS}. */
export type YotiMethod = (typeof YOTI_METHODS)[number];

/**
 * The public key of the live service's notifications: SPKI in base64, as developers.yoti.com prints it below "Notifications" (age verification).
 * All customers of Yoti's have the same.
 */
export const YOTI_NOTIFICATION_KEY = [
  'MIIBojANBgkqhkiG9w0BAQEFAAOCAY8AMIIBigKCAYEAune8+8vPz/pQD6IzdWvXQ66nh/RcywopCI01Wjo6i7vlH2iVOP1oCkgbObe12iMmVXKRiXgMNT6a',
  'XIGe6GgwdodzAmt3vT1fmrgub7Of6MgJ56ri2uH1O54DTjbnEbEcLXX13teOusZavntrkNppx1c8L0Ol41mRvImJeMHM6I16rLhqB/w1m7USMvof/K6GaP+V',
  'mmciZTPyZ6IsXxvBk0ZoqWqrt2xENlg4O6LXMo7eHEiG+edm9uDpbZK1RhiCd6hyDZ/t4bBQNg4misFFWezQSiUlPwBLRg1AJ3CNrtBzs49BZ30U7WSPUS0G',
  'sq1lhhDtUtJUt4CdkDAfkVY62C6aaqKV940GcPFN7MjOeFus3VNJE3zyHVLT8DStuLMXHY+gQBGFOyxN6heZbm7aSl9fi7VXlDTlv1jpk4DFMQYF2fpAyomm',
  '95GavhllJnDxC2t8ebu0O23B88hPGI3KkyLtPA8ie6UNmwNqLYpOEN/pwayYw75FcENBDxnWhoe9AgMBAAE=',
].join('');

const page = z
  .url({ protocol: /^https$/, error: 'must be an https URL' })
  .max(2000)
  .nullable()
  .default(null);

const notificationKey = z
  .string('must be text')
  .max(2048)
  .refine((text) => keyIn(text) !== null, 'must be a public key of RSA, 2048 bits at least: SPKI in base64');

const HOST = 'https://age.yoti.com';

/** What can be set up. */
export const YOTI_CONNECTION = {
  settings: z.strictObject({
    base_url: baseUrl.default(HOST).describe('Where the API is, without /api/v1.'),
    page_url: baseUrl.default(HOST).describe('Where the page is that customers are sent to.'),
    methods: z
      .array(z.enum(YOTI_METHODS))
      .min(1)
      .max(YOTI_METHODS.length)
      .default(['age_estimation', 'digital_id', 'doc_scan'])
      .describe('For age/any_method: the ways among which the customer may choose.'),
    minimum_age: z
      .int()
      .min(1)
      .max(99)
      .default(18)
      .describe('How old the customer has to be where the check does not say.'),
    estimation_margin: z
      .int()
      .min(0)
      .max(20)
      .default(7)
      .describe('Years that a face must look older than the customer has to be: estimates err.'),
    retry_enabled: z
      .boolean()
      .default(true)
      .describe(
        'Whether a customer who failed may go on, by another method or by the same. Yoti charges for each try.',
      ),
    attempts: z.int().min(1).max(5).default(1).describe('How often the customer may try each method.'),
    ttl_seconds: z.int().min(60).max(2_592_000).default(86_400).describe('How long a session can be used, in seconds.'),
    return_url: page.describe('Where the customer goes afterwards.'),
    cancel_url: page.describe('Where the customer goes who does not want to.'),
    notification_keys: z
      .array(notificationKey)
      .min(1)
      .max(4)
      .default([YOTI_NOTIFICATION_KEY])
      .describe(
        'The public keys that Yoti signs its notifications with: SPKI in base64. Several while one replaces another.',
      ),
  }),
  credentials: ['sdk_id', 'api_key'],
  // The end of the address is a secret: whoever knows it may send us things.
  optionalCredentials: ['notification_url'],
  deploymentSettings: ['base_url', 'page_url', 'notification_keys'],
  vendorSigns: true,
} as const satisfies ConnectionForm;

/** The settings as the adapter reads them. */
export type YotiSettings = z.output<typeof YOTI_CONNECTION.settings>;

/** As whom to ask, and by which settings. */
export interface YotiAccess {
  readonly sdkId: string;
  readonly apiKey: string;
  /** Where Yoti sends notifications of new sessions; null: nowhere. */
  readonly notificationUrl: string | null;
  readonly settings: YotiSettings;
}

/** The connection, read. Throws `ProviderFault` `provider_not_configured` where it is not whole. */
export function accessOf(connection: Connection): YotiAccess {
  const { settings, credentials } = readConnection(YOTI_CONNECTION, connection);
  const { sdk_id: sdkId = '', api_key: apiKey = '', notification_url: notified = '' } = credentials;
  const notificationUrl = notified === '' ? null : notified;
  const isWhole =
    z.uuid().safeParse(sdkId).success &&
    // It travels in a header.
    /^[\x21-\x7e]+$/.test(apiKey) &&
    (notificationUrl === null || page.safeParse(notificationUrl).success);
  if (!isWhole) throw notConfigured();
  return { sdkId, apiKey, notificationUrl, settings };
}

/** The keys that notifications are signed with. Throws `ProviderFault` `provider_not_configured` where the settings are not whole. */
export function notificationKeysOf(connection: Connection): readonly KeyObject[] {
  return accessOf(connection).settings.notification_keys.flatMap((text) => keyIn(text) ?? []);
}

function keyIn(text: string): KeyObject | null {
  if (!/^[A-Za-z0-9+/]{1,2048}={0,2}$/.test(text)) return null;
  try {
    const key = createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    return key.asymmetricKeyType === 'rsa' && bits >= 2048 ? key : null;
  } catch {
    return null;
  }
}
