import { Injectable } from '@nestjs/common';
import { EvidenceRepository, type NewEvidence } from '../../evidence/index.js';
import type { Refusal } from '../../gates/index.js';
import { elapsedMs } from '../../platform/clock.js';
import type { CustomerAction, Observation, Retry } from '../../providers/observation.js';
import { beganNothing } from '../../providers/fault-observation.js';
import type { CheckCapability, ProviderAdapter } from '../../providers/provider-adapter.js';
import { capabilityOf, ProviderRegistry } from '../../providers/provider-registry.js';
import { LEASE_MS } from '../../work/index.js';
import type { KeyCompletion } from '../idempotency/idempotency.js';
import { saysTheSame } from '../lifecycle/observation-key.js';
import type { Happening } from '../lifecycle/happening.js';
import { Verification } from '../store/verification.entity.js';
import type { Along } from '../store/verification.writes.js';
import { persistently } from '../recording.js';
import { type Passage, VerificationDoor } from '../verification-door.js';
import type { AcceptedRequest } from './create-request.js';
import type { StoredVerification } from './new-verifications.js';
import { ClaimedRows } from './claimed-rows.js';
import { type Ask, neverArrived, questionWithoutInput, startsBlindly, usableInput } from './next-question.js';
import { ProviderCalls } from './provider-calls.js';
import { inputGone, notFoundToRepeat, unconfigured } from './unasked.js';

/** How long a stored row is ours for certain: the call, and what stands before it, begin well within its lease. */
const TRUSTED_MS = LEASE_MS / 2;

/** A verification after the provider's answer went through the door. */
export interface Answered {
  readonly verification: Verification;
  readonly customerAction: CustomerAction | null;
  /** Whether the answer's version is what the request's key record says. */
  readonly completedKey: boolean;
  /** Why there was no answer; null where there was one. */
  readonly fault: Retry | null;
  /** False: the provider's gate is shut, or another process has the row; the question is asked in the background. */
  readonly asked: boolean;
}

/** What comes along with a further question. */
export interface Further {
  readonly completion?: KeyCompletion | undefined;
  /** The vendor's id of the check as a callback gives it; counts where the row has none yet. */
  readonly reference?: string | undefined;
}

/** Questions to providers about rows that this process has claimed: asked under a heartbeat, answered through the one door. */
@Injectable()
export class Questions {
  constructor(
    private readonly door: VerificationDoor,
    private readonly evidence: EvidenceRepository,
    private readonly calls: ProviderCalls,
    private readonly registry: ProviderRegistry,
    private readonly rows: ClaimedRows,
  ) {}

