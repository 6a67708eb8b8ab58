import type {
  Call,
  Check,
  Clock,
  CustomerAction,
  JsonObject,
  Observation,
  ProviderAdapter,
} from 'customer-verifications';
import { z } from 'zod';

/** A provider of the host's own: it writes letters, and has an answer when somebody opens the letterbox. */
export class LetterAdapter implements ProviderAdapter {
  readonly provider = 'letter';
  readonly description = 'Somebody answers by letter.';
  readonly testOnly = false;
  readonly checks = [
    {
      verificationType: 'address',
      checkType: 'letter',
      proves: 'That somebody answers at the address.',
      input: z.strictObject({}) as unknown as z.ZodType<JsonObject>,
      inputRequired: false,
      example: null,
      validityDays: 30,
    },
  ];
  readonly connectionForm = null;
  readonly capabilities = {
    ...{ find: false, callbacks: false, idempotentStart: true },
    ...({ fetch: 'none', redact: 'unsupported' } as const),
  };
  /** Every check that was started. */
  readonly sent: string[] = [];
  readonly #letterbox = Promise.withResolvers<undefined>();

  constructor(private readonly clock: Clock) {}

  /** Lets every answer out, that of a later check too. */
  openLetterbox(): void {
    this.#letterbox.resolve(undefined);
  }

  async start({ verificationId }: Check, call: Call): Promise<Observation> {
    this.sent.push(verificationId);
    await this.#letterbox.promise;
    call.signal.throwIfAborted();
    return {
      outcome: 'verified',
      reason: 'identity_verified',
      observedAt: this.clock.now(),
      reference: verificationId,
    };
  }

  async customerAction(): Promise<CustomerAction> {
    return { type: 'redirect', url: 'https://letters.example/one', expiresAt: null };
  }
}
