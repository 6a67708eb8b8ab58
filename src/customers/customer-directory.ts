import type { TenantScope } from '../database/index.js';
import type { Customer } from '../providers/customer.js';

/**
 * Who knows the customers of the platform. Wired, it is asked at every create: whether the customer exists, and what the caller's input leaves
 * out. Whatever `find` rejects with, and an answer of another form, ends the create with 503 before anything is stored.
 */
export abstract class CustomerDirectory {
  /**
   * The customer of that tenant; null where it has none of that id. `customerId`: UUID in lower case. `signal` fires after
   * {@link DIRECTORY_DEADLINE_MS}; nobody waits for the answer then.
   */
  abstract find(scope: TenantScope, customerId: string, signal: AbortSignal): Promise<Customer | null>;
}

/** How long a directory may take, in milliseconds: the caller waits for it. */
export const DIRECTORY_DEADLINE_MS = 3_000;

/** Why a directory could not be heard. */
export type DirectoryFaultCode =
  'directory_timeout' | 'directory_unreachable' | 'directory_unreadable' | `directory_status_${number}`;

/** No answer of a directory, or one that says nothing we know. Holds nothing of what was asked or answered. */
export class DirectoryFault extends Error {
  override readonly name = 'DirectoryFault';

  constructor(
    readonly code: DirectoryFaultCode,
    options?: ErrorOptions,
  ) {
    super(code, options);
  }
}
