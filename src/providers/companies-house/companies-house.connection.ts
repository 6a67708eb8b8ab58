import { z } from 'zod';
import type { JsonObject } from '../../platform/json.js';
import type { ConnectionForm } from '../provider-adapter.js';
import { baseUrl } from '../vendor/vendor-client.js';

const settings = z.strictObject({
  environment: z
    .enum(['live', 'sandbox'], 'must be live or sandbox')
    .default('live')
    .describe('Which register is asked. A key works in the one that it was made for.'),
  strike_off: z
    .enum(['verified', 'review'], 'must be verified or review')
    .default('review')
    .describe(
      'What becomes of an active company that is proposed to be struck off: a pass with a mark in its payload, or a review.',
    ),
  insolvency: z
    .enum(['failed', 'review'], 'must be failed or review')
    .default('failed')
    .describe(
      'What becomes of a company in liquidation, receivership, administration or another insolvency procedure.',
    ),
  base_url: baseUrl.optional().describe('Where the API is, in place of the environment.'),
});

/** The settings as the adapter reads them. */
export type CompaniesHouseSettings = z.output<typeof settings>;

/** What must be set up: a key of the register's developer hub. */
export const COMPANIES_HOUSE_CONNECTION = {
  // An optional member of zod only differs from JSON in allowing an explicit undefined.
  settings: settings as unknown as z.ZodType<CompaniesHouseSettings & JsonObject>,
  credentials: ['api_key'],
  deploymentSettings: ['base_url'],
  hasSandbox: true,
} as const satisfies ConnectionForm;

const HOSTS: Readonly<Record<CompaniesHouseSettings['environment'], string>> = {
  live: 'https://api.company-information.service.gov.uk',
  sandbox: 'https://api-sandbox.company-information.service.gov.uk',
};

/** Where the API of the settings is. */
export function addressOf({ environment, base_url: given }: CompaniesHouseSettings): string {
  return given ?? HOSTS[environment];
}
