import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { underDeadline } from '../../platform/deadline.js';
import { type HttpAnswer, HttpFault } from '../../platform/http.js';
import { canonicalJson } from '../../platform/json.js';
import { ProviderFault } from '../fault-observation.js';
import type { VendorClient } from '../vendor-client.js';
import type { HmrcApplication } from './hmrc-vat.connection.js';

const MOST_APPLICATIONS = 1_000;
/** A request for a token belongs to all who wait for it, so it has a deadline of its own. */
const DEADLINE_MS = 10_000;
/** The token endpoint is known to turn genuine applications away for a while. Beyond this it is their credentials. */
const DOUBTED_MS = 3_600_000;

/** RFC 6749, 5.1. The token goes into a header. */
const tokenAnswer = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]{1,4096}$/),
  expires_in: z.int().min(1).max(86_400),
});

/**
 * The access tokens of applications (OAuth 2.0, client credentials, scope `read:vat`), each used for 90 % of its life. Only spares
 * requests: another instance, or none, gives the same answers.
 */
export class HmrcTokens {
  readonly #tokens: LRUCache<string, string>;
  /** Since when an application has been refused a token without a break. */
  readonly #refused = new LRUCache<string, number>({ max: MOST_APPLICATIONS });
  readonly #underWay = new Map<string, Promise<string>>();

  constructor(private readonly client: VendorClient) {
    const perf = { now: () => client.clock.elapsed() };
    this.#tokens = new LRUCache<string, string>({ max: MOST_APPLICATIONS, ttlResolution: 0, perf });
  }

  /** A token that should work. Rejects with `HttpFault` or `ProviderFault`, at once where `signal` fires. */
  async of(application: HmrcApplication, signal: AbortSignal): Promise<string> {
    const name = nameOf(application);
    const known = this.#tokens.get(name);
    if (known !== undefined) return known;
    try {
      return await underDeadline(DEADLINE_MS, () => this.#shared(name, application), signal);
    } catch (error) {
      if (!signal.aborted && (error as Error).name !== 'TimeoutError') throw error;
      throw new HttpFault('timeout', { cause: error });
    }
  }

  /** The service has refused this token. One that was got meanwhile stays. */
  forget(application: HmrcApplication, token: string): void {
    const name = nameOf(application);
    if (this.#tokens.get(name) === token) this.#tokens.delete(name);
  }

  #shared(name: string, application: HmrcApplication): Promise<string> {
    const underWay =
      this.#underWay.get(name) ??
      underDeadline(DEADLINE_MS, (signal) => this.#ask(name, application, signal)).finally(() =>
        this.#underWay.delete(name),
      );
    this.#underWay.set(name, underWay);
    return underWay;
  }

  /** Gets a new token, whatever is known. Who tries credentials is told at once that they are refused. Rejects as {@link of} does. */
  async try(application: HmrcApplication, signal: AbortSignal): Promise<void> {
    const start = this.client.clock.elapsed();
    const answer = await this.#send(application, signal);
    if (refuses(answer)) throw authFailed();
    this.#keep(nameOf(application), answer, start);
  }

  async #ask(name: string, application: HmrcApplication, signal: AbortSignal): Promise<string> {
    const start = this.client.clock.elapsed();
    const answer = await this.#send(application, signal);
    if (refuses(answer)) throw this.#refusal(name);
    return this.#keep(name, answer, start);
  }

  #send({ host, clientId, clientSecret }: HmrcApplication, signal: AbortSignal): Promise<HttpAnswer> {
    const form = new URLSearchParams({
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: 'client_credentials',
      scope: 'read:vat',
    });
    return this.client.send({ method: 'POST', url: `${host}/oauth/token`, form }, signal);
  }

  #keep(name: string, answer: HttpAnswer, start: number): string {
    const { message } = this.client.read(answer, tokenAnswer);
    this.#refused.delete(name);
    this.#tokens.set(name, message.access_token, { ttl: message.expires_in * 900, start });
    return message.access_token;
  }

  #refusal(name: string): ProviderFault {
    const now = this.client.clock.elapsed();
    const since = this.#refused.get(name) ?? now;
    this.#refused.set(name, since);
    return now - since < DOUBTED_MS ? new ProviderFault('provider_unavailable', { class: 'outage' }) : authFailed();
  }
}

function authFailed(): ProviderFault {
  return new ProviderFault('provider_auth_failed', { class: 'operator' });
}

/** Turned away, and neither too early nor at the wrong address. */
function refuses({ status }: HttpAnswer): boolean {
  return status >= 400 && status < 500 && ![404, 408, 410, 429].includes(status);
}

/** The secret is part of it, as a digest: whoever changes it gets a token of the new one. */
function nameOf({ host, clientId, clientSecret }: HmrcApplication): string {
  return createHash('sha256')
    .update(canonicalJson([host, clientId, clientSecret]))
    .digest('hex');
}
