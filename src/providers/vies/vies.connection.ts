import { z } from 'zod';
import type { ConnectionForm } from '../provider-adapter.js';
import { baseUrl } from '../vendor/vendor-client.js';
import { VIES_COUNTRIES } from './vies.number.js';

/** What can be set up: nothing needs to be, the service is open. */
export const VIES_CONNECTION = {
  settings: z
    .strictObject({
      environment: z
        .enum(['live', 'sandbox'])
        .default('live')
        .describe("sandbox: the service's own test endpoint, whose answers are made up: 100 is valid, 200 is not."),
      base_url: baseUrl
        .default('https://ec.europa.eu/taxation_customs/vies/rest-api')
        .describe('Where the API is. Live and sandbox differ in the path alone.'),
      requester_country: z
        .enum(VIES_COUNTRIES)
        .nullable()
        .default(null)
        .describe("The member state of the organization's own VAT number."),
      requester_vat: z
        .string()
        .min(2)
        .max(40)
        .nullable()
        .default(null)
        .describe(
          "The organization's own VAT number: with it the service gives a consultation number, the proof of having asked.",
        ),
      mismatch: z
        .enum(['verified', 'review'])
        .default('verified')
        .describe('What becomes of a registered number whose name or address is not the one that was given.'),
    })
    .refine(({ requester_country, requester_vat }) => (requester_country === null) === (requester_vat === null), {
      error: 'requester_country and requester_vat go together',
      path: ['requester_vat'],
    }),
  credentials: [],
  deploymentSettings: ['base_url'],
  hasSandbox: true,
} as const satisfies ConnectionForm;

/** The settings as the adapter reads them. */
export type ViesSettings = z.output<typeof VIES_CONNECTION.settings>;
