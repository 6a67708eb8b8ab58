import { z } from 'zod';
import type { JsonObject } from '../../platform/json.js';
import type { Customer } from '../customer.js';
import type { Check, CheckCapability } from '../provider-adapter.js';
import type { Reason } from '../reasons.js';
import type { VeriffSettings } from './veriff.connection.js';

const language = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]{2})?$/, 'must be two letters (ISO 639-1), with a region or without')
  .optional()
  .describe('Of the page that the customer is sent to.');
const words = z.string().min(1).max(200);

/** What may be told of a person in advance. Veriff compares it with the document where the integration is set up so. */
export const veriffIdentityInput = z.strictObject({
  given_name: words.optional().describe('As in the document.'),
  family_name: words.optional(),
  birth_date: z.iso.date('must be a date, YYYY-MM-DD').optional(),
  language,
});

/** An estimate needs nothing but a face. */
export const veriffAgeInput = z.strictObject({ language });

/** An input that passed one of the two. */
export type VeriffInput = z.output<typeof veriffIdentityInput>;

/** The checks, of an integration each. */
export const VERIFF_CHECKS: readonly CheckCapability[] = [
  {
    verificationType: 'identity',
    checkType: 'document_selfie',
    proves: 'That Veriff approved the identity document and the live face of its holder, as the integration is set up.',
    // Optional members are absent, never undefined, in what JSON gives: so it is a JsonObject.
    input: veriffIdentityInput as unknown as CheckCapability['input'],
    inputRequired: false,
    fromCustomer: { birth_date: birthDateOf },
    example: { given_name: 'Erika', family_name: 'Mustermann', birth_date: '1964-08-12' },
    validityDays: 365,
  },
  {
    verificationType: 'age',
    checkType: 'age_estimation',
    proves:
      'That Veriff takes a live face for one as old as the integration asks for, and the connection besides: an estimate, no document.',
    input: veriffAgeInput as unknown as CheckCapability['input'],
    inputRequired: false,
    example: { language: 'en' },
    validityDays: 365,
  },
];

/** The reason of an approval, by verification type. */
export const PASS_REASONS: ReadonlyMap<string, Reason> = new Map<string, Reason>([
  ['identity', 'identity_verified'],
  ['age', 'age_met'],
]);

/** The session to be made: with our id as the only reference, and nobody's name in it. */
export function sessionOf({ verificationId, verificationType, input }: Check, settings: VeriffSettings): JsonObject {
  const given: VeriffInput =
    verificationType === 'age' ? veriffAgeInput.parse(input) : veriffIdentityInput.parse(input);
  const { given_name: firstName, family_name: lastName, birth_date: dateOfBirth, language: lang } = given;
  const person = Object.fromEntries(
    Object.entries({ firstName, lastName, dateOfBirth }).filter((member): member is [string, string] => !!member[1]),
  );
  return {
    verification: {
      vendorData: verificationId,
      ...(settings.return_url !== null && { callback: settings.return_url }),
      ...(Object.keys(person).length > 0 && { person }),
      ...(lang !== undefined && { lang }),
    },
  };
}

function birthDateOf({ entityType, birthDate }: Customer): string | undefined {
  return entityType === 'person' && /^\d{4}-\d\d-\d\d$/.test(birthDate ?? '') ? birthDate : undefined;
}
