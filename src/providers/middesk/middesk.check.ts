import { z } from 'zod';
import { addressLine } from '../customer.js';
import { identifierText } from '../identifier-text.js';
import type { CheckCapability } from '../provider-adapter.js';

/** What is asked about. */
export const middeskInput = z.strictObject({
  name: z.string().min(1).max(500).describe('The legal name of the business.'),
  address: z.string().min(1).max(500).describe('An address in the United States, on one line.'),
  tin: identifierText(
    'The Employer Identification Number: 9 digits. Without it the tax check finds nothing.',
  ).optional(),
  website: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .max(2000)
    .optional(),
  people: z
    .array(z.strictObject({ name: z.string().min(1).max(200) }))
    .min(1)
    .max(20)
    .optional()
    .describe('Officers and owners to look for in the filings.'),
});

/** An input that passed {@link middeskInput}. */
export type MiddeskInput = z.output<typeof middeskInput>;

/** The one check that is wired. */
export const MIDDESK_CHECK: CheckCapability = {
  verificationType: 'business_entity',
  checkType: 'kyb',
  proves:
    'That Middesk found what the rule asks for, by default name, address, tax number and state registrations of a business in the United States, ' +
    'and no hit on a watchlist; or that somebody approved it there.',
  // An optional member of zod only differs from JSON in allowing an explicit undefined.
  input: middeskInput as unknown as CheckCapability['input'],
  inputRequired: true,
  fromCustomer: {
    name: ({ legalName }) => legalName,
    // Only addresses in the United States are known there.
    address: (customer) => (customer.address?.country === 'US' ? addressLine(customer) : undefined),
    tin: ({ taxIdentifiers }) => taxIdentifiers?.us_ein,
  },
  example: {
    name: 'Northwind Traders LLC',
    address: '1 Harbor St, San Francisco, CA 94105',
    tin: '12-3456780',
  },
  validityDays: 365,
};
