import { z } from 'zod';
import { addMilliseconds, type Instant } from '../../platform/clock.js';
import type { JsonObject } from '../../platform/json.js';
import type { Check, CheckCapability } from '../provider-adapter.js';
import { type OnfidoSettings } from './onfido.connection.js';
import { notConfigured } from '../vendor/vendor-client.js';

/** Onfido refuses these in names. Source: onfido-openapi-spec, applicant_first_name. */
const name = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^!#$%*=<>;}{"]*$/, 'must not hold any of ! # $ % * = < > ; { } "');

/** What Onfido has to know of the customer beforehand. */
export const onfidoInput = z.strictObject({
  given_name: name,
  family_name: name,
  birth_date: z.iso.date('must be a date: YYYY-MM-DD').optional(),
  email_address: z.email('must be an e-mail address').max(254).optional(),
  country_of_residence: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be three capital letters (ISO 3166-1 alpha-3)')
    .optional(),
  privacy_notices_read: z
    .boolean()
    .optional()
    .describe('That the customer has read Onfido’s notices; needed of those who live in the United States.'),
});

function check(checkType: string, proves: string): CheckCapability {
  return {
    verificationType: 'identity',
    checkType,
    proves,
    // An optional member of zod only differs from JSON in allowing an explicit undefined.
    input: onfidoInput as unknown as CheckCapability['input'],
    inputRequired: true,
    fromCustomer: { birth_date: ({ birthDate }) => (birthDate?.length === 10 ? birthDate : undefined) },
    example: { given_name: 'Erika', family_name: 'Mustermann', birth_date: '1964-08-12' },
    validityDays: 365,
  };
}

/** The checks that a workflow can be set for. What each looks at is up to the workflow. */
export const ONFIDO_CHECKS: readonly CheckCapability[] = [
  check(
    'document',
    'That the workflow set for documents has approved the customer; what it looks at is up to the account.',
  ),
  check(
    'document_selfie',
    'That the workflow set for documents and faces has approved the customer; what it looks at is up to the account.',
  ),
  check(
    'workflow',
    'That a workflow of the account’s own has approved the customer; what it looks at is up to the account.',
  ),
];

/** The person as Onfido takes it. */
export function applicantOf({ input }: Check): JsonObject {
  const given = onfidoInput.parse(input);
  const { birth_date: dob, email_address: email, country_of_residence: country, privacy_notices_read: read } = given;
  return {
    first_name: given.given_name,
    last_name: given.family_name,
    ...(dob !== undefined && { dob }),
    ...(email !== undefined && { email }),
    ...(country !== undefined && { location: { country_of_residence: country } }),
    ...(read !== undefined && { consents: [{ name: 'privacy_notices_read', granted: read }] }),
  };
}

/** The workflow that the check runs. Throws `ProviderFault` `provider_not_configured` where none is set. */
export function workflowOf({ checkType }: Check, { workflows }: OnfidoSettings): string {
  const workflow = Object.entries(workflows).find(([type]) => type === checkType)?.[1] ?? null;
  if (workflow === null) throw notConfigured();
  return workflow;
}

/** What a run is made with: our id where it can be looked for, and where callbacks show it. */
export function runOf(
  { verificationId }: Check,
  { applicant, workflow }: { readonly applicant: string; readonly workflow: string },
  link: JsonObject,
): JsonObject {
  return {
    applicant_id: applicant,
    workflow_id: workflow,
    tags: [verificationId],
    customer_user_id: verificationId,
    ...(Object.keys(link).length > 0 && { link }),
  };
}

/** How the customer's link is wanted at `now`; empty: as Onfido has it. */
export function linkOf(settings: OnfidoSettings, now: Instant): JsonObject {
  const { completed_redirect_url, expired_redirect_url, link_hours, language } = settings;
  return {
    ...(completed_redirect_url !== null && { completed_redirect_url }),
    ...(expired_redirect_url !== null && { expired_redirect_url }),
    ...(link_hours !== null && { expires_at: addMilliseconds(now, link_hours * 3_600_000) }),
    ...(language !== null && { language }),
  };
}
