import type { JsonObject } from '../../../src/platform/json.js';
import type { PlayedProvider, PlayedProviders } from './played-providers.js';

/** What a vendor is made to say, and what comes of it. */
export interface Turn {
  readonly input: JsonObject;
  /** Left out: the vendor says what it says by itself. */
  readonly arrange?: (vendors: PlayedProviders) => void;
  readonly reason: string;
}

/** One check of a provider, from its pass to its end. */
export interface ProviderCase {
  readonly provider: PlayedProvider;
  readonly verificationType: string;
  readonly checkType: string;
  readonly passes: Turn & {
    /** A pattern, or null where the vendor gives none. */
    readonly reference: RegExp | null;
    /** For how many days it counts, or until when. */
    readonly until: number | string;
    /** It counts from the time that the vendor gives, not from ours. */
    readonly since?: 'vendor';
    /** May hold matchers. */
    readonly payload: Readonly<Record<string, unknown>>;
  };
  readonly fails: Turn;
  /** What becomes of the pass later: status and reason. */
  readonly later: {
    readonly arrange: (vendors: PlayedProviders, reference: string) => void;
    /** When it is asked again, in hours; one unless told. */
    readonly hours?: number;
    readonly said: readonly [string, string];
  };
  /** What a person decides. */
  readonly review?: Turn;
  /** What is said while it answers 503. */
  readonly away: string;
}
