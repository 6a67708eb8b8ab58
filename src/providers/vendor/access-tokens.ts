import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { underDeadline } from '../../platform/deadline.js';
import type { HttpAnswer } from '../../platform/http.js';
import { canonicalJson, type JsonValue } from '../../platform/json.js';
import { observationOfFault, ProviderFault } from '../fault-observation.js';
import type { Retry } from '../observation.js';
import type { VendorClient, VendorRequest } from './vendor-client.js';

const MOST_APPLICATIONS = 1_000;
/** A request for a token belongs to all who wait for it, so it has a deadline of its own. */
const DEADLINE_MS = 10_000;

const TIMED_OUT = { reason: 'provider_timeout', retry: { class: 'timeout' } } as const;

/** RFC 6749, 5.1. The token goes into a header. */
const tokenAnswer = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]{1,8192}$/),
  expires_in: z.int().min(1).max(86_400),
});

/** How a vendor gives out tokens. */
export interface TokenGrants<Application> {
  /** What tells one application from another, the secret included: whoever changes that gets a token of the new one. Kept as a digest. */
  identityOf(application: Application): readonly JsonValue[];
  /** The request for a token. */
  requestOf(application: Application): VendorRequest;
  /** Whether an answer of that status turns the application away, and neither too early nor at the wrong address. */
  refuses(status: number): boolean;
  /** For how long a refusal that goes on counts as an outage, in milliseconds, where a vendor is known to turn genuine applications away. Left out: it is believed. */
  readonly doubtedMs?: number;
}

/**
 * The access tokens of applications (OAuth 2.0, client credentials: RFC 6749, 4.4), each used for 90 % of its life. Only spares requests: another
 * instance, or none, gives the same answers.
 */
export class AccessTokens<Application> {
  readonly #tokens: LRUCache<string, string>;
  /** Since when an application has been refused a token without a break. */
  readonly #refused = new LRUCache<string, number>({ max: MOST_APPLICATIONS });
  readonly #underWay = new Map<string, Promise<string>>();

  constructor(
    private readonly client: VendorClient,
    private readonly grants: TokenGrants<Application>,
  ) {
    const perf = { now: () => client.clock.elapsed() };
    this.#tokens = new LRUCache<string, string>({ max: MOST_APPLICATIONS, ttlResolution: 0, perf });
  }

  /** A token that should work. Rejects with a `ProviderFault` that says that what it was for was never sent, at once where `signal` fires. */
  async of(application: Application, signal: AbortSignal): Promise<string> {
    const name = this.#nameOf(application);
    const known = this.#tokens.get(name);
    if (known !== undefined) return known;
    try {
      return await underDeadline(DEADLINE_MS, () => this.#shared(name, application), signal);
    } catch (error) {
      const { reason, retry } = signal.aborted ? TIMED_OUT : observationOfFault(error, this.client.now);
      if (!reason || !retry || reason === 'adapter_fault') throw error;
      throw new ProviderFault(reason, unsent(retry), { cause: error });
    }
  }

  /** The vendor has refused this token. One that was got meanwhile stays. */
  forget(application: Application, token: string): void {
    const name = this.#nameOf(application);
    if (this.#tokens.get(name) === token) this.#tokens.delete(name);
  }

  /** Gets a new token, whatever is known. Who tries credentials is told at once that they are refused. Rejects with `HttpFault` or `ProviderFault`. */
  async try(application: Application, signal: AbortSignal): Promise<void> {
    await this.#ask(this.#nameOf(application), application, signal, authFailed);
  }

  #shared(name: string, application: Application): Promise<string> {
    const ask = (signal: AbortSignal): Promise<string> =>
      this.#ask(name, application, signal, () => this.#refusal(name));
    const underWay =
      this.#underWay.get(name) ?? underDeadline(DEADLINE_MS, ask).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, underWay);
    return underWay;
  }

  async #ask(
    name: string,
    application: Application,
    signal: AbortSignal,
    refusal: () => ProviderFault,
  ): Promise<string> {
    const start = this.client.clock.elapsed();
    const answer: HttpAnswer = await this.client.send(this.grants.requestOf(application), signal);
    if (this.grants.refuses(answer.status)) throw refusal();
    const { message } = this.client.read(answer, tokenAnswer);
    this.#refused.delete(name);
    this.#tokens.set(name, message.access_token, { ttl: message.expires_in * 900, start });
    return message.access_token;
  }

  #refusal(name: string): ProviderFault {
    const now = this.client.clock.elapsed();
    const since = this.#refused.get(name) ?? now;
    this.#refused.set(name, since);
    const isDoubted = now - since < (this.grants.doubtedMs ?? 0);
    return isDoubted ? new ProviderFault('provider_unavailable', { class: 'outage' }) : authFailed();
  }

  #nameOf(application: Application): string {
    return createHash('sha256')
      .update(canonicalJson([...this.grants.identityOf(application)]))
      .digest('hex');
  }
}

/** No token, no question: of the vendor's word about one check there is nothing in it, whatever cannot be read. */
function unsent({ class: kind, afterMs }: Retry): Retry {
  return { class: kind, unsent: true, ...(afterMs !== undefined && { afterMs }) };
}

function authFailed(): ProviderFault {
  return new ProviderFault('provider_auth_failed', { class: 'operator' });
}
