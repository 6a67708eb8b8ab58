import { z } from 'zod';
import type { ConnectionForm } from '../provider-adapter.js';
import { baseUrl } from '../vendor/vendor-client.js';
import { VIES_COUNTRIES, vatNumberOf } from './vies.number.js';

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
    })
    // The service does not say which of two numbers it means: one of a form that can't be would be charged to the other.
    .refine((settings) => settings.environment === 'sandbox' || isOwnNumber(settings), {
      error: 'must be written as requester_country writes its VAT numbers',
      path: ['requester_vat'],
    }),
  credentials: [],
  deploymentSettings: ['base_url'],
  hasSandbox: true,
} as const satisfies ConnectionForm;

function isOwnNumber({ requester_country: country, requester_vat: number }: OwnNumber): boolean {
  return country === null || number === null || vatNumberOf(number, country)?.wellFormed === true;
}

interface OwnNumber {
  readonly requester_country: string | null;
  readonly requester_vat: string | null;
}

/** The settings as the adapter reads them. */
export type ViesSettings = z.output<typeof VIES_CONNECTION.settings>;
