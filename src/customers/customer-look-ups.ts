import { Logger } from '@nestjs/common';
import type { TenantScope } from '../database/index.js';
import { AppError, errorRecords } from '../errors/index.js';
import { underDeadline } from '../platform/deadline.js';
import type { Customer } from '../providers/customer.js';
import { type CustomerDirectory, DIRECTORY_DEADLINE_MS, DirectoryFault } from './customer-directory.js';
import { readCustomer } from './customer-form.js';

const RETRY_AFTER_SECONDS = 5;

/** The directory as the service asks it: under a deadline, its answer judged, its faults told in one way. */
export class CustomerLookUps {
  readonly #logger = new Logger('CustomerLookUps');

  /** Null: none is wired, and nothing is asked. */
  constructor(
    private readonly directory: CustomerDirectory | null,
    private readonly deadlineMs = DIRECTORY_DEADLINE_MS,
  ) {}

  /** Whether there is a directory. */
  get wired(): boolean {
    return this.directory !== null;
  }

  /**
   * The customer; null where no directory is wired. Throws `CUSTOMER_NOT_FOUND` (422), and `SERVICE_UNAVAILABLE` (503, with `Retry-After`) where
   * the directory is away, late or not understood.
   */
  async get({ organizationId, livemode }: TenantScope, customerId: string): Promise<Customer | null> {
    if (this.directory === null) return null;
    const found = await this.#told(this.directory, { organizationId, livemode }, customerId);
    if (found === null) throw new AppError('refused', 'CUSTOMER_NOT_FOUND', 'There is no such customer.');
    return found;
  }

  async #told(directory: CustomerDirectory, scope: TenantScope, customerId: string): Promise<Customer | null> {
    try {
      const told = await underDeadline(this.deadlineMs, async (signal) => directory.find(scope, customerId, signal));
      return told === null ? null : readCustomer(told);
    } catch (error) {
      const detail = 'The directory of customers does not answer. Nothing was stored; repeat the request later.';
      const details = { retryAfterSeconds: RETRY_AFTER_SECONDS, cause: causeOf(error) };
      // Who is asked about stands in no log; that a token no longer holds must.
      this.#logger.warn({ event: 'customer_directory_fault', errors: errorRecords(details.cause) });
      throw new AppError('unavailable', 'SERVICE_UNAVAILABLE', detail, details);
    }
  }
}

function causeOf(error: unknown): unknown {
  const late = error instanceof DOMException && error.name === 'TimeoutError';
  return late ? new DirectoryFault('directory_timeout', { cause: error }) : error;
}
