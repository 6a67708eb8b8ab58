import { z } from 'zod';
import type { Instant } from '../../../platform/clock.js';
import type { JsonObject } from '../../../platform/json.js';
import {
  CALLBACK_MANNERS,
  FAULT_PLACES,
  OUTCOME_SCENARIOS,
  SCENARIOS,
  type CallbackManner,
  type FaultPlace,
  type OutcomeScenario,
  type Scenario,
} from '../sandbox.scenarios.js';

/** The body of `POST /v1/checks`, with its defaults filled in. */
export interface CheckRequest {
  readonly client_reference: string;
  readonly type: string;
  readonly subject: JsonObject;
  readonly scenario: Scenario;
  readonly decide_after: number;
  readonly fault_at: FaultPlace;
  readonly fault_times: number | null;
  readonly then: OutcomeScenario;
  readonly valid_days: number | null;
  /** Left out: `on`. */
  readonly callbacks?: CallbackManner | undefined;
}

const few = z.int().min(1).max(1000);
const word = z.string().min(1).max(255);

/** Reads a {@link CheckRequest}; unknown members are refused. */
export const checkRequest = z.strictObject({
  client_reference: word,
  type: word,
  subject: z.record(word, word).default({}),
  scenario: z.enum(SCENARIOS).default('verified'),
  decide_after: few.default(2),
  fault_at: z.enum(FAULT_PLACES).default('start'),
  fault_times: few.nullable().default(null),
  then: z.enum(OUTCOME_SCENARIOS).default('verified'),
  valid_days: few.nullable().default(null),
  // Without a default: what is in journals and fingerprints since before callbacks stays what it was.
  callbacks: z.enum(CALLBACK_MANNERS).optional(),
}) satisfies z.ZodType<CheckRequest>;

/** The body of `POST /v1/checks/{id}/decision`. */
export const decisionRequest = z.strictObject({
  status: z.enum(['processing', 'in_review', 'awaiting_customer', 'approved', 'declined', 'expired']),
  code: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]{0,63}$/)
    .nullable()
    .default(null),
  decided_at: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
    .transform((text) => text as Instant)
    .optional(),
});
