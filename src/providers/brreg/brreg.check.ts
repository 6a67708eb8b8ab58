import { z } from 'zod';
import { type FromCustomer, registeredIn } from '../customer.js';
import { identifierText } from '../identifier-text.js';
import type { CheckCapability } from '../provider-adapter.js';

/** What is asked about. */
export const brregInput = z.strictObject({
  organization_number: identifierText(
    'Norwegian organization number: 9 digits, the last one a check digit. NO before and MVA behind it are tolerated.',
  ),
  company_name: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe('The name to compare with the register; what differs is put before a person.'),
  postcode: z
    .string()
    .min(1)
    .max(20)
    .optional()
    .describe('The postcode of the business or postal address to compare; what differs is put before a person.'),
});

const shared = {
  verificationType: 'business_entity',
  // An optional member of zod only differs from JSON in allowing an explicit undefined.
  input: brregInput as unknown as CheckCapability['input'],
  inputRequired: true,
  fromCustomer: {
    organization_number: registeredIn('NO'),
    company_name: ({ legalName }) => legalName,
    postcode: ({ address }) => address?.postalCode,
  } satisfies FromCustomer,
  example: { organization_number: '923609016' },
} as const;

/** Whether the entity stands in the register. */
export const BRREG_REGISTER: CheckCapability = {
  ...shared,
  checkType: 'company_register',
  proves:
    'That the Norwegian register lists the entity, not deleted, not bankrupt and not being wound up, and that name and postcode are those of the ' +
    'register where they were given; not that the customer may act for it.',
  validityDays: 365,
};

/** Whether such an entity is registered for VAT besides. */
export const BRREG_VAT: CheckCapability = {
  ...shared,
  checkType: 'vat_number',
  proves:
    'That the Norwegian register lists the entity, not deleted, not bankrupt and not being wound up, and as registered for VAT; not that the ' +
    'customer may act for it.',
  validityDays: 90,
};
