import { hash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { type CalledConnection, Connections } from '../connections/index.js';
import { DEPLOYMENT_ID, type TenantScope } from '../database/index.js';
import { AppError, errorRecords } from '../errors/index.js';
import { Clock } from '../platform/clock.js';
import { within } from '../platform/deadline.js';
import { HttpFault } from '../platform/http.js';
import { ProviderFault } from '../providers/fault-observation.js';
import {
  type CallbackHint,
  CallbackRefused,
  type ProviderAdapter,
  type RawDelivery,
} from '../providers/provider-adapter.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { CallbackTarget } from './callback-target.js';
import { REFUSED } from './callbacks.document.js';
import { InboxRepository } from './inbox.repository.js';

/** The address that a callback came to. */
export interface CallbackAddress {
  readonly provider: string;
  readonly token: string;
}

/** More is no vendor's delivery. */
const MOST_HINTS = 500;
const LONGEST_NAME = 255;
/** A vendor waits for its answer, and the item needs no owner to be kept. */
const OWNERS_WITHIN_MS = 1_000;

/**
 * Takes in what vendors send: token, then signature over the raw bytes, then the inbox, then the 2xx. What is not genuine costs no write.
 */
@Injectable()
export class CallbackIntake {
  readonly #logger = new Logger(CallbackIntake.name);

  constructor(
    private readonly registry: ProviderRegistry,
    private readonly connections: Connections,
    private readonly inbox: InboxRepository,
    private readonly target: CallbackTarget,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores a genuine callback; resolves once it is committed. Throws `NOT_FOUND` where the address is nobody's (the body is not read then),
   * `UNAUTHORIZED` where no signature holds, `MALFORMED_REQUEST` where what is signed can't be read.
   */
  async take(address: CallbackAddress, read: () => Promise<RawDelivery>): Promise<void> {
    const { provider, token } = address;
    const adapter = this.registry.find(provider, false);
    const called = adapter?.capabilities.callbacks ? await this.connections.calledBy(adapter, token) : null;
    if (!adapter || !called) throw new AppError('not_found', 'NOT_FOUND', 'Nothing is found at this address.');
    const delivery = await read();
    const hints = await this.#hints(adapter, called, delivery);
    const digest = hash('sha256', delivery.body, 'buffer');
    const about = await this.#owners(called.scope, provider, hints);
    await this.inbox.add({ scope: called.scope, provider, digest, hints, about, receivedAt: this.clock.now() });
  }

  /** By an organization's own connection it is that organization's burst, whatever it is about. */
  async #owners(
    { organizationId }: TenantScope,
    provider: string,
    hints: readonly CallbackHint[],
  ): Promise<readonly (TenantScope | null)[]> {
    if (organizationId !== DEPLOYMENT_ID || hints.length === 0) return [];
    try {
      const found = await within(OWNERS_WITHIN_MS, this.target.owners(provider, hints));
      if (found) return found;
      this.#logger.warn({ event: 'callback_owners_unknown', provider, errors: [] });
    } catch (error) {
      this.#logger.warn({ event: 'callback_owners_unknown', provider, errors: errorRecords(error) });
    }
    return [];
  }

  async #hints(
    adapter: ProviderAdapter,
    { connection, scope }: CalledConnection,
    delivery: RawDelivery,
  ): Promise<CallbackHint[]> {
    // An empty secret is a missing one: anybody could sign with it.
    const callbackSecrets = (connection.callbackSecrets ?? []).filter((secret) => secret !== '');
    const about = { provider: adapter.provider, organization_id: scope.organizationId, livemode: scope.livemode };
    try {
      if (callbackSecrets.length === 0 && !adapter.connectionForm?.vendorSigns) throw new CallbackRefused();
      const hints = (await adapter.readCallback?.(delivery, { ...connection, callbackSecrets })) ?? [];
      return sound(hints, adapter.capabilities.fetch === 'none');
    } catch (error) {
      if (error instanceof CallbackRefused) {
        this.#logger.warn({ event: 'callback_refused', ...about });
        throw new AppError(...REFUSED);
      }
      if (isUnasked(error)) {
        this.#logger.warn({ event: 'callback_unchecked', ...about, errors: errorRecords(error) });
        throw new AppError(
          'unavailable',
          'SERVICE_UNAVAILABLE',
          'The signature of the callback cannot be checked at present.',
        );
      }
      this.#logger.error({ event: 'callback_unreadable', ...about, errors: errorRecords(error) });
      throw new AppError(
        'malformed',
        'MALFORMED_REQUEST',
        'The callback is genuine, but not of a form that is known here.',
      );
    }
  }
}

/** Whether the vendor could not be asked for its key: nothing is known of the callback, and it will come again. */
function isUnasked(error: unknown): boolean {
  return (
    error instanceof HttpFault || (error instanceof ProviderFault && error.reason !== 'provider_response_unrecognised')
  );
}

function sound(hints: readonly CallbackHint[], withObservation: boolean): CallbackHint[] {
  if (hints.length > MOST_HINTS) throw new RangeError('more checks in one callback than any vendor tells');
  for (const { eventId, reference, ourReference } of hints) {
    if (![eventId, reference, ourReference].every(isName)) throw new RangeError('a name in a callback that is none');
  }
  return hints
    .filter(({ reference, ourReference }) => reference !== undefined || ourReference !== undefined)
    .map(({ observation, ...hint }) => (withObservation && observation ? { ...hint, observation } : hint));
}

function isName(name: string | undefined): boolean {
  if (name === undefined) return true;
  return name !== '' && name.length <= LONGEST_NAME && !name.includes('\0') && name.isWellFormed();
}
