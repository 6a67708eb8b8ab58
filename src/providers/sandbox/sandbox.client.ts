import { z } from 'zod';
import type { Clock } from '../../platform/clock.js';
import type { HttpAnswer, HttpRequest } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { faultOfAnswer, ProviderFault } from '../fault-observation.js';
import type { AdapterPlatform, Call, Connection, ConnectionForm } from '../provider-adapter.js';

/** A request to the vendor, without what every request has. */
export interface VendorCall {
  readonly method: HttpRequest['method'];
  /** Below the connection's base URL, with a slash first. */
  readonly path: string;
  readonly body?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the vendor answered, as a message of the expected form and as received. */
export interface VendorMessage<T> {
  readonly message: T;
  readonly raw: JsonObject;
}

const settingsForm = z.strictObject({
  base_url: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
    .describe('Where the vendor is, without a path.'),
});

/** What the vendor needs to know of its customer. */
export const CONNECTION_FORM: ConnectionForm = { settings: settingsForm, credentials: ['api_key'] };

const connectionForm = z.object({ settings: settingsForm, credentials: z.object({ api_key: z.string().min(1) }) });

/** The vendor's protocol. Every method throws `HttpFault` where no answer came. */
export class SandboxClient {
  readonly clock: Clock;
  readonly #platform: AdapterPlatform;

  constructor(platform: AdapterPlatform) {
    this.clock = platform.clock;
    this.#platform = platform;
  }

  /** Sends a request and gives back whatever was answered; throws {@link ProviderFault} where nothing is configured. */
  async send(call: Call, { method, path, body, headers = {} }: VendorCall): Promise<HttpAnswer> {
    const { settings, credentials } = configured(call.connection);
    return this.#platform.http.send({
      method,
      url: `${settings.base_url.replace(/\/+$/, '')}${path}`,
      headers: {
        accept: 'application/json',
        ...headers,
        ...sent(body),
        authorization: `Bearer ${credentials.api_key}`,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: call.signal,
    });
  }

  /** The message in a 2xx answer; throws {@link ProviderFault} for another status or form. */
  read<T>(answer: HttpAnswer, form: z.ZodType<T>): VendorMessage<T> {
    this.accept(answer);
    const raw = jsonOf(answer.body);
    const message = form.safeParse(raw);
    if (!message.success) throw unrecognised();
    return { message: message.data, raw: raw as JsonObject };
  }

  /** Throws {@link ProviderFault} unless the answer's status is 2xx. */
  accept(answer: HttpAnswer): void {
    const fault = faultOfAnswer(answer, this.clock.now());
    if (fault !== null) throw fault;
  }
}

/** The fault of an answer that says nothing we know. */
export function unrecognised(): ProviderFault {
  return new ProviderFault('provider_response_unrecognised', { class: 'outage' });
}

function configured(connection: Connection): z.infer<typeof connectionForm> {
  const form = connectionForm.safeParse(connection);
  if (!form.success) throw new ProviderFault('provider_not_configured', { class: 'operator' });
  return form.data;
}

function sent(body: JsonObject | undefined): Readonly<Record<string, string>> {
  return body === undefined ? {} : { 'content-type': 'application/json' };
}

/** What the bytes say as JSON; undefined where they are none. */
export function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
