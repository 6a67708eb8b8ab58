import type { Instant } from '../platform/clock.js';
import type { JsonObject, JsonValue } from '../platform/json.js';
import type { Reason } from './reasons.js';

/** What the customer must do next. The URL is a secret with a short life: it is handed over once, never stored or logged. */
export interface CustomerAction {
  readonly type: 'redirect';
  readonly url: string;
  /** When the URL stops working; null when the vendor does not say. */
  readonly expiresAt: Instant | null;
}

/** What came of ending a check at its vendor: nothing to tell, or that there is no way to. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- who can end every check has nothing to return
export type Ending = void | 'left_open';

/** Whose move it is while a check is pending. */
export type Awaiting = 'customer' | 'provider' | 'review';

/** How long to leave a provider alone: the class picks the back-off, `afterMs` is the provider's own word (`Retry-After`). */
export interface Retry {
  readonly class: 'throttle' | 'outage' | 'timeout' | 'quota' | 'operator';
  readonly afterMs?: number;
  /**
   * What it is true of; left out: the partition that was asked. `provider`: the whole vendor, and questions about all partitions are kept back.
   * `check`: an answer about this check alone, which can't be read; it keeps no other back, lest one odd subject shut a vendor for everybody.
   */
  readonly of?: 'provider' | 'check';
  /** The vendor surely never got the request. Of the classes throttle, quota and operator it is said by themselves that it began nothing. */
  readonly unsent?: true;
}

/**
 * One thing that a provider told us about a check, translated and nothing else.
 *
 * `failed` means that the provider said no about the subject; an outage, a throttle, an unknown status or an answer
 * that cannot be read is always `pending`. Rejections of an adapter's promise are for faults of transport
 * (`HttpFault`) and for bugs: the caller makes a pending observation of both.
 */
export interface Observation {
  readonly outcome: 'verified' | 'failed' | 'expired' | 'pending';
  /** Required for every decided outcome; null only while pending with nothing to say. */
  readonly reason: Reason | null;
  /** The vendor's own code, as sent. No personal data. */
  readonly providerCode?: string;
  /** The vendor's own id of the check, as sent. Left out where the vendor gives none: never invented. */
  readonly reference?: string;
  /** When the answer was in our hands. */
  readonly observedAt: Instant;
  /** When the vendor says that it decided; orders observations before `observedAt` does. Only with a decision: a state of waiting is as old as our reading of it, or a fault heard in between would outlive it. */
  readonly providerTime?: Instant;
  /** The vendor's own counter, where it has one; orders observations of one time. */
  readonly providerSequence?: number;
  /** The end of a pass as the vendor or the document states it; policy may end it earlier. */
  readonly expiresAt?: Instant;
  /** An allow-listed projection of the answer: no secrets, URLs, images, document numbers, dates of birth, addresses. */
  readonly payload?: JsonObject;
  /** The vendor's full answer as received. Kept encrypted as evidence, shown nowhere else. */
  readonly answer?: JsonValue;
  readonly customerAction?: CustomerAction;
  /** Only with `failed` and `expired`: the connection's policy says so of what the vendor holds open. It is ended there (`ProviderAdapter.cancel`), or a customer who goes on would turn it. */
  readonly leavesOpen?: true;
  /** Only with `pending`. `review` stops the waiting window. */
  readonly awaiting?: Awaiting;
  /** Only with `pending`. */
  readonly retry?: Retry;
}
