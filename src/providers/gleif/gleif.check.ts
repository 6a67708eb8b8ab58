import { z } from 'zod';
import { identifierText } from '../identifier-text.js';
import type { CheckCapability } from '../provider-adapter.js';

/** What is asked about. */
export const gleifInput = z.strictObject({
  lei: identifierText('Legal Entity Identifier: 18 letters or digits and two check digits.'),
  legal_name: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe('The name to compare with the register; what differs is put before a person.'),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be two capital letters')
    .optional()
    .describe('The country of the legal address to compare, ISO 3166-1 alpha-2.'),
  registration_number: identifierText('The number in the register of companies, as the index has it, to compare.', 100)
    .regex(/[\p{L}\p{N}]/u, 'must hold a letter or a digit')
    .optional(),
});

/** The one check that the register can do. */
export const GLEIF_CHECK: CheckCapability = {
  verificationType: 'business_entity',
  checkType: 'lei',
  proves:
    'That the identifier is issued, renewed, and of an entity that is active, and that name, country and registration number are those of ' +
    'the index where they were given; not that the customer is that entity.',
  // An optional member of zod only differs from JSON in allowing an explicit undefined.
  input: gleifInput as unknown as CheckCapability['input'],
  inputRequired: true,
  fromCustomer: {
    lei: ({ lei }) => lei,
    legal_name: ({ legalName }) => legalName,
    country: ({ country }) => country,
    // Not the registration number: one register's is written in many ways, with the court or the kind of company.
  },
  example: { lei: '5493001KJTIIGC8Y1R12' },
  validityDays: 365,
};
