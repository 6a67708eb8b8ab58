import { z } from 'zod';
import type { CheckCapability } from '../provider-adapter.js';
import type { Reason } from '../reasons.js';

const words = z.string().min(1).max(200);

/** What the customer need not type again. Persona compares it with what it finds only where the template says so. */
export const personaInput = z.strictObject({
  given_name: words.optional(),
  family_name: words.optional(),
  birth_date: z.iso.date('must be a date: YYYY-MM-DD').optional(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be two capital letters (ISO 3166-1 alpha-2)')
    .optional()
    .describe('Where the customer lives.'),
  email_address: z.email('must be an e-mail address').max(254).optional(),
  phone_number: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/, 'must be a number of E.164: + and digits')
    .optional(),
});

/** An input that passed {@link personaInput}. */
export type PersonaInput = z.output<typeof personaInput>;

/** The fields of an inquiry by the members of our input, as Persona's own templates name them. */
export const FIELDS: Readonly<Record<keyof PersonaInput, string>> = {
  given_name: 'name-first',
  family_name: 'name-last',
  birth_date: 'birthdate',
  country: 'address-country-code',
  email_address: 'email-address',
  phone_number: 'phone-number',
};

/** The reason of a pass, by verification type. */
export const PASS_REASONS: ReadonlyMap<string, Reason> = new Map<string, Reason>([
  ['identity', 'identity_verified'],
  ['age', 'age_met'],
]);

function check(verificationType: string, checkType: string, proves: string): CheckCapability {
  return {
    verificationType,
    checkType,
    proves,
    // An optional member of zod only differs from JSON in allowing an explicit undefined.
    input: personaInput as unknown as CheckCapability['input'],
    inputRequired: false,
    fromCustomer: {
      // A year alone is no date.
      birth_date: ({ birthDate }) => (/^\d{4}-\d\d-\d\d$/.test(birthDate ?? '') ? birthDate : undefined),
      country: ({ address, country }) => address?.country ?? country,
    },
    example: { given_name: 'Erika', family_name: 'Mustermann', birth_date: '1964-08-12', country: 'DE' },
    validityDays: 365,
  };
}

/** The checks, each with a template of its own in the connection. */
export const PERSONA_CHECKS: readonly CheckCapability[] = [
  check(
    'identity',
    'document_selfie',
    'That the customer showed a genuine identity document and a live face like the one on it, as far as the template asks for that.',
  ),
  check(
    'identity',
    'document',
    'That the customer showed an identity document that looks genuine, as far as the template asks for that.',
  ),
  check(
    'identity',
    'id_number',
    'That what the customer stated agrees with databases of identities, as far as the template asks for that.',
  ),
  check('age', 'document', 'That the customer is as old as the template demands, by a document or what it asks for.'),
];
