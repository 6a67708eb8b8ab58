import { z } from 'zod';
import type { FromCustomer } from '../customer.js';
import type { CheckCapability } from '../provider-adapter.js';
import { ofSubject, otherNames, partialDate, screenedName } from '../screening.js';

/** Who is looked for. No document numbers: the search takes all of it in its URL. */
export const watchmanInput = z
  .strictObject({
    entity_type: z
      .enum(['person', 'organization'])
      .describe('A natural person, or a company or any other organization.'),
    name: screenedName.describe('The full name.'),
    other_names: otherNames.optional(),
    birth_date: partialDate.optional().describe('Of a person: YYYY, YYYY-MM or YYYY-MM-DD.'),
    founding_date: partialDate.optional().describe('Of an organization: YYYY, YYYY-MM or YYYY-MM-DD.'),
  })
  // A date of the other kind is dropped by the service without a word.
  .refine(
    (input) => !((input.entity_type === 'person' ? 'founding_date' : 'birth_date') in input),
    'birth_date is for persons, founding_date for organizations',
  );

/** The input as the adapter reads it. */
export type WatchmanInput = z.output<typeof watchmanInput>;

const fromCustomer: FromCustomer = {
  entity_type: ofSubject(({ entityType }) => entityType),
  name: ({ legalName }) => legalName,
  birth_date: ofSubject(({ birthDate }) => birthDate, 'person'),
};

/** The one check that the service can do. */
export const WATCHMAN_CHECK: CheckCapability = {
  verificationType: 'screening',
  checkType: 'sanctions',
  proves:
    'That nobody on the sanctions lists which the connection requires, all of them loaded and fresh, comes near the name and date given, on the ' +
    "day of the check; not that the name is the customer's own.",
  // An optional member of zod only differs from JSON in allowing an explicit undefined.
  input: watchmanInput as unknown as CheckCapability['input'],
  inputRequired: true,
  fromCustomer,
  example: { entity_type: 'person', name: 'Ada Examplesson', birth_date: '1970-01-01' },
  validityDays: 1,
};
