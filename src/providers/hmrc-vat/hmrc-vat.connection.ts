import { z } from 'zod';
import type { ConnectionForm } from '../provider-adapter.js';
import { baseUrl, type ReadConnection } from '../vendor/vendor-client.js';
import { isVrn, nationalOf } from './hmrc-vat.check.js';

/** What must be set up: an application of the organization's own at HMRC's Developer Hub. */
export const HMRC_VAT_CONNECTION = {
  settings: z.strictObject({
    environment: z
      .enum(['live', 'sandbox'])
      .default('live')
      .describe(
        "sandbox: HMRC's own, with credentials of its own and made-up numbers, of which 553557881 is registered.",
      ),
    base_url: baseUrl.nullable().default(null).describe("Where the API is, in place of the environment's own host."),
    requester_vat: z
      .string()
      .min(9)
      .max(40)
      .refine((text) => isVrn(nationalOf(text)), 'must have 9 or 12 digits')
      .nullable()
      .default(null)
      .describe(
        "The organization's own UK VAT number: with it HMRC gives a consultation number, the proof of having asked.",
      ),
  }),
  credentials: ['client_id', 'client_secret'],
  deploymentSettings: ['base_url'],
  hasSandbox: true,
} as const satisfies ConnectionForm;

/** The settings as the adapter reads them. */
export type HmrcVatSettings = z.output<typeof HMRC_VAT_CONNECTION.settings>;

const HOSTS = {
  live: 'https://api.service.hmrc.gov.uk',
  sandbox: 'https://test-api.service.hmrc.gov.uk',
} as const;

/** An application at HMRC, and the host where it has its credentials. */
export interface HmrcApplication {
  readonly host: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The application that a connection stands for. */
export function applicationOf({ settings, credentials }: ReadConnection<HmrcVatSettings>): HmrcApplication {
  return {
    host: settings.base_url ?? HOSTS[settings.environment],
    clientId: credentials['client_id'] ?? '',
    clientSecret: credentials['client_secret'] ?? '',
  };
}