  /** The first question about a verification that was just stored. */
  first(
    { verification, key, begun }: StoredVerification,
    { adapter, capability, input }: AcceptedRequest,
    completion?: KeyCompletion,
  ): Promise<Answered> {
    return this.rows.during(verification, async () => {
      // A database that was slow to answer: who has taken the row over since may have started the check.
      const isOurs = elapsedMs(begun) < TRUSTED_MS || (await this.rows.isOurs(verification));
      if (!isOurs) return { verification, customerAction: null, completedKey: false, fault: null, asked: false };
      const observation = await this.calls.start(adapter, verification, input);
      if (observation.outcome === 'not_asked') return this.#putOff(verification, observation, true);
      const item = answerItem(verification, observation);
      const evidence = item && { key: key ?? this.evidence.newKey(verification, verification.id), item };
      const along: Along = { evidence, completion };
      const happening = happeningOf(verification, observation, { adapter, capability, starts: true });
      const passage = await this.#recorded(
        () => this.door.passKnown(verification, happening, along),
        startsBlindly(adapter),
      );
      return answered(verification, observation, passage);
    });
  }

  /** A further question about a claimed row, with the input that is kept of it. `claimed.attempts` is the claim. */
  again(claimed: Verification, { completion, reference }: Further = {}): Promise<Answered> {
    return this.rows.during(claimed, async () => {
      const adapter = this.registry.find(claimed.provider, claimed.livemode);
      const capability = adapter && capabilityOf(adapter, claimed.verificationType, claimed.checkType);
      const known = withReference(claimed, reference);
      const by =
        adapter && capability
          ? { adapter, capability, starts: false, ...this.calls.nextQuestion(adapter, known) }
          : null;
      const observation = by ? await this.#asked(known, by) : this.calls.unasked(unconfigured);
      if (observation.outcome === 'not_asked') return this.#putOff(claimed, observation, by?.starts === true);
      const luggage = { completion, fence: claimed.attempts, evidence: newsItem(claimed, observation) };
      const happening = happeningOf(claimed, observation, by);
      const passage = await this.#recorded(() => this.door.pass(claimed, claimed.id, happening, luggage), by?.starts);
      return answered(claimed, observation, passage);
    });
  }

  /** At the process's end: see {@link CallsInFlight.end}. */
  end(): Promise<void> {
    return this.calls.end();
  }

  async #asked(verification: Verification, { adapter, capability, ask, starts }: By): Promise<Observation | Refusal> {
    const known = verification.providerReference !== null;
    if (!ask) return this.calls.unaskable(known ? 'provider_processing' : 'start_outcome_unknown', verification);
    const kept = await this.evidence.inputToAsk(verification, verification);
    // Its key may come back: until then what can be asked without it is asked, and the rest waits for an operator.
    const unreadable = kept === 'unreadable';
    const input = unreadable ? null : usableInput(capability, kept);
    if (input) return this.calls.ask(adapter, verification, { input, ask, starts });
    const without = questionWithoutInput(adapter, verification, () =>
      this.calls.heard(unreadable ? unconfigured : notFoundToRepeat),
    );
    if (!without) return unreadable ? this.calls.unasked(unconfigured) : this.calls.unasked(inputGone);
    return this.calls.ask(adapter, verification, { input: {}, ask: without, starts: false });
  }

  async #putOff(claimed: Verification, refusal: Refusal, unsent: boolean): Promise<Answered> {
    const verification = await this.#recorded(() => this.rows.untilOpen(claimed, refusal, unsent));
    const fault = { class: 'outage' } as const;
    return { verification, customerAction: null, completedKey: false, fault, asked: false };
  }

  /** A repetition is safe: what went through the door before is recognised there. What nobody else can find out outlasts the end that others could take over at. */
  #recorded<Result>(record: () => Promise<Result>, byUsAlone = false): Promise<Result> {
    return persistently(record, byUsAlone ? undefined : this.calls.ending);
  }
}

/** Who is asked, and how. */
interface By {
  readonly adapter: ProviderAdapter;
  readonly capability: CheckCapability;
  readonly ask?: Ask;
  readonly starts: boolean;
}

function happeningOf(asked: Verification, observation: Observation, by: By | null): Happening {
  const { round, provider } = asked;
  const validityDays = by?.capability.validityDays ?? null;
  // Where nobody was asked, what was known of the last start still holds.
  const isUnsent = by?.starts === true ? beganNothing : neverArrived;
  const startRefused = by ? isUnsent(observation.retry) : asked.startRefused;
  // What would be run afresh brings the same doubt again: that review is a person's of ours.
  const askable = !by || by.adapter.capabilities.fetch === 'by_reference';
  const told = !('asked' in observation);
  const how = { validityDays, startRefused, askable, told, rereads: by?.adapter.capabilities.fetch === 'by_reference' };
  return { kind: 'observation', round, provider, observation, ...how };
}

function withReference(verification: Verification, reference: string | undefined): Verification {
  if (reference === undefined || verification.providerReference !== null) return verification;
  return Object.assign(new Verification(), verification, { providerReference: reference });
}

/** The provider's answer as evidence; undefined where it gave none to keep. */
export function answerItem(
  { round }: Pick<Verification, 'round'>,
  { answer, observedAt }: Observation,
): NewEvidence | undefined {
  return answer === undefined ? undefined : { kind: 'answer', round, recordedAt: observedAt, content: answer };
}

/** The hundredth "not yet" proves nothing that the first did not. */
function newsItem(asked: Verification, observation: Observation): NewEvidence | undefined {
  const isNews = observation.outcome !== 'pending' || !saysTheSame(asked.wordKey, observation);
  return isNews ? answerItem(asked, observation) : undefined;
}

function answered(asked: Verification, observation: Observation, passage: Passage | null): Answered {
  const verification = passage && passage.kind !== 'refused' ? passage.verification : asked;
  const waits = verification.status === 'pending';
  const completedKey = passage?.kind === 'changed' ? passage.completed : false;
  const customerAction = waits ? (observation.customerAction ?? null) : null;
  return { verification, customerAction, completedKey, fault: observation.retry ?? null, asked: true };
}
