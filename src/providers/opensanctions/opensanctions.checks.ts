import { z } from 'zod';
import type { FromCustomer } from '../customer.js';
import type { CheckCapability } from '../provider-adapter.js';
import { ofSubject, otherNames, partialDate, screenedName } from '../screening.js';

const countryCode = (description: string) =>
  z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be two capital letters')
    .describe(`${description} ISO 3166-1 alpha-2.`);
const text = (description: string, maxLength: number) =>
  z
    .string()
    .min(1, { abort: true })
    .max(maxLength, { abort: true })
    .regex(/[\p{L}\p{N}]/u, 'must hold a letter or a digit')
    .describe(description);

const PERSONS_ALONE = ['birth_date', 'nationality'] as const;
const COMPANIES_ALONE = ['jurisdiction', 'registration_number', 'incorporation_date'] as const;

/** Who or what is looked for. The more is known the fewer others are found. */
export const opensanctionsInput = z
  .strictObject({
    entity_type: z
      .enum(['person', 'company', 'organization', 'legal_entity'])
      .describe('What it is; legal_entity where that is not known.'),
    name: screenedName.describe('The full name.'),
    other_names: otherNames.optional(),
    birth_date: partialDate.optional().describe('Of a person: YYYY, YYYY-MM or YYYY-MM-DD.'),
    nationality: countryCode('Of a person.').optional(),
    country: countryCode('Where it lives or works.').optional(),
    id_number: text('The number of an identity document or a national identifier.', 60).optional(),
    address: text('In one line.', 500).optional(),
    jurisdiction: countryCode('Where a company is registered.').optional(),
    registration_number: text('The number of a company in its register.', 60).optional(),
    incorporation_date: partialDate.optional().describe('Of a company: YYYY, YYYY-MM or YYYY-MM-DD.'),
  })
  // What the kind of entity has no property for, the service drops without a word.
  .refine(
    (input) => (input.entity_type === 'person' ? COMPANIES_ALONE : PERSONS_ALONE).every((name) => !(name in input)),
    'birth_date and nationality are for persons; jurisdiction, registration_number and incorporation_date for all others',
  );

/** The input as the adapter reads it. */
export type OpenSanctionsInput = z.output<typeof opensanctionsInput>;

const PROVES = {
  sanctions: 'That nobody on the loaded and fresh sanctions lists comes near the name and details given',
  pep: 'That no politically exposed person, nor a relative or associate of one, comes near the name and details given',
  sanctions_and_pep:
    'That neither anybody on the loaded and fresh sanctions lists nor a politically exposed person, or a relative or associate of one, comes ' +
    'near the name and details given',
} as const;

/** What a check looks for. */
export type Sought = keyof typeof PROVES;

/** What a check type looks for. Throws a `RangeError` for a type that is none of the adapter's. */
export function soughtBy(checkType: string): Sought {
  const sought = (Object.keys(PROVES) as Sought[]).find((type) => type === checkType);
  if (sought === undefined) throw new RangeError('no check type of this adapter');
  return sought;
}

const fromCustomer: FromCustomer = {
  // Whether an organization is a company is not known: the wider word finds both.
  entity_type: ofSubject(({ entityType }) => (entityType === 'organization' ? 'legal_entity' : entityType)),
  name: ({ legalName }) => legalName,
  birth_date: ofSubject(({ birthDate }) => birthDate, 'person'),
  country: ofSubject(({ country }) => country),
  jurisdiction: ofSubject(({ country }) => country, 'organization'),
  registration_number: ofSubject(({ registrationNumber }) => registrationNumber, 'organization'),
};

/** One check for each thing that is looked for. */
export const OPENSANCTIONS_CHECKS: readonly CheckCapability[] = (Object.keys(PROVES) as Sought[]).map((checkType) => ({
  verificationType: 'screening',
  checkType,
  proves: `${PROVES[checkType]}, on the day of the check; not that the name is the customer's own.`,
  // An optional member of zod only differs from JSON in allowing an explicit undefined.
  input: opensanctionsInput as unknown as CheckCapability['input'],
  inputRequired: true,
  fromCustomer,
  example: { entity_type: 'person', name: 'Ada Examplesson', birth_date: '1970-01-01', nationality: 'SE' },
  validityDays: 1,
}));
