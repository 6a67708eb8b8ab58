import { z } from 'zod';
import type { FromCustomer } from '../customer.js';
import type { CheckCapability } from '../provider-adapter.js';
import { ofSubject, partialDate, screenedName } from '../screening.js';

/** Who or what is looked for. */
export const complyAdvantageInput = z
  .strictObject({
    entity_type: z
      .enum(['person', 'company', 'organization', 'legal_entity'])
      .describe('What it is; legal_entity where that is not known.'),
    name: screenedName.max(255, { abort: true }).describe('The full name.'),
    birth_date: partialDate.optional().describe('Of a person: YYYY, YYYY-MM or YYYY-MM-DD. Searched with its year.'),
  })
  .refine(({ entity_type, birth_date }) => entity_type === 'person' || birth_date === undefined, {
    error: 'birth_date is for persons',
    path: ['birth_date'],
  });

/** The input as the adapter reads it. */
export type ComplyAdvantageInput = z.output<typeof complyAdvantageInput>;

const SANCTIONS = ['sanction', 'warning', 'fitness-probity'] as const;

/** The kinds of lists that each check type looks into, in the vendor's words. */
export const LISTS = {
  sanctions: SANCTIONS,
  pep: ['pep'],
  sanctions_and_pep: [...SANCTIONS, 'pep'],
  adverse_media: ['adverse-media'],
} as const;

/** What a check looks for. */
export type Sought = keyof typeof LISTS;

const WHERE: Readonly<Record<Sought, string>> = {
  sanctions: 'on sanctions lists, warnings of regulators or lists of the disqualified',
  pep: 'among politically exposed persons',
  sanctions_and_pep:
    'on sanctions lists, warnings of regulators or lists of the disqualified, or among politically exposed persons',
  adverse_media: 'in adverse media',
};

/** What a check type looks for. Throws a `RangeError` for a type that is none of the adapter's. */
export function soughtBy(checkType: string): Sought {
  const sought = (Object.keys(LISTS) as Sought[]).find((type) => type === checkType);
  if (sought === undefined) throw new RangeError('no check type of this adapter');
  return sought;
}

const fromCustomer: FromCustomer = {
  // Whether an organization is a company is not known: searched without a kind, both are found.
  entity_type: ofSubject(({ entityType }) => (entityType === 'organization' ? 'legal_entity' : entityType)),
  name: ({ legalName }) => legalName,
  birth_date: ofSubject(({ birthDate }) => birthDate, 'person'),
};

/** One check for each thing that is looked for. */
export const COMPLY_ADVANTAGE_CHECKS: readonly CheckCapability[] = (Object.keys(LISTS) as Sought[]).map(
  (checkType) => ({
    verificationType: 'screening',
    checkType,
    proves: `That nobody ${WHERE[checkType]} came near the name given, on the day of the search, or that an analyst of the account set aside who did.`,
    // An optional member of zod only differs from JSON in allowing an explicit undefined.
    input: complyAdvantageInput as unknown as CheckCapability['input'],
    inputRequired: true,
    fromCustomer,
    example: { entity_type: 'person', name: 'Ada Examplesson', birth_date: '1970-01-01' },
    validityDays: 1,
  }),
);
