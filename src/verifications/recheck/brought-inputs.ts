import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { completeInput } from '../../customers/index.js';
import { EvidenceRepository, type KeptInput } from '../../evidence/index.js';
import { Clock } from '../../platform/clock.js';
import { canonicalJson, type JsonObject } from '../../platform/json.js';
import type { CheckCapability, ProviderAdapter } from '../../providers/provider-adapter.js';
import { isAsked } from '../lifecycle/due.js';
import type { Verification } from '../store/verification.entity.js';
import { questionWithoutInput, usableInput } from '../start/next-question.js';

/** Who is asked about a check, and by what rules. */
export interface AskedBy {
  readonly adapter: ProviderAdapter;
  readonly capability: CheckCapability;
}

/** What a recheck asks about: what is kept, or what the caller brings, which counts from the round on that it opens. */
@Injectable()
export class BroughtInputs {
  constructor(
    private readonly evidence: EvidenceRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes sure, under the row's lock, that the recheck can ask, and keeps what was brought. Throws `INPUT_REQUIRED` where nothing usable is kept and
   * none was brought; `CHECK_NOT_SUPPORTED` where the provider's old answer is read, whatever is brought; `INVALID_STATE_TRANSITION` (409) where a
   * round is under way with another input; a `ValidationError` with `input.<path>`.
   */
  async settle(tx: Transaction, found: Verification, by: AskedBy, brought: JsonObject | undefined): Promise<void> {
    if (readsAnOldAnswer(by.adapter, found)) {
      if (brought !== undefined) throw aboutTheOldInput();
      return;
    }
    const kept = await this.evidence.inputOf(found, found, tx);
    const usable = usableInput(by.capability, kept) !== null;
    if (brought !== undefined) await this.#bring(tx, found, by.capability, { brought, kept: usable ? kept : 'gone' });
    else if (!usable && !looksWithoutInput(by.adapter, found)) throw inputRequired();
  }

  async #bring(
    tx: Transaction,
    found: Verification,
    capability: CheckCapability,
    { brought, kept }: { readonly brought: JsonObject; readonly kept: KeptInput },
  ): Promise<void> {
    completeInput(capability, brought, null);
    if (kept !== 'gone' && canonicalJson(kept ?? {}) === canonicalJson(brought)) return;
    const now = this.clock.now();
    const underWay = isAsked(found, now);
    // One round asks about one thing. A question that nobody could ask any more waits for what it is about.
    if (underWay && (kept !== 'gone' || found.leased === true)) throw roundUnderWay();
    const round = underWay ? found.round : found.round + 1;
    await this.evidence.bringInput(tx, found, found.id, { kind: 'input', round, recordedAt: now, content: brought });
  }
}

function readsAnOldAnswer({ capabilities: { fetch } }: ProviderAdapter, { providerReference }: Verification): boolean {
  return fetch !== 'rerun' && providerReference !== null;
}

function looksWithoutInput(adapter: ProviderAdapter, found: Verification): boolean {
  return questionWithoutInput(adapter, found, unreachable) !== null;
}

function unreachable(): never {
  throw new Error('a question that is not asked was answered');
}

function inputRequired(): AppError {
  const detail = 'What this check was asked about is no longer kept: bring it as input.';
  return new AppError('refused', 'INPUT_REQUIRED', detail);
}

function aboutTheOldInput(): AppError {
  const detail =
    'Its provider is asked about the check that it has, as it was begun: start a new verification for another input.';
  return new AppError('refused', 'CHECK_NOT_SUPPORTED', detail);
}

function roundUnderWay(): AppError {
  const detail = 'A round is under way with another input: wait for its outcome, then recheck.';
  return new AppError('conflict', 'INVALID_STATE_TRANSITION', detail);
}
