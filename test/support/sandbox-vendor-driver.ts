import type { Clock } from '../../src/platform/clock.js';
import type { JsonObject } from '../../src/platform/json.js';
import {
  startSandboxVendor,
  type SandboxVendor,
  type SandboxVendorOptions,
} from '../../src/providers/sandbox/index.js';
import type { JournalEntry } from '../../src/providers/sandbox/sandbox.vendor.js';

/** A check as the vendor shows it. */
export interface ShownCheck {
  readonly id: string;
  readonly status: string;
  readonly [member: string]: unknown;
}

/** A try to deliver a callback, in the vendor's journal. */
export type Delivered = Extract<JournalEntry, { kind: 'delivered' }>;

/** Runs sandbox vendors for a test and speaks their protocol to the latest one. */
export class SandboxVendorDriver {
  readonly apiKey = 'driver-key';
  readonly #running: SandboxVendor[] = [];

  constructor(private readonly clock: Clock) {}

  /** Starts a vendor; earlier ones run on until {@link close}, as if they had been killed. */
  async run(options: Partial<SandboxVendorOptions> = {}): Promise<void> {
    this.#running.push(await startSandboxVendor({ clock: this.clock, apiKey: this.apiKey, ...options }));
  }

  get url(): string {
    return this.#latest.url;
  }

  journal(): readonly JournalEntry[] {
    return this.#latest.journal();
  }

  /** The billable starts. */
  started(): readonly JournalEntry[] {
    return this.journal().filter((entry) => entry.kind === 'started');
  }

  ask(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const all = { authorization: `Bearer ${this.apiKey}`, ...headers };
    return fetch(`${this.url}${path}`, { method, headers: all, redirect: 'manual', body: text ?? null });
  }

  /** Starts a check under a key, with the client reference `ref-<key>` unless changed. */
  async start(key: string, change: JsonObject = {}): Promise<ShownCheck> {
    const body = { client_reference: `ref-${key}`, type: 'identity/document', ...change };
    return (await (await this.ask('POST', '/v1/checks', body, { 'idempotency-key': key })).json()) as ShownCheck;
  }

  async read(id: string): Promise<ShownCheck> {
    return (await (await this.ask('GET', `/v1/checks/${id}`)).json()) as ShownCheck;
  }

  /** Has the vendor tell this URL of changes, through its own protocol. */
  async callBack(url: string, secrets: readonly string[]): Promise<void> {
    await this.#told('PUT', '/v1/callback', { url, secrets });
  }

  /** Has the vendor tell nobody. */
  async callNobody(): Promise<void> {
    await this.#told('DELETE', '/v1/callback');
  }

  /** Has the vendor decide the check, or change its mind; waits for no callback. */
  async decide(id: string, status: string, code: string | null = null): Promise<ShownCheck> {
    return this.#told('POST', `/v1/checks/${id}/decision`, { status, code }) as Promise<ShownCheck>;
  }

  /** Has the vendor tell of the check's present state; what the receiver answered. */
  async tell(id: string): Promise<{ readonly event_id: string | null; readonly answer: number | null }> {
    return (await this.#told('POST', `/v1/checks/${id}/callback`)) as {
      event_id: string | null;
      answer: number | null;
    };
  }

  /** Sends whatever is held back or waits to be tried again; how many that were, once nothing is on its way any more. */
  async flush(): Promise<number> {
    return ((await this.#told('POST', '/v1/callbacks/flush')) as { sent: number }).sent;
  }

  /** Resolves once no callback is on its way. */
  callbacksSettled(): Promise<void> {
    return this.#latest.callbacksSettled();
  }

  /** The callbacks that were sent, each try of them. */
  delivered(): readonly Delivered[] {
    return this.journal().filter((entry) => entry.kind === 'delivered');
  }

  /** Ends the latest vendor; the others are ended by {@link close}. */
  async stop(): Promise<void> {
    await this.#latest.close();
  }

  async close(): Promise<void> {
    await Promise.all(this.#running.splice(0).map((vendor) => vendor.close()));
  }

  async #told(method: string, path: string, body?: JsonObject): Promise<unknown> {
    const answer = await this.ask(method, path, body);
    if (!answer.ok) throw new Error(`the vendor answers ${String(answer.status)} to ${method} ${path}`);
    return answer.status === 204 ? null : answer.json();
  }

  get #latest(): SandboxVendor {
    const vendor = this.#running.at(-1);
    if (vendor === undefined) throw new Error('no vendor runs');
    return vendor;
  }
}
