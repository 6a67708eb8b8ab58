import { randomBytes, randomUUID } from 'node:crypto';
import { FetchHttp } from '#app/platform/http.js';
import type { Instant } from '#app/platform/clock.js';
import type { JsonObject } from '#app/platform/json.js';
import type { AdapterPlatform, ProviderAdapter, RawDelivery } from '#app/providers/provider-adapter.js';
import type { PlayedVendor } from '../../vendors/played-vendor.js';
import { startTestApp, type TestApp, type TestTenant } from '../app.js';
import { ScriptedClock } from '../scripted-clock.js';
import { membersIn, pathOf, VERIFICATIONS } from '../verification-requests.js';
import { type AnswerRelay, startAnswerRelay } from './answer-relay.js';

/** A vendor that checks people on a page of its own. */
export interface HostedVendor<V extends PlayedVendor> {
  readonly adapter: new (platform: AdapterPlatform) => ProviderAdapter;
  readonly play: (clock: ScriptedClock) => Promise<V>;
  /** Of the deployment's connection, beside the vendor's address. */
  readonly settings: JsonObject;
  readonly credentials: Readonly<Record<string, string>>;
  /** Left out: the vendor signs with a key of its own. */
  readonly callbackSecrets?: readonly string[];
  readonly check: { readonly verification_type: string; readonly check_type: string; readonly input?: JsonObject };
  /** Has the vendor decide, as of now. */
  decide(vendor: V, reference: string, verdict: 'approved' | 'declined', now: Instant): void;
  /** What it sends then; `forged`: what somebody else would. Left out: it calls nobody. */
  callback?(vendor: V, reference: string, about: { readonly forged: boolean; readonly now: Instant }): RawDelivery;
}

/** A verification as the API shows it. */
export type Shown = Readonly<Record<string, unknown>>;

/** What a create answers with. */
export interface Begun {
  readonly data: Shown;
  readonly customer_action?: { readonly url: string };
}

/** The application with one hosted vendor, and what tests do to both. */
export class HostedBench<V extends PlayedVendor> {
  private constructor(
    readonly app: TestApp,
    readonly tenant: TestTenant,
    private readonly peers: { readonly relay: AnswerRelay; readonly vendor: V },
    private readonly played: HostedVendor<V> & {
      readonly clock: ScriptedClock;
      readonly provider: string;
      readonly path: string;
      readonly finds: boolean;
    },
  ) {}

  /** Starts vendor and application. */
  static async start<V extends PlayedVendor>(hosted: HostedVendor<V>): Promise<HostedBench<V>> {
    const clock = new ScriptedClock();
    const vendor = await hosted.play(clock);
    const relay = await startAnswerRelay(vendor.url);
    const adapter = new hosted.adapter({ clock, http: new FetchHttp() });
    const callbackToken = randomBytes(32).toString('base64url');
    const { settings, credentials, callbackSecrets } = hosted;
    const connection = {
      ...{ settings: { ...settings, base_url: relay.url }, credentials },
      ...(hosted.callback && { callbackToken }),
      ...(callbackSecrets && { callbackSecrets }),
    };
    const testConnections = { [adapter.provider]: connection };
    const app = await startTestApp({ clock, adapters: [adapter], connections: {}, testConnections });
    const { provider, capabilities } = adapter;
    const path = `/v1/provider-callbacks/${provider}/${callbackToken}`;
    const known = { clock, provider, path, finds: capabilities.find };
    return new HostedBench(app, await app.tenant(), { relay, vendor }, { ...hosted, ...known });
  }

  get relay(): AnswerRelay {
    return this.peers.relay;
  }

  get vendor(): V {
    return this.peers.vendor;
  }

  get provider(): string {
    return this.played.provider;
  }

  /** Whether a check can be found at the vendor by our own id. */
  get finds(): boolean {
    return this.played.finds;
  }

  /** Whether the vendor says by itself that it has decided. */
  get callsBack(): boolean {
    return this.played.callback !== undefined;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.relay.close();
    await this.vendor.close();
  }

  /** Lets time pass, and has done what is due then. */
  async later(milliseconds: number): Promise<void> {
    this.played.clock.advance(milliseconds);
    await this.app.work();
  }

  /** Begins a check of somebody new. */
  async create(input: JsonObject | undefined = this.played.check.input): Promise<Begun> {
    const { verification_type, check_type } = this.played.check;
    const { provider } = this.played;
    const body = { customer_id: randomUUID(), provider, verification_type, check_type, ...(input && { input }) };
    const answer = await this.app.call(this.tenant, 'POST', VERIFICATIONS, { body });
    if (answer.status !== 201) throw new Error(`create answered ${String(answer.status)}: ${answer.text}`);
    return answer.body as Begun;
  }

  /** The verification as it is now. */
  async read(verification: Shown): Promise<Shown> {
    return (await this.app.call(this.tenant, 'GET', pathOf(verification))).body.data as Shown;
  }

  decide(reference: string, verdict: 'approved' | 'declined'): void {
    this.played.decide(this.vendor, reference, verdict, this.played.clock.now());
  }

  /** Brings the vendor's callback of now; answers our status. */
  callBack(reference: string, forged = false): Promise<number> {
    const now = this.played.clock.now();
    const delivery = this.played.callback?.(this.vendor, reference, { forged, now });
    return delivery ? this.deliver(delivery) : Promise.reject(new Error(`${this.provider} calls nobody`));
  }

  /** Brings a callback; answers our status. */
  async deliver({ headers, body }: RawDelivery): Promise<number> {
    const answer = await fetch(`${this.app.url}${this.played.path}`, {
      ...{ method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: new Uint8Array(body) },
    });
    await answer.arrayBuffer();
    return answer.status;
  }

  /** The statuses that it has had, in order, each once in a row. */
  async statuses(verification: Shown): Promise<unknown[]> {
    const history = await this.app.call(this.tenant, 'GET', pathOf(verification, '/history?limit=100'));
    const all = membersIn(history, 'to_status');
    return all.filter((status, index) => status !== all[index - 1]);
  }
}
