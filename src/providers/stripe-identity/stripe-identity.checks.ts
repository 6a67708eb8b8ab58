import { z } from 'zod';
import type { JsonObject } from '../../platform/json.js';
import type { Check, CheckCapability } from '../provider-adapter.js';
import { type StripeIdentitySettings } from './stripe-identity.connection.js';
import { notConfigured } from '../vendor/vendor-client.js';

/** What may be known of the customer beforehand. */
export const stripeIdentityInput = z.strictObject({
  email: z.email('must be an e-mail address').max(254).optional().describe('For a flow that sends a code by e-mail.'),
  phone: z
    .string()
    .regex(/^\+[1-9]\d{5,14}$/, 'must be a number with + and country code (E.164)')
    .optional()
    .describe('For a flow that sends a code by text message.'),
});

function check(checkType: string, proves: string): CheckCapability {
  return {
    verificationType: 'identity',
    checkType,
    proves,
    // An optional member of zod only differs from JSON in allowing an explicit undefined.
    input: stripeIdentityInput as unknown as CheckCapability['input'],
    inputRequired: false,
    example: { email: 'erika.mustermann@example.com' },
    validityDays: 365,
  };
}

/** The checks that a session can be made for. */
export const STRIPE_IDENTITY_CHECKS: readonly CheckCapability[] = [
  check('document', 'That Stripe took a government document for genuine; not that whoever showed it is its holder.'),
  check(
    'document_selfie',
    'That Stripe took a government document for genuine, and found the face in a selfie to be the one in the document.',
  ),
  check(
    'id_number',
    'That name, date of birth and ID number (of the United States, Brazil or Singapore) belong together, as far as databases know.',
  ),
  check('flow', 'That all checks of the flow have passed that the account’s own people put together in the Dashboard.'),
];

/** The parameters of a new session. Throws `ProviderFault` `provider_not_configured` where the check wants a flow and none is set. */
export function sessionOf({ verificationId, checkType, input }: Check, settings: StripeIdentitySettings): JsonObject {
  const details = stripeIdentityInput.parse(input) as JsonObject;
  return {
    client_reference_id: verificationId,
    // A copy: an event in the form of an old version of the API echoes nothing else.
    metadata: { verification_id: verificationId },
    ...kindOf(checkType, settings),
    ...(Object.keys(details).length > 0 && { provided_details: details }),
    ...(settings.return_url !== null && { return_url: settings.return_url }),
  };
}

function kindOf(checkType: string, settings: StripeIdentitySettings): JsonObject {
  if (checkType === 'id_number') return { type: 'id_number' };
  if (checkType === 'flow') {
    if (settings.verification_flow === null) throw notConfigured();
    return { verification_flow: settings.verification_flow };
  }
  const { allowed_document_types: types } = settings;
  const document = {
    ...(types.length > 0 && { allowed_types: types }),
    require_id_number: settings.require_id_number,
    require_live_capture: settings.require_live_capture,
    require_matching_selfie: checkType === 'document_selfie',
  };
  return { type: 'document', options: { document } };
}
