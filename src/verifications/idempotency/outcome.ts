import type { CustomerAction } from '../../providers/observation.js';
import type { ShownVerification } from '../store/verification.entity.js';

/** How a changing call is made safe to repeat. */
export interface Repeatable {
  /** 1-255 characters; the same key with the same request does nothing twice, for 7 days. */
  readonly idempotencyKey?: string | undefined;
}

/** What a changing call answers with. */
export interface Outcome {
  readonly verification: ShownVerification;
  /** What the customer must do next; hand it over at once and keep it nowhere. */
  readonly customerAction: CustomerAction | null;
  /** As HTTP says it: 200, 201, or 202 where the caller did not wait. */
  readonly httpStatus: number;
  /** True: an earlier request with this key did the work. */
  readonly replayed: boolean;
}
