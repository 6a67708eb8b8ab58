import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { Remembered } from '../../platform/remembered.js';
import { accessOf } from './plaid.connection.js';
import { errorOf, type PlaidCall, type PlaidClient } from './plaid.client.js';
import { plaidKey } from './plaid.messages.js';

interface Asked extends PlaidCall {
  readonly id: string;
}

interface Found {
  readonly key: KeyObject;
}

/** So long a key that Plaid has withdrawn may still count here, and one that it does not know is not asked for again. */
const REMEMBERED_MS = 300_000;

/** The keys that Plaid signs its webhooks with, by their ids: asked for, and remembered for five minutes. */
export class PlaidKeys {
  readonly #remembered: Remembered<Asked, Found>;

  constructor(private readonly client: PlaidClient) {
    this.#remembered = new Remembered<Asked, Found>({
      nameOf: ({ id, connection }) => {
        const { url, clientId, secret } = accessOf(connection);
        // By whom it was asked for: what a forgotten secret brought must not help another organization, nor harm it.
        return hash('sha256', JSON.stringify([url, clientId, secret, id]));
      },
      lookUp: (asked) => this.#ask(asked),
      forMs: REMEMBERED_MS,
      clock: client.clock,
    });
  }

  /** The key of that id; null where Plaid has none, or withdrew it. Rejects as {@link PlaidClient} does. */
  async of(id: string, call: PlaidCall): Promise<KeyObject | null> {
    return (await this.#remembered.of({ ...call, id }))?.key ?? null;
  }

  async #ask({ id, ...call }: Asked): Promise<Found | null> {
    const answer = await this.client.ask(call, '/webhook_verification_key/get', { key_id: id });
    if (answer.status === 400 && errorOf(answer)?.code === 'INVALID_WEBHOOK_VERIFICATION_KEY_ID') return null;
    const { key } = this.client.read(answer, plaidKey).message;
    if (key.kid !== id || (key.expired_at ?? null) !== null) return null;
    const { kty, crv, x, y } = key;
    try {
      return { key: createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' }) };
    } catch {
      return null;
    }
  }
}
