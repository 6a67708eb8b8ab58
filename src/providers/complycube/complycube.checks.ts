import { z } from 'zod';
import type { JsonObject } from '../../platform/json.js';
import type { Customer } from '../customer.js';
import type { Check, CheckCapability } from '../provider-adapter.js';
import { notConfigured } from '../vendor/vendor-client.js';
import type { ComplyCubeSettings } from './complycube.connection.js';
import type { ComplyCubePerson } from './complycube.messages.js';

const name = z.string().min(1).max(200);
const language = z
  .enum([
    'en',
    'ar',
    'de',
    'es',
    'fr',
    'hi',
    'hk',
    'id',
    'it',
    'ja',
    'ko',
    'nl',
    'no',
    'pl',
    'pt',
    'sv',
    'th',
    'vi',
    'zh',
  ])
  .optional()
  .describe('Of the page that the create answers with; a workflow has its own.');

/** What ComplyCube has to know of the customer beforehand. */
export const complycubeInput = z.strictObject({
  given_name: name,
  family_name: name,
  email_address: z.email('must be an e-mail address').max(254),
  birth_date: z.iso.date('must be a date, YYYY-MM-DD').optional().describe('Narrows a screening.'),
  nationality: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be two capital letters (ISO 3166-1 alpha-2)')
    .optional(),
  language,
});

/** The checks that ComplyCube runs for each check type; a workflow says itself what it runs. */
const RUNS: ReadonlyMap<string, readonly string[]> = new Map([
  ['document', ['document_check']],
  ['document_selfie', ['document_check', 'identity_check']],
  ['document_selfie_screening', ['document_check', 'identity_check', 'extensive_screening_check']],
  ['address', ['proof_of_address_check']],
]);

function check(checkType: string, proves: string): CheckCapability {
  return {
    verificationType: 'identity',
    checkType,
    proves,
    // An optional member of zod only differs from JSON in allowing an explicit undefined.
    input: complycubeInput as unknown as CheckCapability['input'],
    inputRequired: true,
    fromCustomer: { birth_date: birthDateOf },
    example: {
      given_name: 'Erika',
      family_name: 'Mustermann',
      email_address: 'erika@example.com',
      birth_date: '1964-08-12',
    },
    validityDays: 365,
  };
}

/** What is checked on a page of ComplyCube’s, each check type by checks of the vendor’s. */
export const COMPLYCUBE_CHECKS: readonly CheckCapability[] = [
  check('document_selfie', 'That ComplyCube found an identity document authentic, and a live face to be its holder’s.'),
  check('document', 'That ComplyCube found an identity document authentic; not that its holder showed it.'),
  check(
    'document_selfie_screening',
    'The same of document and face, and that nobody of the given name is on the lists of ComplyCube’s extensive screening.',
  ),
  check('address', 'That ComplyCube found a proof of address authentic.'),
  check('workflow', 'That the workflow of the connection cleared the customer; what it looks at is up to the account.'),
];

/** The vendor's check types that make up the check; null: a workflow does. */
export function runsOf({ checkType }: Check): readonly string[] | null {
  return RUNS.get(checkType) ?? null;
}

const OUR_ID = 'verification_id';
const TEMPLATE = 'workflow_template_id';

/** The client to be made, one for each check: with our id where it can be looked for, and the workflow that it is for. */
export function clientOf(verification: Check, settings: ComplyCubeSettings): JsonObject {
  const given = complycubeInput.parse(verification.input);
  const { given_name: firstName, family_name: lastName, birth_date: dob, nationality } = given;
  return {
    type: 'person',
    email: given.email_address,
    personDetails: { firstName, lastName, ...(dob !== undefined && { dob }), ...(nationality && { nationality }) },
    externalId: verification.verificationId,
    metadata: {
      [OUR_ID]: verification.verificationId,
      ...(runsOf(verification) === null && { [TEMPLATE]: configured(settings.workflow_template_id) }),
    },
  };
}

/** The search for the client of our id. Of the two places that hold it ComplyCube looks in the metadata alone. */
export function searchFor(verificationId: string): string {
  return new URLSearchParams({ [`metadata.${OUR_ID}`]: verificationId, pageSize: '10' }).toString();
}

const OUR_FORM = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id of ours that the client carries; null where it carries none, or two. The account may serve others besides us. */
export function ourIdIn({ externalId, metadata }: ComplyCubePerson): string | null {
  const ids = [externalId, metadata?.[OUR_ID]].filter((id) => id !== null && id !== undefined && id !== '');
  const [id] = ids;
  return typeof id === 'string' && OUR_FORM.test(id) && ids.every((other) => other === id) ? id : null;
}

/** Whether the client is the check's. */
export function isOurs({ verificationId }: Check, person: ComplyCubePerson): boolean {
  return ourIdIn(person) === verificationId;
}

/** The template that the client was made for: a setting that was changed since counts for new checks alone. */
export function templateOf({ metadata }: ComplyCubePerson, settings: ComplyCubeSettings): string {
  const kept = metadata?.[TEMPLATE];
  return typeof kept === 'string' ? kept : configured(settings.workflow_template_id);
}

/** A session of the hosted page for the client. A customer action has no input, and so the page's own language. */
export function pageOf(verification: Check, client: ComplyCubePerson, settings: ComplyCubeSettings): JsonObject {
  const runs = runsOf(verification);
  const spoken = z.object({ language }).safeParse(verification.input).data?.language;
  return {
    clientId: client.id,
    successUrl: settings.success_url,
    cancelUrl: settings.cancel_url,
    ...(runs === null
      ? { workflowTemplateId: templateOf(client, settings) }
      : { checkTypes: runs, ...(spoken !== undefined && { language: spoken }) }),
  };
}

function configured(template: string | null): string {
  if (template === null) throw notConfigured();
  return template;
}

function birthDateOf({ entityType, birthDate }: Customer): string | undefined {
  return entityType === 'person' && birthDate?.length === 10 ? birthDate : undefined;
}
