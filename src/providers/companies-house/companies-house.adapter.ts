import { epochMilliseconds, type Instant } from '../../platform/clock.js';
import type { HttpAnswer } from '../../platform/http.js';
import type { JsonValue } from '../../platform/json.js';
import { ProviderFault, retryAfterMs } from '../fault-observation.js';
import type { Observation } from '../observation.js';
import type { AdapterPlatform, Call, CallLimit, Check, ProviderAdapter } from '../provider-adapter.js';
import {
  jsonOf,
  type ReadConnection,
  readConnection,
  VendorClient,
  type VendorMessage,
} from '../vendor/vendor-client.js';
import { COMPANIES_HOUSE_CHECK, companiesHouseInput } from './companies-house.check.js';
import { addressOf, COMPANIES_HOUSE_CONNECTION, type CompaniesHouseSettings } from './companies-house.connection.js';
import { NOT_FOUND, observeProfile, observeUnknown } from './companies-house.outcomes.js';
import { type CompanyProfile, companyProfile } from './companies-house.profile.js';
import { companyNumberOf } from './company-number.js';

/** The length of the register's window: no throttling lasts longer. */
const WINDOW_MS = 300_000;
/** The one in the examples of the register's own documentation. */
const ANY_COMPANY = '00000006';

/**
 * The register of companies of the United Kingdom: read alone, live data, free of charge. Source: Companies House public data API,
 * https://developer-specs.company-information.service.gov.uk/companies-house-public-data-api/reference.
 */
export class CompaniesHouseAdapter implements ProviderAdapter {
  readonly provider = 'companies_house';
  readonly description = 'Companies House: whether a company stands in the register of the United Kingdom, and how.';
  readonly testOnly = false;
  readonly checks = [COMPANIES_HOUSE_CHECK];
  readonly connectionForm = COMPANIES_HOUSE_CONNECTION;
  readonly capabilities = {
    fetch: 'rerun',
    find: false,
    callbacks: false,
    idempotentStart: true,
    redact: 'unsupported',
  } as const;
  readonly #client: VendorClient;

  constructor(platform: AdapterPlatform) {
    this.#client = new VendorClient(platform);
  }

  /** 600 in any 5 minutes for a key, said in a shorter stretch so that not all of them come at once: that looks like an attack. */
  limitOf(): CallLimit {
    return { calls: 100, perMs: WINDOW_MS / 6 };
  }

  async start(check: Check, call: Call): Promise<Observation> {
    const number = companyNumberOf(companiesHouseInput.parse(check.input).company_number);
    if (number === null) {
      return { outcome: 'failed', reason: 'identifier_format_invalid', observedAt: this.#client.now };
    }
    return this.#client.observed(() => this.#ask(check, number, call));
  }

  fetch(check: Check, call: Call): Promise<Observation> {
    return this.start(check, call);
  }

  /** Looks at one company, be it there or not: the register has to know the key for either answer. */
  async probe({ connection, signal }: Call): Promise<void> {
    const access = readConnection(COMPANIES_HOUSE_CONNECTION, connection);
    await this.#profile(access, ANY_COMPANY, signal);
  }

  async #ask(check: Check, number: string, { connection, signal }: Call): Promise<Observation> {
    const access = readConnection(COMPANIES_HOUSE_CONNECTION, connection);
    const found = await this.#profile(access, number, signal);
    const { now } = this.#client;
    if ('unknown' in found) return observeUnknown(now, found.unknown);
    return observeProfile(check, found, { settings: access.settings, number, now });
  }

  async #profile(
    { settings, credentials }: ReadConnection<CompaniesHouseSettings>,
    number: string,
    signal: AbortSignal,
  ): Promise<VendorMessage<CompanyProfile> | { readonly unknown: JsonValue }> {
    // HTTP Basic (RFC 7617) with the key as the user and no password.
    const authorization = `Basic ${Buffer.from(`${credentials['api_key'] ?? ''}:`).toString('base64')}`;
    const url = `${addressOf(settings)}/company/${number}`;
    const answer = await this.#client.send({ method: 'GET', url, headers: { authorization } }, signal);
    const unknown = answer.status === 404 ? jsonOf(answer.body) : undefined;
    if (unknown !== undefined && isNotFound(unknown)) return { unknown };
    if (answer.status === 429) throw throttled(answer, this.#client.now);
    // What it answers where our address is unwelcome; a wrong key is 401.
    if (answer.status === 403) throw new ProviderFault('provider_blocked', { class: 'operator' });
    return this.#client.read(answer, companyProfile);
  }
}

/** `{ errors: [{ type, error }] }` with the word for an unknown number: a 404 without it is none of the register's. */
function isNotFound(body: unknown): boolean {
  const { errors } = (body ?? {}) as { readonly errors?: unknown };
  return (
    Array.isArray(errors) && errors.some((fault) => (fault as { readonly error?: unknown } | null)?.error === NOT_FOUND)
  );
}

/** Told when to come back by either header, or by none. */
function throttled({ headers }: HttpAnswer, now: Instant): ProviderFault {
  const told = retryAfterMs(headers['retry-after'], now) ?? untilReset(headers['x-ratelimit-reset'], now);
  return new ProviderFault('provider_throttled', {
    class: 'throttle',
    ...(told !== undefined && { afterMs: Math.min(told, WINDOW_MS) }),
  });
}

/** The end of the window in seconds since 1970, as milliseconds from now; undefined where it says none, or one that is over. */
function untilReset(header: string | undefined, now: Instant): number | undefined {
  if (!/^\d{10}$/.test(header ?? '')) return undefined;
  const wait = Number(header) * 1000 - epochMilliseconds(now);
  return wait > 0 ? wait : undefined;
}
