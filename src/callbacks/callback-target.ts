import type { TenantScope } from '../database/index.js';
import type { Instant } from '../platform/clock.js';
import type { CallbackHint } from '../providers/provider-adapter.js';

/** A check that a callback points at. */
export interface CalledCheck {
  readonly scope: TenantScope;
  readonly id: string;
}

/** What a callback brings: a hint, and the word of the signed body where the vendor can't be asked. */
export type News = Omit<CallbackHint, 'eventId'> & { readonly provider: string };

/** What became of news: heard, or to be told again later. */
export type Hearing =
  | { readonly kind: 'heard' }
  /** `busy`: somebody is asking about the check just now; `unanswered`: the provider gave no answer. */
  | { readonly kind: 'later'; readonly why: 'busy' | 'unanswered'; readonly at: Instant };

/** What callbacks are about: the feature that owns the checks. */
export abstract class CallbackTarget {
  /**
   * The checks that news points at, by the vendor's id or by ours: of whose connection it came by, or of anybody, live or test as it is, where that is the
   * deployment's. None where there is no such check, or not yet.
   */
  abstract find(by: TenantScope, news: News): Promise<CalledCheck[]>;

  /**
   * Whose check each of these hints seems to be about, in their order; null where it is nobody's, or not yet anybody's. One look for all of them,
   * good for sharing out work: who is meant is for {@link find} to say.
   */
  abstract owners(provider: string, hints: readonly CallbackHint[]): Promise<(TenantScope | null)[]>;

  /** Finds out what is new about the check, and records it. Safe to repeat. `attempt` counts how often it is told. */
  abstract hear(check: CalledCheck, news: News, attempt: number): Promise<Hearing>;

  /** At the process's end: whatever another process can find out as well is left to it, and so does not keep this one. */
  abstract end(): Promise<void>;
}
