import { Injectable } from '@nestjs/common';
import { type CalledCheck, CallbackTarget, type Hearing, type News } from '../../callbacks/index.js';
import type { TenantScope } from '../../database/index.js';
import { addMilliseconds, Clock, type Instant } from '../../platform/clock.js';
import type { Retry } from '../../providers/observation.js';
import type { CallbackHint } from '../../providers/provider-adapter.js';
import { capabilityOf, ProviderRegistry } from '../../providers/provider-registry.js';
import { soundObservation } from '../../providers/sound-observation.js';
import { LEASE_MS } from '../../work/index.js';
import { backOffMs, isAsked } from '../lifecycle/due.js';
import { answerItem, Questions } from '../start/questions.js';
import type { Verification } from '../store/verification.entity.js';
import { VerificationsRepository } from '../store/verifications.repository.js';
import { VerificationDoor } from '../verification-door.js';
import { CalledChecksRepository } from './called-checks.repository.js';

/** What is asked about just now was asked before the news: it is asked once more when that is over. */
const BUSY_MS = 1_000;

/** A provider that is not wired here may be wired in the process that looks next. */
const NOT_WIRED: Retry = { class: 'outage' };

const HEARD: Hearing = { kind: 'heard' };

/** What a callback means for a verification: the provider is asked, and the answer goes through the one door. */
@Injectable()
export class CallbackNews extends CallbackTarget {
  constructor(
    private readonly checks: CalledChecksRepository,
    private readonly repository: VerificationsRepository,
    private readonly door: VerificationDoor,
    private readonly questions: Questions,
    private readonly registry: ProviderRegistry,
    private readonly clock: Clock,
  ) {
    super();
  }

  find(by: TenantScope, news: News): Promise<CalledCheck[]> {
    // A hint costs a question at most. A word that counts must be about the very check.
    const counts = this.registry.find(news.provider, false)?.capabilities.fetch === 'none';
    return counts ? this.checks.findCertain(by, news) : this.checks.find(by, news);
  }

  owners(provider: string, hints: readonly CallbackHint[]): Promise<(TenantScope | null)[]> {
    return this.checks.owners(provider, hints);
  }

  async hear(check: CalledCheck, news: News, attempt: number): Promise<Hearing> {
    const adapter = this.registry.find(news.provider, check.scope.livemode);
    if (!adapter) return this.#unanswered(NOT_WIRED, check, attempt);
    if (adapter.capabilities.fetch === 'none') return this.#take(check, news);
    const claimed = await this.#claim(check);
    if (claimed === 'busy') return { kind: 'later', why: 'busy', at: this.#in(BUSY_MS) };
    if (claimed === null) return HEARD;
    const { verification, fault } = await this.questions.again(claimed, { reference: news.reference });
    if (!fault || this.#isAskedAnyway(verification, news)) return HEARD;
    return this.#unanswered(fault, check, attempt);
  }

  #unanswered(fault: Retry, { id }: CalledCheck, attempt: number): Hearing {
    return { kind: 'later', why: 'unanswered', at: this.#in(backOffMs(fault, id, attempt)) };
  }

  end(): Promise<void> {
    return this.questions.end();
  }

  /** Claims the row's work as the first question of a new ladder. Null: no such row any more. */
  #claim({ scope, id }: CalledCheck): Promise<Verification | 'busy' | null> {
    return this.repository.transaction(scope, async (tx) => {
      const found = await this.repository.lock(tx, scope, id);
      if (!found) return null;
      if (found.leased === true) return 'busy';
      return this.repository.claim(tx, found, { now: this.clock.now(), leaseMs: LEASE_MS, newLadder: true });
    });
  }

  /** Where the vendor can't be asked, the signed body is its word. */
  async #take({ scope, id }: CalledCheck, { observation, reference, provider }: News): Promise<Hearing> {
    if (observation === undefined) return HEARD;
    const sound = soundObservation(observation, this.clock.now());
    await this.repository.transaction(scope, async (tx) => {
      const found = await this.repository.lock(tx, scope, id);
      if (!found) return;
      const round = roundOf(found, reference);
      const evidence = answerItem({ round }, sound);
      const validityDays = this.#validityOf(found);
      const told = { kind: 'observation', round, provider, observation: sound, validityDays, askable: false } as const;
      await this.door.passLocked(tx, found, told, { evidence });
    });
    return HEARD;
  }

  /** What is pending is asked again by its own ladder, if by then it knows the reference that the news brought; what is decided by nobody but us. */
  #isAskedAnyway(verification: Verification, { reference }: News): boolean {
    const knowsWhat = reference === undefined || verification.providerReference !== null;
    return knowsWhat && isAsked(verification, this.clock.now());
  }

  #validityOf({ provider, livemode, verificationType, checkType }: Verification): number | null {
    const adapter = this.registry.find(provider, livemode);
    return (adapter && capabilityOf(adapter, verificationType, checkType)?.validityDays) ?? null;
  }

  #in(milliseconds: number): Instant {
    return addMilliseconds(this.clock.now(), milliseconds);
  }
}

/** A callback belongs to the round of its reference: with one that has been replaced since, to a round that is over. */
function roundOf({ round, providerReference }: Verification, reference: string | undefined): number {
  const present = providerReference === null || reference === undefined || reference === providerReference;
  return present ? round : round - 1;
}
