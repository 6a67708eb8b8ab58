import { z } from 'zod';
import type { JsonObject } from '../../platform/json.js';
import type { Customer } from '../customer.js';
import type { Check, CheckCapability } from '../provider-adapter.js';
import type { IdenfySettings } from './idenfy.connection.js';

/** iDenfy refuses digits and these signs in names. Source: documentation.idenfy.com, generate token. */
const name = z
  .string()
  .min(1)
  .max(100)
  .regex(
    /^[^\d~!@#$%^*()_+=}{[\]|:;",/?\p{Cc}]+$/u,
    'must not hold digits, or any of ~ ! @ # $ % ^ * ( ) _ + = { } [ ] | : ; " , / ?',
  );

/** What may be told of a person in advance. iDenfy compares it with the document, and suspects whom it does not fit. */
export const idenfyInput = z.strictObject({
  given_name: name.optional().describe('As in the document.'),
  family_name: name.optional(),
  birth_date: z.iso.date('must be a date, YYYY-MM-DD').optional(),
  document_country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be two capital letters (ISO 3166-1 alpha-2)')
    .optional()
    .describe('Documents of that country alone are taken.'),
  language: z
    .string()
    .regex(/^[a-z]{2}(-[A-Za-z]{2,4})?$/, 'must be two letters (ISO 639-1), with a region or without')
    .optional()
    .describe('Of the page that the customer is sent to.'),
});

function check(checkType: string, proves: string): CheckCapability {
  return {
    verificationType: 'identity',
    checkType,
    proves,
    // Optional members are absent, never undefined, in what JSON gives: so it is a JsonObject.
    input: idenfyInput as unknown as CheckCapability['input'],
    inputRequired: false,
    fromCustomer: { birth_date: birthDateOf },
    example: { given_name: 'Erika', family_name: 'Mustermann', birth_date: '1964-08-12' },
    validityDays: 365,
  };
}

/** What is looked at on a page of iDenfy’s: a document, with its holder’s face or without. */
export const IDENFY_CHECKS: readonly CheckCapability[] = [
  check(
    'document_selfie',
    'That iDenfy approved an identity document and the face of its holder, as the account is set up.',
  ),
  check('document', 'That iDenfy approved an identity document; not that its holder showed it.'),
];

/** The session to be made: with our id as the only reference. */
export function sessionOf({ verificationId, checkType, input }: Check, settings: IdenfySettings): JsonObject {
  const given = idenfyInput.parse(input);
  const members = {
    firstName: given.given_name,
    lastName: given.family_name,
    dateOfBirth: given.birth_date,
    country: given.document_country,
    locale: given.language,
    successUrl: settings.success_url,
    errorUrl: settings.error_url,
    unverifiedUrl: settings.unverified_url,
    sessionLength: settings.session_seconds,
  };
  return {
    clientId: verificationId,
    tokenType: checkType === 'document' ? 'DOCUMENT' : 'IDENTIFICATION',
    expiryTime: settings.expiry_seconds,
    ...Object.fromEntries(
      Object.entries(members).filter((member): member is [string, string | number] => (member[1] ?? null) !== null),
    ),
  };
}

function birthDateOf({ entityType, birthDate }: Customer): string | undefined {
  return entityType === 'person' && birthDate?.length === 10 ? birthDate : undefined;
}
