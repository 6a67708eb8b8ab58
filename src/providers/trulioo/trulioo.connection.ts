import { z } from 'zod';
import type { Connection, ConnectionForm } from '../provider-adapter.js';
import { baseUrl, notConfigured, readConnection } from '../vendor/vendor-client.js';

/** What can be set up. */
export const TRULIOO_CONNECTION = {
  settings: z.strictObject({
    environment: z
      .enum(['live', 'sandbox'])
      .default('live')
      .describe('sandbox: the trial of Trulioo; of v3 its credentials decide, which must be of the same.'),
    api: z
      .enum(['v1', 'v3'])
      .default('v3')
      .describe('v3: with client_id and client_secret; v1: the older one, with api_key.'),
    base_url: baseUrl.nullable().default(null).describe('Where the API is, in place of its own host; tokens, too.'),
    auth_url: baseUrl.nullable().default(null).describe('Where v3 gives tokens, in place of its own host.'),
    token_scope: z
      .string('must be text')
      .regex(/^[\w.:/-]{1,100}$/, 'must be one scope')
      .default('napi.api')
      .describe('The scope of the tokens of v3.'),
    terms_accepted: z
      .literal(true, 'must be true')
      .describe("That the organization accepts Trulioo's terms and conditions, as each request has to say."),
    configuration_name: z
      .string('must be text')
      .min(1)
      .max(100)
      .default('Identity Verification')
      .describe("The account's product that is asked."),
    cleansed_address: z.boolean().default(false).describe('Whether the address is put into its usual form.'),
    partial: z
      .enum(['review', 'failed'])
      .default('review')
      .describe('What a partial match says; review: put before a person.'),
    errors_beside_match: z
      .enum(['review', 'verified'])
      .default('review')
      .describe(
        "What a match says where something could not be asked; verified: the account's rule was met without that.",
      ),
    source_errors: z
      .enum(['ask_again', 'review'])
      .default('review')
      .describe(
        'What follows where sources were out of order and nothing matched; review: put before a person; ask_again: all is asked anew after an hour, which is billed anew, and may be billed twice where the answer is lost.',
      ),
    error_codes: z
      .record(z.string().regex(/^\d{1,6}$/), z.enum(['ignore', 'outage', 'review']))
      .default({})
      .describe(
        'What an error code of a source means, where that is not its usual meaning, or the code is a new one; outage: another time it may be gone.',
      ),
  }),
  credentials: [],
  optionalCredentials: ['client_id', 'client_secret', 'api_key'],
  deploymentSettings: ['base_url', 'auth_url'],
  hasSandbox: true,
} as const satisfies ConnectionForm;

/** The settings as the adapter reads them. */
export type TruliooSettings = z.output<typeof TRULIOO_CONNECTION.settings>;

/** The application of an account, and where it gets its tokens. */
export interface TruliooApplication {
  readonly auth: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
}

/** Where to ask, and with what: a key, or tokens of an application. */
export interface TruliooAccess {
  readonly settings: TruliooSettings;
  /** The address of a service's call. */
  readonly urlOf: (service: 'verifications' | 'connection', call: string) => string;
  readonly by: { readonly key: string } | TruliooApplication;
}

const SECRET = /^[\x21-\x7e]+$/;

/** The connection, read. Throws `ProviderFault` `provider_not_configured` where it is not whole: each API has credentials of its own. */
export function accessOf(connection: Connection): TruliooAccess {
  const { settings, credentials } = readConnection(TRULIOO_CONNECTION, connection);
  const { api, base_url: base, auth_url: authUrl, token_scope: scope, environment } = settings;
  const { client_id: clientId = '', client_secret: clientSecret = '', api_key: key = '' } = credentials;
  if (api === 'v1') {
    if (!SECRET.test(key)) throw notConfigured();
    const url = `${base ?? 'https://gateway.trulioo.com'}/${environment === 'live' ? 'live' : 'trial'}`;
    return { settings, urlOf: (service, call) => `${url}/${service}/v1/${call}`, by: { key } };
  }
  if (!SECRET.test(clientId) || !SECRET.test(clientSecret)) throw notConfigured();
  const auth = authUrl ?? base ?? 'https://auth-api.trulioo.com';
  const url = `${base ?? 'https://api.trulioo.com'}/v3`;
  return {
    settings,
    urlOf: (service, call) => `${url}/${service}/${call}`,
    by: { auth, clientId, clientSecret, scope },
  };
}
