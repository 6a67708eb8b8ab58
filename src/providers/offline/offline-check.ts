import type { z } from 'zod';
import type { Instant } from '../../platform/clock.js';
import type { JsonObject } from '../../platform/json.js';
import type { CheckCapability } from '../provider-adapter.js';
import type { Reason } from '../reasons.js';

/** What a check found out. `pending` means that a person has to look: nothing here is ever asked again by itself. */
export interface Verdict {
  readonly outcome: 'verified' | 'failed' | 'pending';
  readonly reason: Reason;
  /** The library's own name of the fault. */
  readonly providerCode?: string;
  readonly expiresAt?: Instant;
  /** Shown to the organization: says what a pass proves, never the identifier itself. */
  readonly payload: JsonObject;
  /** Kept encrypted: what was judged and by which rule. */
  readonly answer: JsonObject;
}

/** One kind of check: what it declares, and a pure function of input and time. */
export interface OfflineCheck {
  readonly capability: CheckCapability;
  /** Throws where the input does not pass the capability's schema. */
  run(input: JsonObject, now: Instant): Verdict;
}

/** A check as its file writes it down: the schema types the input of `run`. */
export interface OfflineCheckDefinition<Input> {
  readonly verificationType: string;
  readonly checkType: string;
  readonly proves: string;
  readonly input: z.ZodType<Input>;
  readonly example: JsonObject;
  readonly run: (input: Input, now: Instant) => Verdict;
}

/** Ties a schema to the function that reads its output. No pass of these checks ends by policy: form does not go stale. */
export function offlineCheck<Input>(definition: OfflineCheckDefinition<Input>): OfflineCheck {
  const { run, input, ...declared } = definition;
  return {
    // Every member of the schemas here is JSON; zod's optional members only differ in allowing an explicit undefined.
    capability: {
      ...declared,
      input: input as unknown as z.ZodType<JsonObject>,
      inputRequired: true,
      validityDays: null,
    },
    run: (given, now) => run(input.parse(given), now),
  };
}
