import { z } from 'zod';
import type { FromCustomer } from '../customer.js';
import { identifierText } from '../identifier-text.js';
import type { CheckCapability } from '../provider-adapter.js';
import { memberStateOf, VIES_COUNTRIES } from './vies.number.js';

const trader = (what: string) =>
  z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(`${what} to compare with the register, in the few member states that do.`);

/** What is asked about. */
export const viesInput = z
  .strictObject({
    vat_number: identifierText('VAT number, with its country prefix unless country is given.'),
    country: z
      .enum(VIES_COUNTRIES)
      .optional()
      .describe('The member state, where the number has no prefix: ISO 3166-1 alpha-2, or as VIES says EL and XI.'),
    trader_name: trader('The name'),
    trader_street: trader('The street'),
    trader_postal_code: trader('The postal code'),
    trader_city: trader('The city'),
    trader_company_type: z
      .string()
      .regex(/^[A-Z]{2}-[1-9]\d?$/, 'must be a company type code of VIES, such as ES-1')
      .optional()
      .describe("The kind of company to compare with the register: a code of VIES' own."),
  })
  .refine(({ vat_number, country }) => memberStateOf(vat_number, country) !== null, {
    // A number of a country that VIES has not may well be genuine: that is the caller's fault, not the number's.
    error: `vat_number must begin with one of ${VIES_COUNTRIES.join(', ')}, or country be given`,
    path: ['vat_number'],
  });

/** The input as the adapter reads it. */
export type ViesInput = z.output<typeof viesInput>;

/** Nothing to compare: a person's name and address are sent to no register that was not asked about them. */
const fromCustomer: FromCustomer = {
  vat_number: ({ taxIdentifiers }) => taxIdentifiers?.eu_vat,
  // Of the customer's own number alone, and where that has no prefix: a country beside a prefix would be another question.
  country: ({ taxIdentifiers, country }, given) => {
    const own = Object.hasOwn(given, 'vat_number') ? undefined : taxIdentifiers?.eu_vat;
    const lacks = own !== undefined && memberStateOf(own) === null;
    return lacks && country !== undefined && memberStateOf('', country) !== null ? country : undefined;
  },
};

/** The one check that the service can do. */
export const VIES_CHECK: CheckCapability = {
  verificationType: 'business_entity',
  checkType: 'vat_number',
  proves:
    'That the number is registered for trade within the European Union at the moment of the answer; not since when, and not that the customer is whose number it is.',
  // An optional member of zod only differs from JSON in allowing an explicit undefined.
  input: viesInput as unknown as CheckCapability['input'],
  inputRequired: true,
  fromCustomer,
  example: { vat_number: 'PL7740001454' },
  validityDays: 90,
};
