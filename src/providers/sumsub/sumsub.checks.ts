import { z } from 'zod';
import type { Customer } from '../customer.js';
import type { Check, CheckCapability } from '../provider-adapter.js';
import type { Reason } from '../reasons.js';

/** What the levels of a connection are for. */
export const LEVEL_KEYS = ['document', 'document_selfie', 'address', 'age', 'kyb'] as const;

/** One of {@link LEVEL_KEYS}. */
export type LevelKey = (typeof LEVEL_KEYS)[number];

const contact = {
  email_address: z.email('must be an e-mail address').max(254).optional().describe('For levels that ask for one.'),
  phone_number: z
    .string()
    .regex(/^\+[1-9]\d{5,14}$/, 'must be a number with + and country code (E.164)')
    .optional(),
  language: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]{2})?$/, 'must be two letters (ISO 639-1), with a region or without')
    .optional()
    .describe('Of the page that the customer is sent to.'),
};
const name = z.string().min(1).max(255);

/** What may be told of a person in advance. The documents must then be of somebody of that name and age. */
export const sumsubPersonInput = z.strictObject({
  given_name: name.optional().describe('As in the document. What is given here must agree with the documents.'),
  family_name: name.optional(),
  birth_date: z.iso.date('must be a date, YYYY-MM-DD').optional(),
  ...contact,
});

/** What may be told of a company in advance. */
export const sumsubCompanyInput = z.strictObject(contact);

/** An input that passed one of the two. */
export type SumsubInput = z.output<typeof sumsubPersonInput>;

interface Row {
  readonly key: LevelKey;
  readonly verificationType: string;
  readonly checkType: string;
  readonly proves: string;
}

const ROWS: readonly Row[] = [
  {
    key: 'document_selfie',
    verificationType: 'identity',
    checkType: 'document_selfie',
    proves:
      'That Sumsub approved the identity document and a live picture of its holder, by the rules of the connection’s level.',
  },
  {
    key: 'document',
    verificationType: 'identity',
    checkType: 'document',
    proves: 'That Sumsub approved an identity document, by the rules of the connection’s level; not who presented it.',
  },
  {
    key: 'address',
    verificationType: 'identity',
    checkType: 'address',
    proves: 'That Sumsub approved a proof of residence, by the rules of the connection’s level.',
  },
  {
    key: 'age',
    verificationType: 'age',
    checkType: 'document',
    proves: 'That Sumsub approved a document of somebody who is as old as the rules of the connection’s level ask for.',
  },
  {
    key: 'kyb',
    verificationType: 'business_entity',
    checkType: 'kyb',
    proves: 'That Sumsub approved a company, its papers and its owners, by the rules of the connection’s level.',
  },
];

/** The checks; which of them a connection can start depends on the levels it names. */
export const SUMSUB_CHECKS: readonly CheckCapability[] = ROWS.map(({ key, ...row }) => ({
  ...row,
  // Optional members are absent, never undefined, in what JSON gives: so it is a JsonObject.
  input: inputOf(key) as unknown as CheckCapability['input'],
  inputRequired: false,
  ...(key !== 'kyb' && { fromCustomer: { birth_date: birthDateOf } }),
  example:
    key === 'kyb' ? { language: 'en' } : { given_name: 'Erika', family_name: 'Mustermann', birth_date: '1964-08-12' },
  validityDays: 365,
}));

/** Which of the connection's levels the check goes through; null for a check of which nothing is known. */
export function levelKeyOf({ verificationType, checkType }: Check): LevelKey | null {
  return ROWS.find((row) => row.verificationType === verificationType && row.checkType === checkType)?.key ?? null;
}

/** The reason of an approval, by verification type. */
export const PASS_REASONS: ReadonlyMap<string, Reason> = new Map<string, Reason>([
  ['identity', 'identity_verified'],
  ['age', 'age_met'],
  ['business_entity', 'register_active'],
]);

function inputOf(key: LevelKey): z.ZodType {
  return key === 'kyb' ? sumsubCompanyInput : sumsubPersonInput;
}

function birthDateOf({ entityType, birthDate }: Customer): string | undefined {
  return entityType === 'person' && /^\d{4}-\d\d-\d\d$/.test(birthDate ?? '') ? birthDate : undefined;
}
