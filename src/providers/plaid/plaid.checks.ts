import { z } from 'zod';
import type { JsonObject } from '../../platform/json.js';
import type { CheckCapability } from '../provider-adapter.js';

const words = z.string().min(1).max(200);

/** What the customer need not type again. */
export const plaidInput = z
  .strictObject({
    given_name: words.optional(),
    family_name: words.optional(),
    birth_date: z.iso.date('must be a date: YYYY-MM-DD').optional(),
    email_address: z.email('must be an e-mail address').max(254).optional(),
    phone_number: z
      .string()
      .regex(/^\+[1-9]\d{6,14}$/, 'must be a number of E.164: + and digits')
      .optional(),
  })
  // Plaid refuses half a name.
  .refine(({ given_name, family_name }) => (given_name === undefined) === (family_name === undefined), {
    error: 'given_name and family_name go together',
    path: ['family_name'],
  });

/** What Plaid is told of the customer; undefined where nothing is known. */
export function userOf(given: JsonObject): JsonObject | undefined {
  const { given_name, family_name, birth_date, email_address, phone_number } = plaidInput.parse(given);
  const user = {
    ...(given_name !== undefined && family_name !== undefined && { name: { given_name, family_name } }),
    ...(birth_date !== undefined && { date_of_birth: birth_date }),
    ...(email_address !== undefined && { email_address }),
    ...(phone_number !== undefined && { phone_number }),
  };
  return Object.keys(user).length === 0 ? undefined : user;
}

function check(checkType: string, proves: string): CheckCapability {
  return {
    verificationType: 'identity',
    checkType,
    proves,
    // An optional member of zod only differs from JSON in allowing an explicit undefined.
    input: plaidInput as unknown as CheckCapability['input'],
    inputRequired: false,
    fromCustomer: {
      // A year alone is no date.
      birth_date: ({ birthDate }) => (/^\d{4}-\d\d-\d\d$/.test(birthDate ?? '') ? birthDate : undefined),
    },
    example: { given_name: 'Leslie', family_name: 'Knope', birth_date: '1975-01-18' },
    validityDays: 365,
  };
}

/** The checks, each with a template of its own in the connection. */
export const PLAID_CHECKS: readonly CheckCapability[] = [
  check(
    'document_selfie',
    'That the customer showed a genuine identity document and a live face like the one on it, as far as the template asks for that.',
  ),
  check(
    'document',
    'That the customer showed an identity document that looks genuine, as far as the template asks for that.',
  ),
  check(
    'id_number',
    'That what the customer stated agrees with databases of identities, as far as the template asks for that.',
  ),
];
