import { z } from 'zod';
import type { JsonObject } from '../../platform/json.js';
import type { Check, CheckCapability } from '../provider-adapter.js';
import { YOTI_METHODS, type YotiAccess, type YotiMethod, type YotiSettings } from './yoti.connection.js';

/** Yoti needs to know nothing of the person: age and document are shown to it alone. */
export const yotiInput = z.strictObject({
  minimum_age: z
    .int('must be a whole number of years')
    .min(1, 'must be 1 at least')
    .max(99, 'must be 99 at most')
    .optional()
    .describe('How old the customer has to be, in years; left out: as the connection says.'),
});

function kind(checkType: string, proves: string): CheckCapability {
  return {
    verificationType: 'age',
    checkType,
    proves,
    // Optional members are absent, never undefined, in what JSON gives: so it is a JsonObject.
    input: yotiInput as unknown as CheckCapability['input'],
    inputRequired: false,
    example: { minimum_age: 18 },
    validityDays: 365,
  };
}

/** The checks: all are sessions, which differ in the ways that are open to the customer. */
export const YOTI_CHECKS: readonly CheckCapability[] = [
  kind('any_method', 'That the customer reached the minimum age in one of the ways that the connection allows.'),
  kind(
    'age_estimation',
    'That a live face looks older than the minimum age by the margin of the connection: an estimate, no document.',
  ),
  kind('document', 'That an identity document, shown with the live face of its holder, says the minimum age or more.'),
];

const METHODS: ReadonlyMap<string, readonly YotiMethod[]> = new Map<string, readonly YotiMethod[]>([
  ['any_method', YOTI_METHODS],
  ['age_estimation', ['age_estimation']],
  ['document', ['doc_scan']],
]);

/** The methods by which a check of the type can pass at all. */
export function provingMethods({ checkType }: Pick<Check, 'checkType'>): readonly YotiMethod[] {
  return METHODS.get(checkType) ?? [];
}

/** How old the customer has to be: by law, or by whoever asks. What a method asks for may be more. */
export function minimumAgeOf({ input }: Pick<Check, 'input'>, settings: YotiSettings): number {
  return yotiInput.parse(input).minimum_age ?? settings.minimum_age;
}

/** The session to be made: with our id as the only reference, for a yes or no to one age, never for the age itself. */
export function sessionOf(check: Check, { settings, notificationUrl }: YotiAccess): JsonObject {
  const { attempts, retry_enabled, return_url, cancel_url, estimation_margin } = settings;
  const minimum = minimumAgeOf(check, settings);
  const isOpen = (method: YotiMethod): boolean =>
    provingMethods(check).includes(method) && (check.checkType !== 'any_method' || settings.methods.includes(method));
  const method = (name: YotiMethod, members: JsonObject): JsonObject => {
    return { [name]: { allowed: isOpen(name), threshold: minimum, retry_limit: attempts, ...members } };
  };
  return {
    type: 'OVER',
    ttl: settings.ttl_seconds,
    reference_id: check.verificationId,
    ...method('age_estimation', { threshold: minimum + estimation_margin, level: 'PASSIVE' }),
    // Yoti's app may give an estimate as well: it would pass with no margin.
    ...method('digital_id', { level: 'NONE', age_estimation_allowed: false }),
    ...method('doc_scan', { authenticity: 'AUTO', level: 'PASSIVE' }),
    ...method('credit_card', { level: 'NONE' }),
    // It knows no threshold, so nothing would tell what a pass by it proves.
    mobile: { allowed: false, level: 'NONE', retry_limit: 1 },
    ...(return_url !== null && { callback: { auto: true, url: return_url } }),
    ...(cancel_url !== null && { cancel_url }),
    ...(notificationUrl !== null && { notification_url: notificationUrl }),
    retry_enabled,
    // Who has left the page finds it open again.
    resume_enabled: retry_enabled,
  };
}
