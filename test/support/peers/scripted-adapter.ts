import { z } from 'zod';
import type { CustomerAction, Observation } from '#app/providers/observation.js';
import {
  type Call,
  type CallbackHint,
  CallbackRefused,
  type Check,
  type CheckCapability,
  type Connection,
  type ConnectionForm,
  type ProviderAdapter,
  type ProviderCapabilities,
  type RawDelivery,
} from '#app/providers/provider-adapter.js';

/** A question that waits for the test to say how it ends. */
export interface HeldStart {
  readonly kind: 'start' | 'fetch' | 'find';
  readonly check: Check;
  readonly call: Call;
  answer(observation: Observation): void;
  /** To `find` alone: the vendor never got it. */
  answerNothing(): void;
  fail(error: unknown): void;
}

/** A provider whose every answer is given by the test, when the test wants it. Live and test keys alike. */
export class ScriptedAdapter implements ProviderAdapter {
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
  readonly connectionForm = {
    settings: z.record(z.string(), z.json()) as unknown as ConnectionForm['settings'],
    credentials: [],
  };
  readonly capabilities: ProviderCapabilities;
  /** Every start so far, in order. */
  readonly starts: HeldStart[] = [];
  /** Every question so far, starts among them, in order. */
  readonly asked: HeldStart[] = [];
  /** What {@link customerAction} answers; throws where it is null. */
  action: CustomerAction | null = null;
  /** Called with every question as it arrives; does nothing unless told. */
  script: (question: HeldStart) => void = () => undefined;
  readonly #waiting: ((start: HeldStart) => void)[] = [];

  /** Can start, and repeat a start, unless told otherwise. */
  constructor(
    capabilities: Partial<ProviderCapabilities> = {},
    readonly provider = 'scripted',
  ) {
    const least = {
      fetch: 'none',
      find: false,
      callbacks: false,
      idempotentStart: true,
      redact: 'unsupported',
    } as const;
    this.capabilities = { ...least, ...capabilities };
  }

  start(check: Check, call: Call): Promise<Observation> {
    return this.#hold('start', check, call);
  }

  fetch(check: Check, call: Call): Promise<Observation> {
    return this.#hold('fetch', check, call);
  }

  findByOurReference(check: Check, call: Call): Promise<Observation | null> {
    return this.#hold('find', check, call);
  }

  customerAction(): Promise<CustomerAction | null> {
    return this.action ? Promise.resolve(this.action) : Promise.reject(new Error('the vendor is away'));
  }

  /** A callback is genuine where the header `scripted-signature` is a secret; its body is the list of hints. */
  readCallback({ headers, body }: RawDelivery, { callbackSecrets = [] }: Connection): Promise<CallbackHint[]> {
    const genuine = callbackSecrets.includes(headers['scripted-signature'] ?? '');
    return genuine
      ? Promise.resolve(JSON.parse(body.toString()) as CallbackHint[])
      : Promise.reject(new CallbackRefused());
  }

  /** The kinds of question asked about a check, in order. */
  kindsOf(id: unknown): string[] {
    return this.asked.filter(({ check }) => check.verificationId === id).map(({ kind }) => kind);
  }

  /** The next start that arrives from now on. */
  nextStart(): Promise<HeldStart> {
    return this.nextQuestion();
  }

  /** The next question, of whatever kind, that arrives from now on. */
  nextQuestion(): Promise<HeldStart> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #hold(kind: HeldStart['kind'], check: Check, call: Call): Promise<Observation> {
    return new Promise((resolve, fail) => {
      const answerNothing = (): void => {
        resolve(null as never);
      };
      const held: HeldStart = { kind, check, call, answer: resolve, answerNothing, fail };
      this.asked.push(held);
      if (kind === 'start') this.starts.push(held);
      this.#waiting.shift()?.(held);
      this.script(held);
    });
  }
}
