import { z } from 'zod';
import type { CheckCapability } from '../provider-adapter.js';
import type { Reason } from '../reasons.js';
import { CALLBACK_MANNERS, FAULT_PLACES, OUTCOME_SCENARIOS, SCENARIOS } from './sandbox.scenarios.js';

const few = z.int().min(1).max(1000);
const words = z.string().min(1).max(100);

/** What a sandbox check takes; every member may be left out. */
export const sandboxInput = z.strictObject({
  scenario: z.enum(SCENARIOS).optional().describe('What shall happen; `verified` when left out.'),
  decide_after: few
    .optional()
    .describe('For `pending_then_..`: which reading of the check finds it decided; 2 when left out.'),
  fault_at: z
    .enum(FAULT_PLACES)
    .optional()
    .describe('For `fault:..`: the calls that it strikes; `start` when left out.'),
  fault_times: few
    .optional()
    .describe('For `fault:..`: how often it strikes; always when left out, once for `fault:lost_answer`.'),
  valid_days: few.optional().describe('How long the vendor lets a pass count; it states no end when left out.'),
  then: z
    .enum(OUTCOME_SCENARIOS)
    .optional()
    .describe('For `fault:..`: the outcome behind the fault; `verified` when left out.'),
  callbacks: z
    .enum(CALLBACK_MANNERS)
    .optional()
    .describe('How the vendor tells of changes, where it has somebody to tell; `on` when left out.'),
  given_name: words.optional().describe('Invented personal data, to see where it goes.'),
  family_name: words.optional(),
  date_of_birth: z.iso.date().optional(),
  document_number: words.optional(),
  document_type: z.enum(['passport', 'identity_card', 'driving_licence']).optional(),
  issuing_country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'Must be two capital letters (ISO 3166-1 alpha-2).')
    .optional(),
});

/** An input that passed {@link sandboxInput}. */
export type SandboxInput = z.infer<typeof sandboxInput>;

/** The reason of a pass, by verification type. */
export const PASS_REASONS: ReadonlyMap<string, Reason> = new Map<string, Reason>([
  ['identity', 'identity_verified'],
  ['business_entity', 'register_active'],
  ['age', 'age_met'],
]);

function check(verificationType: string, checkType: string, validityDays: number | null): CheckCapability {
  return {
    verificationType,
    checkType,
    proves: 'Nothing: the outcome is the one that the input asks for.',
    // Optional members are absent, never undefined, in what JSON gives: so it is a JsonObject.
    input: sandboxInput as unknown as CheckCapability['input'],
    inputRequired: false,
    example: { scenario: 'verified', given_name: 'Erika', family_name: 'Mustermann', document_type: 'passport' },
    validityDays,
  };
}

/** The pairs that the sandbox plays. */
export const SANDBOX_CHECKS: readonly CheckCapability[] = [
  check('identity', 'document', 365),
  check('identity', 'document_selfie', 365),
  check('business_entity', 'registry', 90),
  check('age', 'age_estimation', 365),
  check('age', 'document', null),
];
