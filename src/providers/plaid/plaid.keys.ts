import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { z } from 'zod';
import type { HttpAnswer } from '../../platform/http.js';
import { Remembered } from '../../platform/remembered.js';
import { ProviderFault } from '../fault-observation.js';
import { accessOf } from './plaid.connection.js';
import { type PlaidCall, type PlaidClient, refusesInput } from './plaid.client.js';
import { plaidKey } from './plaid.messages.js';

interface Asked extends PlaidCall {
  readonly id: string;
}

interface Found {
  readonly key: KeyObject;
}

/** So long a key that Plaid has withdrawn may still count here, and one that it does not know is not asked for again. */
const REMEMBERED_MS = 300_000;

/** So many questions of an account in so long may be in vain: ids cost nothing to make up, and each is one more of Plaid's to answer. */
const MOST_VAIN = 10;
const VAIN_MS = 60_000;

const MOST_ACCOUNTS = 10_000;
const MOST_PROVEN = 10_000;

/** The keys that Plaid signs its webhooks with, by their ids: asked for, and remembered for five minutes. */
export class PlaidKeys {
  readonly #remembered: Remembered<Asked, Found>;
  /** Ids that were keys once: they are asked for whatever else is made up. */
  readonly #proven = new LRUCache<string, true>({ max: MOST_PROVEN });
  readonly #vain: LRUCache<string, { count: number }>;

  constructor(private readonly client: PlaidClient) {
    const { clock } = client;
    const lookUp = (asked: Asked): Promise<Found | null> => this.#askSparingly(asked);
    this.#remembered = new Remembered<Asked, Found>({ nameOf, lookUp, forMs: REMEMBERED_MS, clock });
    const byPassingTime = { ttlResolution: 0, perf: { now: () => clock.elapsed() } };
    this.#vain = new LRUCache<string, { count: number }>({ max: MOST_ACCOUNTS, ttl: VAIN_MS, ...byPassingTime });
  }

  /**
   * The key of that id; null where Plaid has none, or withdrew it. Rejects as {@link PlaidClient} does, never with `provider_response_unrecognised`:
   * of what was signed nothing is known yet; and with `provider_throttled` where too many ids were no keys.
   */
  async of(id: string, call: PlaidCall): Promise<KeyObject | null> {
    return (await this.#remembered.of({ ...call, id }))?.key ?? null;
  }

  async #askSparingly(asked: Asked): Promise<Found | null> {
    const name = nameOf(asked);
    if (this.#proven.has(name)) return this.#ask(asked);
    const vain = this.#vainOf(asked);
    if (vain.count >= MOST_VAIN) throw new ProviderFault('provider_throttled', { class: 'throttle' });
    // Until the answer is there, or many could ask at once.
    vain.count += 1;
    const found = await this.#ask(asked);
    if (found) {
      vain.count -= 1;
      this.#proven.set(name, true);
    }
    return found;
  }

  #vainOf({ connection }: PlaidCall): { count: number } {
    const account = accountOf(connection);
    const vain = this.#vain.get(account) ?? { count: 0 };
    // Not set anew: the time runs from the first one.
    if (!this.#vain.has(account)) this.#vain.set(account, vain);
    return vain;
  }

  async #ask({ id, ...call }: Asked): Promise<Found | null> {
    const answer = await this.client.ask(call, '/webhook_verification_key/get', { key_id: id });
    if (refusesInput(answer)) return null;
    const key = this.#read(answer);
    if (key.kid !== id || (key.expired_at ?? null) !== null) return null;
    const { kty, crv, x, y } = key;
    try {
      return { key: createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' }) };
    } catch {
      return null;
    }
  }

  #read(answer: HttpAnswer): z.output<typeof plaidKey>['key'] {
    try {
      return this.client.read(answer, plaidKey).message.key;
    } catch (error) {
      if (!(error instanceof ProviderFault) || error.reason !== 'provider_response_unrecognised') throw error;
      throw new ProviderFault('provider_unavailable', { class: 'outage' }, { cause: error });
    }
  }
}

/** By whom it was asked for: what a forgotten secret brought must not help another organization, nor harm it. */
function nameOf({ id, connection }: Asked): string {
  return hash('sha256', JSON.stringify([accountOf(connection), id]));
}

function accountOf(connection: PlaidCall['connection']): string {
  const { url, clientId, secret } = accessOf(connection);
  return hash('sha256', JSON.stringify([url, clientId, secret]));
}
