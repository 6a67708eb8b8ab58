import { z } from 'zod';
import type { JsonObject } from '../../platform/json.js';
import type { Customer } from '../customer.js';
import type { Check, CheckCapability } from '../provider-adapter.js';
import type { Reason } from '../reasons.js';

/** What the workflows of a connection are for. */
export const WORKFLOW_KEYS = ['document_selfie', 'document', 'address', 'age'] as const;

/** One of {@link WORKFLOW_KEYS}. */
export type WorkflowKey = (typeof WORKFLOW_KEYS)[number];

/** The languages of Didit's pages. Another one is refused, and the start with it. */
const LANGUAGES = (
  'en ar bg bn bs ca cnr cs da de el es et fa fi fr he hi hr hu hy id it ja ka kk ko ky lt lv mk mn ms nl no pl pt-BR pt ro ru ' +
  'sk sl so sq sr sv th tr uk uz vi zh-CN zh-TW zh'
).split(' ');

const words = z.string().min(1).max(200);
const language = z
  .enum(LANGUAGES, 'must be a language of the vendor’s pages, such as en or pt-BR')
  .optional()
  .describe('Of the page that the customer is sent to; left out: as the browser says.');

/** What may be told of a person in advance. Didit compares it with what it finds, and the workflow says what a difference means. */
export const diditPersonInput = z.strictObject({
  given_name: words.optional().describe('As in the document.'),
  family_name: words.optional(),
  birth_date: z.iso.date('must be a date, YYYY-MM-DD').optional(),
  email_address: z.email('must be an e-mail address').max(254).optional().describe('For workflows that ask for one.'),
  phone_number: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/, 'must be a number of E.164: + and digits')
    .optional()
    .describe('The same.'),
  language,
});

/** An estimate needs nothing but a face. */
export const diditAgeInput = z.strictObject({ language });

/** An input that passed one of the two. */
export type DiditInput = z.output<typeof diditPersonInput>;

interface Row {
  readonly key: WorkflowKey;
  readonly verificationType: string;
  readonly checkType: string;
  readonly proves: string;
}

const ROWS: readonly Row[] = [
  {
    ...{ key: 'document_selfie', verificationType: 'identity', checkType: 'document_selfie' },
    proves:
      'That Didit approved the identity document and the live face of its holder, as far as the workflow asks for them.',
  },
  {
    ...{ key: 'document', verificationType: 'identity', checkType: 'document' },
    proves: 'That Didit approved an identity document, as far as the workflow asks for it; not who presented it.',
  },
  {
    ...{ key: 'address', verificationType: 'identity', checkType: 'address' },
    proves: 'That Didit approved a proof of the address, as far as the workflow asks for it.',
  },
  {
    ...{ key: 'age', verificationType: 'age', checkType: 'age_estimation' },
    proves:
      'That Didit takes the customer for as old as the workflow asks for, by a live face, or by a document where the workflow falls back on one.',
  },
];

/** The checks, each with a workflow of its own in the connection. */
export const DIDIT_CHECKS: readonly CheckCapability[] = ROWS.map(({ key, ...row }): CheckCapability => {
  const isAge = key === 'age';
  return {
    ...row,
    // Optional members are absent, never undefined, in what JSON gives: so it is a JsonObject.
    input: (isAge ? diditAgeInput : diditPersonInput) as unknown as CheckCapability['input'],
    inputRequired: false,
    ...(!isAge && { fromCustomer: { birth_date: birthDateOf } }),
    example: isAge
      ? { language: 'en' }
      : { given_name: 'Erika', family_name: 'Mustermann', birth_date: '1964-08-12', language: 'de' },
    validityDays: 365,
  };
});

/** What the check's workflow is called in the connection; null where it is none of ours. */
export function workflowKeyOf({ verificationType, checkType }: Check): WorkflowKey | null {
  return ROWS.find((row) => row.verificationType === verificationType && row.checkType === checkType)?.key ?? null;
}

/** The reason of an approval, by verification type. */
export const PASS_REASONS: ReadonlyMap<string, Reason> = new Map<string, Reason>([
  ['identity', 'identity_verified'],
  ['age', 'age_met'],
]);

/**
 * The session to be made. Our id stands where Didit groups the sessions of a person: so each verification is a person of its own there, and no
 * session that somebody else began is handed back for it.
 */
export function sessionOf({ verificationId, verificationType, input }: Check, workflow: string): JsonObject {
  const given: DiditInput = verificationType === 'age' ? diditAgeInput.parse(input) : diditPersonInput.parse(input);
  const expected = membersOf({
    first_name: given.given_name,
    last_name: given.family_name,
    date_of_birth: given.birth_date,
  });
  const contact = membersOf({ email: given.email_address, phone: given.phone_number });
  return {
    workflow_id: workflow,
    vendor_data: verificationId,
    ...(expected !== null && { expected_details: expected }),
    ...(contact !== null && { contact_details: contact }),
    ...(given.language !== undefined && { language: given.language }),
  };
}

function membersOf(values: Readonly<Record<string, string | undefined>>): JsonObject | null {
  const known = Object.entries(values).filter((member): member is [string, string] => member[1] !== undefined);
  return known.length === 0 ? null : Object.fromEntries(known);
}

function birthDateOf({ entityType, birthDate }: Customer): string | undefined {
  return entityType === 'person' && /^\d{4}-\d\d-\d\d$/.test(birthDate ?? '') ? birthDate : undefined;
}
