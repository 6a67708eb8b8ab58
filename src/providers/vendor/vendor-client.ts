import { z } from 'zod';
import type { Clock, Instant } from '../../platform/clock.js';
import type { Http, HttpAnswer, HttpRequest } from '../../platform/http.js';
import type { JsonObject, JsonValue } from '../../platform/json.js';
import { faultOfAnswer, observationOfFault, ProviderFault } from '../fault-observation.js';
import type { Observation } from '../observation.js';
import type { AdapterPlatform, Connection, ConnectionForm } from '../provider-adapter.js';

/** A request to a vendor, without what every request has. At most one of `json` and `form`. */
export interface VendorRequest {
  readonly method: HttpRequest['method'];
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: JsonValue;
  /** Sent as `application/x-www-form-urlencoded`. */
  readonly form?: URLSearchParams;
  /** Largest answer that is read, in bytes; 1 MiB unless told. */
  readonly maxBytes?: number;
}

/** What the vendor answered, as a message of the expected form and as received. */
export interface VendorMessage<T> {
  readonly message: T;
  readonly raw: JsonValue;
}

/** The HTTP of vendors that speak JSON. Every method rejects with `HttpFault` or {@link ProviderFault}, and tells nothing of what was sent or answered. */
export class VendorClient {
  readonly clock: Clock;
  readonly #http: Http;

  constructor({ clock, http }: AdapterPlatform) {
    this.clock = clock;
    this.#http = http;
  }

  get now(): Instant {
    return this.clock.now();
  }

  /** Sends a request and gives back whatever was answered. */
  send({ method, url, headers = {}, json, form, maxBytes }: VendorRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const body = json === undefined ? form?.toString() : JSON.stringify(json);
    const type = json === undefined ? 'application/x-www-form-urlencoded' : 'application/json';
    return this.#http.send({
      method,
      url,
      headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': type }), ...headers },
      ...(body !== undefined && { body }),
      ...(maxBytes !== undefined && { maxBytes }),
      signal,
    });
  }

  /** The message in a 2xx answer; throws {@link ProviderFault} for another status or form. */
  read<T>(answer: HttpAnswer, form: z.ZodType<T>): VendorMessage<T> {
    this.accept(answer);
    return messageOf(jsonOf(answer.body), form);
  }

  /** Throws {@link ProviderFault} unless the answer's status is 2xx. */
  accept(answer: HttpAnswer): void {
    const fault = faultOfAnswer(answer, this.now);
    if (fault !== null) throw fault;
  }

  /** What `ask` finds; a {@link ProviderFault} as the pending observation that it stands for. */
  async observed(ask: () => Promise<Observation>): Promise<Observation> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof ProviderFault) return observationOfFault(error, this.now);
      throw error;
    }
  }
}

/** What the bytes say as JSON (RFC 8259); undefined where they are none. */
export function jsonOf(body: Buffer): JsonValue | undefined {
  try {
    return JSON.parse(body.toString('utf8')) as JsonValue;
  } catch {
    return undefined;
  }
}

/** JSON as a message of the form; throws {@link ProviderFault} where it has another. */
export function messageOf<T>(raw: JsonValue | undefined, form: z.ZodType<T>): VendorMessage<T> {
  const message = form.safeParse(raw);
  // No JSON is no answer about the check: a page of whatever stands before the vendor.
  if (raw === undefined) throw new ProviderFault('provider_response_unrecognised', { class: 'outage' });
  if (!message.success) throw unrecognised();
  return { message: message.data, raw };
}

/** The fault of a vendor's answer that says nothing we know of this check. The vendor is there: other checks are asked on. */
export function unrecognised(): ProviderFault {
  return new ProviderFault('provider_response_unrecognised', { class: 'outage', of: 'check' });
}

/** The fault of an answer that is about something else than was asked. */
export function mismatch(): ProviderFault {
  return new ProviderFault('provider_response_mismatch', { class: 'outage', of: 'check' });
}

/** The fault of a connection that lacks what is asked for. */
export function notConfigured(): ProviderFault {
  return new ProviderFault('provider_not_configured', { class: 'operator' });
}

/** A connection whose settings have the form that its adapter wants. */
export interface ReadConnection<Settings> {
  readonly settings: Settings;
  readonly credentials: Connection['credentials'];
}

/** The connection, read by its form: defaults filled in. Throws {@link ProviderFault} `provider_not_configured` where something is missing, empty or wrong. */
export function readConnection<Settings extends JsonObject>(
  { settings, credentials }: ConnectionForm & { readonly settings: z.ZodType<Settings> },
  connection: Connection,
): ReadConnection<Settings> {
  const form = settings.safeParse(connection.settings);
  const given = connection.credentials;
  const isWhole = credentials.every((name) => Object.hasOwn(given, name) && given[name] !== '');
  if (!form.success || !isWhole) throw notConfigured();
  return { settings: form.data, credentials: given };
}

/** A vendor's word for whoever reads the result; null where it has not the form of a code: free words could be about a person. */
export function shownCode(word: string | null | undefined): string | null {
  return typeof word === 'string' && /^[A-Za-z][\w-]{0,63}$/.test(word) ? word : null;
}

/** A vendor's date, or time, for whoever reads the result (ISO 8601); null where it is none. */
export function shownDate(date: string | null | undefined): string | null {
  return typeof date === 'string' && /^\d{4}-\d\d-\d\d(T[\d:.]{1,20}(Z|[+-]\d\d:\d\d)?)?$/.test(date) ? date : null;
}

/** A setting that says where a vendor is: http or https, a path or none, nothing behind it. Comes without a slash at the end. */
export const baseUrl = z
  .string('must be text')
  .max(2048, 'must have at most 2048 characters')
  .refine(isBaseUrl, 'must be an http:// or https:// URL without credentials, query and fragment')
  .transform((url) => url.replace(/\/+$/, ''));

function isBaseUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && !/[?#@\s]/.test(text);
}

/** The address of a page that a customer is sent to: https; plain http on loopback alone, where vendors are played. */
export const customerPage = z
  .url({ protocol: /^https?$/ })
  .max(4096)
  .refine(isPage);

function isPage(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && (url.protocol === 'https:' || /^(127(\.\d+){3}|\[::1\]|localhost)$/.test(url.hostname));
}
