import { Injectable } from '@nestjs/common';
import { EvidenceRepository, type NewEvidence } from '../../evidence/index.js';
import { AppError } from '../../errors/index.js';
import { pause } from '../../platform/deadline.js';
import type { CustomerAction, Observation } from '../../providers/observation.js';
import { capabilityOf, ProviderRegistry } from '../../providers/provider-registry.js';
import { Leases } from '../../work/index.js';
import type { KeyCompletion } from '../idempotency/idempotency.js';
import { saysTheSame } from '../lifecycle/observation-key.js';
import type { Happening } from '../lifecycle/reducer.js';
import type { Verification } from '../store/verification.entity.js';
import type { Along } from '../store/verifications.repository.js';
import { type Passage, VerificationDoor } from '../verification-door.js';
import type { AcceptedRequest } from './create-request.js';
import type { StoredVerification } from './new-verifications.js';
import { ProviderCalls } from './provider-calls.js';

/** A verification after the provider's answer went through the door. */
export interface Answered {
  readonly verification: Verification;
  readonly customerAction: CustomerAction | null;
  /** Whether the answer's version is what the request's key record says. */
  readonly completedKey: boolean;
}

/** Questions to providers about rows that this process has claimed: asked under a heartbeat, answered through the one door. */
@Injectable()
export class Questions {
  constructor(
    private readonly door: VerificationDoor,
    private readonly evidence: EvidenceRepository,
    private readonly calls: ProviderCalls,
    private readonly leases: Leases,
    private readonly registry: ProviderRegistry,
  ) {}

  /** The first question about a verification that was just stored. */
  first(
    { verification, key }: StoredVerification,
    { adapter, capability, input }: AcceptedRequest,
    completion?: KeyCompletion,
  ): Promise<Answered> {
    return this.#held(verification, async () => {
      const observation = await this.calls.start(adapter, verification, input);
      const item = answerItem(verification, observation);
      const evidence = item && { key: key ?? this.evidence.newKey(verification, verification.id), item };
      const along: Along = { evidence, completion };
      const happening = happeningOf(verification, observation, capability.validityDays);
      const passage = await persistently(() => this.door.passKnown(verification, happening, along));
      return answered(verification, observation, passage);
    });
  }

  /** A further question about a claimed row, with the input that is kept of it. `claimed.attempts` is the claim. */
  again(claimed: Verification, completion?: KeyCompletion): Promise<Answered> {
    return this.#held(claimed, async () => {
      const adapter = this.registry.find(claimed.provider, claimed.livemode);
      const capability = adapter && capabilityOf(adapter, claimed.verificationType, claimed.checkType);
      const input = await this.evidence.inputOf(claimed, claimed.id);
      const read = capability?.input.safeParse(input ?? {});
      const observation =
        adapter && read?.success
          ? await this.calls.followUp(adapter, claimed, read.data)
          : this.calls.unaskable('provider_not_configured');
      const luggage = { completion, fence: claimed.attempts, evidence: newsItem(claimed, observation) };
      const happening = happeningOf(claimed, observation, capability?.validityDays ?? null);
      const passage = await persistently(() => this.door.pass(claimed, claimed.id, happening, luggage));
      return answered(claimed, observation, passage);
    });
  }

  #held(row: Verification, work: () => Promise<Answered>): Promise<Answered> {
    const { organizationId, livemode, id, attempts } = row;
    return this.leases.during({ scope: { organizationId, livemode }, id, attempt: attempts }, work);
  }
}

/** How long apart the tries to record an answer are: what a provider has said, and maybe billed, outlasts a short outage of ours. */
const RECORD_AGAIN_AFTER_MS = [50, 200, 1_000, 2_000];

/** A repetition is safe: what went through the door before is recognised there. */
async function persistently<Result>(record: () => Promise<Result>): Promise<Result> {
  for (const delayMs of RECORD_AGAIN_AFTER_MS) {
    try {
      return await record();
    } catch (error) {
      if (error instanceof AppError) throw error;
      await pause(delayMs);
    }
  }
  return record();
}

function happeningOf(asked: Verification, observation: Observation, validityDays: number | null): Happening {
  return { kind: 'observation', round: asked.round, provider: asked.provider, observation, validityDays };
}

function answerItem({ round }: Verification, { answer, observedAt }: Observation): NewEvidence | undefined {
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
  return { verification, customerAction: waits ? (observation.customerAction ?? null) : null, completedKey };
}
