import { z } from 'zod';
import type { JsonObject } from '../../platform/json.js';
import type { Check, CheckCapability } from '../provider-adapter.js';
import { notConfigured } from '../vendor/vendor-client.js';
import type { JumioSettings } from './jumio.connection.js';

/** What the customer is asked for; nothing about the customer. */
export const jumioInput = z.strictObject({
  issuing_country: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be three capital letters (ISO 3166-1 alpha-3)')
    .optional()
    .describe('Of the only documents that are taken.'),
  document_type: z
    .enum(['ID_CARD', 'DRIVING_LICENSE', 'PASSPORT', 'VISA'])
    .optional()
    .describe('The only kind that is taken.'),
  language: z
    .string()
    .regex(/^[a-z]{2}(-[A-Z]{2})?$/, 'must be a language, e.g. de or pt-BR')
    .optional()
    .describe('Of the page.'),
});

function check(checkType: string, proves: string): CheckCapability {
  return {
    verificationType: 'identity',
    checkType,
    proves,
    // An optional member of zod only differs from JSON in allowing an explicit undefined.
    input: jumioInput as unknown as CheckCapability['input'],
    inputRequired: false,
    example: { issuing_country: 'DEU', document_type: 'PASSPORT', language: 'de' },
    validityDays: 365,
  };
}

/** The checks, each with a workflow of the account. */
export const JUMIO_CHECKS: readonly CheckCapability[] = [
  check(
    'document_selfie',
    'That the customer showed an identity document that looks genuine, and a live face like the one on it, as far as the workflow asks for that.',
  ),
  check(
    'document',
    'That the customer showed an identity document that looks genuine, as far as the workflow asks for that.',
  ),
];

/** What a journey is asked for with. Throws `ProviderFault` `provider_not_configured` where no workflow is set. */
export function journeyOf({ verificationId, checkType, input }: Check, settings: JumioSettings): JsonObject {
  const key = Object.entries(settings.workflows).find(([type]) => type === checkType)?.[1] ?? null;
  if (key === null) throw notConfigured();
  const { issuing_country: country, document_type: type, language } = jumioInput.parse(input);
  const { success_url: successUrl, error_url: errorUrl } = settings;
  const locale = language ?? settings.locale;
  const document = {
    category: 'ID',
    ...(country !== undefined && { country: { values: [country] } }),
    ...(type !== undefined && { type: { values: [type] } }),
  };
  const web = {
    ...(successUrl !== null && { successUrl }),
    ...(errorUrl !== null && { errorUrl }),
    ...(locale !== null && { locale }),
  };
  return {
    // Both are ours: one names the journey, the other the person, of whom there is an account for each verification.
    customerInternalReference: verificationId,
    userReference: verificationId,
    workflowDefinition: { key: Number(key), ...(Object.keys(document).length > 1 && { credentials: [document] }) },
    tokenLifetime: `${String(settings.link_minutes)}m`,
    ...(Object.keys(web).length > 0 && { web }),
  };
}
