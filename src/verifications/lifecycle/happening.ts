import type { Instant } from '../../platform/clock.js';
import type { Observation } from '../../providers/observation.js';
import type { Reason } from '../../providers/reasons.js';
import type { Verdict } from './state.js';

/** Something that happened to a verification. */
export type Happening =
  | {
      readonly kind: 'observation';
      /** The round in which the provider was asked. */
      readonly round: number;
      readonly provider: string;
      readonly observation: Observation;
      /** How long the check's pass counts by policy, in days; null: no end. */
      readonly validityDays: number | null;
      /** False: the provider can't be asked how far a review is, so no question falls due. */
      readonly askable?: boolean;
      /** True: the old answer was read by its reference. An approval of which the vendor tells no time is as old as the pass that it gave. */
      readonly rereads?: boolean;
      /** False: nobody was asked, and nobody told us; it is our own word about how the check stands. */
      readonly told?: boolean;
      /** True: it answers a start, and says that the provider surely began nothing. */
      readonly startRefused?: boolean;
    }
  | {
      /** A question that was not asked. It says nothing about the subject: all that it may give is a reason to what has none. */
      readonly kind: 'deferral';
      readonly round: number;
      readonly reason: Reason;
      /** When it may be asked. */
      readonly until: Instant;
      /** True: it would have been the first start, and so the provider surely has none. */
      readonly unsent: boolean;
    }
  | { readonly kind: 'override'; readonly verdict: Verdict }
  | { readonly kind: 'recheck'; readonly actorId: string; readonly windowEndsAt: Instant }
  | { readonly kind: 'clock' };
