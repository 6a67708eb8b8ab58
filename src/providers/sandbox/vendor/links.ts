import { randomBytes } from 'node:crypto';
import { addMilliseconds, type Clock, type Instant } from '../../../platform/clock.js';

interface Link {
  readonly checkId: string;
  readonly expiresAt: Instant;
}

const LINK_LIFE_MS = 30 * 60_000;

/** The tokens of hosted pages: one for each check, for half an hour, in memory alone. */
export class HostedLinks {
  readonly #links = new Map<string, Link>();

  constructor(
    private readonly clock: Clock,
    private readonly capacity: number,
  ) {}

  /** Makes a token for the check; its earlier one stops working. */
  issue(checkId: string): { readonly token: string; readonly expiresAt: Instant } {
    for (const [token, link] of this.#links) if (link.checkId === checkId) this.#links.delete(token);
    const token = randomBytes(24).toString('base64url');
    const expiresAt = addMilliseconds(this.clock.now(), LINK_LIFE_MS);
    this.#links.set(token, { checkId, expiresAt });
    const [oldest] = this.#links.keys();
    if (this.#links.size > this.capacity && oldest !== undefined) this.#links.delete(oldest);
    return { token, expiresAt };
  }

  /** The id of the check behind a token that works. */
  checkIdOf(token: string): string | undefined {
    const link = this.#links.get(token);
    return link === undefined || link.expiresAt <= this.clock.now() ? undefined : link.checkId;
  }
}
