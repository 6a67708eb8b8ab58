import { z } from 'zod';
import { registeredIn } from '../customer.js';
import { identifierText } from '../identifier-text.js';
import type { CheckCapability } from '../provider-adapter.js';

/** What is asked about. */
export const companiesHouseInput = z.strictObject({
  company_number: identifierText(
    'Number in the UK register of companies: 8 letters or digits. Leading zeros may be missing.',
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
    .describe('The postcode of the registered office to compare; what differs is put before a person.'),
});

/** The one check that the register can do. */
export const COMPANIES_HOUSE_CHECK: CheckCapability = {
  verificationType: 'business_entity',
  checkType: 'company_register',
  proves:
    'That the UK register lists the company and neither as dissolved nor as insolvent, and that name and postcode are those of the register ' +
    'where they were given; not that the customer may act for it.',
  // An optional member of zod only differs from JSON in allowing an explicit undefined.
  input: companiesHouseInput as unknown as CheckCapability['input'],
  inputRequired: true,
  fromCustomer: {
    company_number: registeredIn('GB'),
    company_name: ({ legalName }) => legalName,
    postcode: ({ address }) => address?.postalCode,
  },
  example: { company_number: '00000006' },
  validityDays: 365,
};
