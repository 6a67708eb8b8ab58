import { type FieldFault, ValidationError } from '../errors/index.js';
import { fieldFault, parseInstant, parseUuid } from '../input/index.js';
import type { Instant } from '../platform/clock.js';
import { NAME_PATTERN } from '../providers/provider-registry.js';
import type { Repeatable } from './idempotency/outcome.js';
import { STATUSES } from './lifecycle/lifecycle.js';
import type { PageRequest } from './verification-reader.js';
import type { OverrideRequest } from './verification-overrides.js';
import type { ListFilter } from './store/verifications.repository.js';

// What the types of the service can't promise. Requests by HTTP were looked at before; callers in process come straight here.
// PostgreSQL holds neither NUL nor half a surrogate pair.
const REASON = /^[^\0\p{Surrogate}]{1,500}$/u;
const KEY = /^[^\0\p{Surrogate}]{1,255}$/u;
const MOST_ITEMS = 100;

/** A UUID in lower case. Throws a `ValidationError` naming the field. */
export function acceptId(field: string, id: string): string {
  const accepted = parseUuid(id);
  if (accepted === null) throw new ValidationError([fieldFault([field], 'INVALID_FORMAT', 'must be a UUID.')]);
  return accepted;
}

/** Throws a `ValidationError` for a filter that names what can't be. */
export function acceptFilter(filter: ListFilter): ListFilter {
  const { customerId, status, verificationType, occurredAfter, occurredBefore } = filter;
  refuse(
    status !== undefined && !STATUSES.includes(status) && fieldFault(['status'], 'UNKNOWN_VALUE'),
    verificationType !== undefined && !NAME_PATTERN.test(verificationType) && fault('verification_type'),
    !isInstant(occurredAfter) && fault('occurred_after'),
    !isInstant(occurredBefore) && fault('occurred_before'),
  );
  return customerId === undefined ? filter : { ...filter, customerId: acceptId('customer_id', customerId) };
}

/** Throws a `ValidationError` for a page of none, or of more than 100. */
export function acceptPage(page: PageRequest): PageRequest {
  const { limit = 1 } = page;
  const possible = Number.isInteger(limit) && limit >= 1 && limit <= MOST_ITEMS;
  refuse(!possible && fieldFault(['limit'], 'OUT_OF_RANGE', 'must be a whole number from 1 to 100.'));
  return page;
}

/** Throws a `ValidationError` for a status, reason or time that can't be. */
export function acceptOverride(request: OverrideRequest): OverrideRequest {
  const { status, reason, expiresAt } = request;
  refuse(
    !STATUSES.includes(status) && fieldFault(['status'], 'UNKNOWN_VALUE'),
    reason !== undefined &&
      !REASON.test(reason) &&
      fieldFault(['reason'], 'OUT_OF_RANGE', 'must have 1 to 500 characters.'),
    !isInstant(expiresAt) && fault('expires_at'),
  );
  return request;
}

/** Throws a `ValidationError` for a key that is no key. */
export function acceptManner<Manner extends Repeatable>(manner: Manner): Manner {
  const { idempotencyKey } = manner;
  refuse(idempotencyKey !== undefined && !KEY.test(idempotencyKey) && fault('idempotency-key'));
  return manner;
}

function isInstant(at: Instant | null | undefined): boolean {
  return at === undefined || at === null || parseInstant(at) === at;
}

function fault(field: string): FieldFault {
  return fieldFault([field], 'INVALID_FORMAT');
}

function refuse(...faults: readonly (FieldFault | false)[]): void {
  const found = faults.filter((one) => one !== false);
  if (found.length > 0) throw new ValidationError(found);
}
