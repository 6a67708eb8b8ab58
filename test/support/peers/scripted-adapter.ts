import { z } from 'zod';
import type { CustomerAction, Observation } from '#app/providers/observation.js';
import type { Call, Check, CheckCapability, ProviderAdapter } from '#app/providers/provider-adapter.js';

/** A start that waits for the test to say how it ends. */
export interface HeldStart {
  readonly check: Check;
  readonly call: Call;
  answer(observation: Observation): void;
  fail(error: unknown): void;
}

/** A provider whose every answer is given by the test, when the test wants it. Live and test keys alike. */
export class ScriptedAdapter implements ProviderAdapter {
  readonly provider = 'scripted';
  readonly description = 'Answers what a test tells it to.';
  readonly testOnly = false;
  readonly checks: readonly CheckCapability[] = ['identity', 'age'].map((verificationType) => ({
    verificationType,
    checkType: 'scripted',
    proves: 'Nothing.',
    input: z.strictObject({ note: z.string().optional() }) as unknown as CheckCapability['input'],
    inputRequired: verificationType === 'age',
    example: null,
    validityDays: 30,
  }));
  readonly capabilities = {
    fetch: 'none',
    find: false,
    callbacks: false,
    idempotentStart: true,
    redact: 'unsupported',
  } as const;
  /** Every start so far, in order. */
  readonly starts: HeldStart[] = [];
  /** What {@link customerAction} answers; throws where it is null. */
  action: CustomerAction | null = null;
  readonly #waiting: ((start: HeldStart) => void)[] = [];

  start(check: Check, call: Call): Promise<Observation> {
    return new Promise((answer, fail) => {
      const held = { check, call, answer, fail };
      this.starts.push(held);
      this.#waiting.shift()?.(held);
    });
  }

  customerAction(): Promise<CustomerAction | null> {
    return this.action ? Promise.resolve(this.action) : Promise.reject(new Error('the vendor is away'));
  }

  /** The next start that arrives from now on. */
  nextStart(): Promise<HeldStart> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
