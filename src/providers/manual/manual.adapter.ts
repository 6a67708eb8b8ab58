import { z } from 'zod';
import type { Clock } from '../../platform/clock.js';
import type { Observation } from '../observation.js';
import type { AdapterPlatform, CheckCapability, ProviderAdapter } from '../provider-adapter.js';

const input = z.strictObject({
  note: z
    .string()
    .min(1)
    .max(2000)
    .optional()
    .describe('What the person who decides should know. Kept encrypted as evidence.'),
});

function check(verificationType: string): CheckCapability {
  return {
    verificationType,
    checkType: 'review',
    proves: 'That a person looked at it and decided, by an override.',
    input: input as unknown as CheckCapability['input'],
    inputRequired: false,
    example: null,
    validityDays: 365,
  };
}

/** A person decides: every check waits for review until somebody overrides it. */
export class ManualAdapter implements ProviderAdapter {
  readonly provider = 'manual';
  readonly description = 'A person of the organization decides, by override.';
  readonly testOnly = false;
  readonly checks = ['identity', 'age', 'business_entity', 'business_identity'].map(check);
  readonly connectionForm = null;
  readonly capabilities = {
    fetch: 'rerun',
    find: false,
    callbacks: false,
    idempotentStart: true,
    redact: 'unsupported',
  } as const;
  readonly #clock: Clock;

  constructor({ clock }: AdapterPlatform) {
    this.#clock = clock;
  }

  start(): Promise<Observation> {
    return Promise.resolve({
      outcome: 'pending',
      reason: 'manual_review',
      awaiting: 'review',
      observedAt: this.#clock.now(),
    });
  }

  fetch(): Promise<Observation> {
    return this.start();
  }
}
