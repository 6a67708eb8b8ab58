import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../src/platform/clock.js';
import type { JsonValue } from '../../src/platform/json.js';
import type { RawDelivery } from '../../src/providers/provider-adapter.js';
import { bodyOf, handOn } from '../support/played/answer-relay.js';
import { htmlOf, textOf } from './hosted.page.js';
import type { AidedVendor, Decide, Exchange, VendorAid } from './vendor-aid.js';

/** How a vendor is run as an aid. */
export interface AidOptions {
  readonly clock: Clock;
  /** 0: any free one. */
  readonly port: number;
  /** Where callbacks go; null: it calls nobody. */
  readonly callbackUrl: string | null;
  /** Hears a line of each request and each decision: methods, paths and statuses, nothing of what was said. */
  readonly say: (line: string) => void;
}

/** A played vendor that runs for a developer. */
export interface RunningAid {
  /** What the connection's `base_url` is. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

/** Starts the vendor on loopback. Its answers name pages here in place of the real vendor's: who opens one decides, and the vendor calls back. */
export async function runAid(aid: VendorAid, options: AidOptions): Promise<RunningAid> {
  const aided = await aid.play(options.clock);
  const front = new Front(aid, aided, options);
  const server = createServer((request, response) => {
    front.answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  front.origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    baseUrl: `${front.origin}${basePathOf(aided)}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      await aided.vendor.close();
    },
  };
}

/** What stands between a vendor's host and the paths of its contract. */
export function basePathOf({ vendor }: AidedVendor): string {
  return new URL(vendor.url).pathname.replace(/\/$/, '');
}

interface FrontAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Of the connection between us and the vendor; `fetch` has undone what they say about the body. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'content-length', 'content-encoding', 'transfer-encoding', 'date'],
]);

/** Stands in front of the vendor: the pages are here, all else is asked of it. */
class Front {
  origin = '';
  /** The checks' ids by the path and query of their pages. */
  readonly #pages = new Map<string, string>();
  /** What each was decided last. */
  readonly #decided = new Map<string, string>();

  constructor(
    private readonly aid: VendorAid,
    private readonly aided: AidedVendor,
    private readonly options: AidOptions,
  ) {}

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const id = this.#idAt(request.url ?? '/');
    const answer = id === null ? await this.#relayed(request, body) : await this.#page(request, id, body);
    const [path = ''] = (request.url ?? '').split('?');
    this.options.say(`${this.aid.provider}  ${request.method ?? ''} ${path}  ${String(answer.status)}`);
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  }

  async #relayed(request: IncomingMessage, body: Buffer): Promise<FrontAnswer> {
    const answer = await handOn(new URL(this.aided.vendor.url).origin, request, body);
    const text = await answer.text();
    const headers = [...answer.headers].filter(([name]) => !OF_THE_CONNECTION.has(name));
    const exchange = { asked: jsonOf(body.toString('utf8')), answered: jsonOf(text) };
    return { status: answer.status, headers: Object.fromEntries(headers), body: this.#withPagesHere(text, exchange) };
  }

  /** The vendor's answer with the pages that it names here instead. */
  #withPagesHere(text: string, exchange: Exchange): string {
    const { pages } = this.aid;
    if (!('from' in pages)) return text;
    const id = pages.idIn(exchange);
    const [, ...after] = text.split(pages.from);
    const paths = after.map((rest) => /^[^"\\\s]*/.exec(rest)?.[0] ?? '').filter((path) => path.startsWith('/'));
    if (typeof id === 'string') for (const path of paths) this.#pages.set(path, id);
    return text.replaceAll(pages.from, this.origin);
  }

  #idAt(target: string): string | null {
    const { pages } = this.aid;
    if ('wordIn' in pages) return null;
    return 'from' in pages ? (this.#pages.get(target) ?? null) : pages.idAt(new URL(target, this.origin));
  }

  async #page(request: IncomingMessage, id: string, body: Buffer): Promise<FrontAnswer> {
    const isDecision = request.method === 'POST';
    const [status, news] = isDecision
      ? await this.#decide(id, new URLSearchParams(body.toString('utf8')))
      : [200, null];
    const { provider, outcomes } = this.aid;
    const decided = this.#decided.get(id) ?? null;
    const callsBack = this.options.callbackUrl !== null;
    const page = { provider, outcomes, id, decided, callsBack, news, url: `${this.origin}${request.url ?? ''}` };
    const isBrowser = request.headers.accept?.includes('text/html') === true;
    const headers = {
      'content-type': `text/${isBrowser ? 'html' : 'plain'}; charset=utf-8`,
      'cache-control': 'no-store',
    };
    return { status, headers, body: isBrowser ? htmlOf(page) : textOf(page) };
  }

  async #decide(id: string, form: URLSearchParams): Promise<[status: number, news: string]> {
    const word = form.get('decision') ?? '';
    const { decisions } = this.aided;
    const decide = Object.hasOwn(decisions, word) ? decisions[word] : undefined;
    if (!decide) return [400, `The decision is one of: ${Object.keys(decisions).join(', ')}.`];
    const earlier = this.#decided.get(id) ?? '';
    if (earlier !== word && this.aid.final?.includes(earlier)) return [409, `It is ${earlier}, and stays so.`];
    const callback = callbackOf(decide, id);
    if (callback === undefined) return [404, 'The vendor knows no such check.'];
    this.#decided.set(id, word);
    const { callbackUrl } = this.options;
    if (callback === null || callbackUrl === null)
      return [200, `${word}: the vendor calls nobody, and waits to be asked`];
    const fate = form.get('callback') === 'lost' ? 'got lost' : await this.#send(callback, callbackUrl);
    return [200, `${word}: the callback ${fate}`];
  }

  async #send({ headers, body }: RawDelivery, callbackUrl: string): Promise<string> {
    const fate = await fetch(callbackUrl, {
      ...{ method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: new Uint8Array(body) },
      ...{ redirect: 'manual', signal: AbortSignal.timeout(10_000) },
    }).then(
      async (answer) => {
        await answer.arrayBuffer();
        return `was answered with ${String(answer.status)}`;
      },
      () => `reached nobody at ${new URL(callbackUrl).origin}`,
    );
    this.options.say(`${this.aid.provider}  callback  ${fate}`);
    return fate;
  }
}

/** Undefined where the vendor has no such check, or none any more; null where it calls nobody. */
function callbackOf(decide: Decide, id: string): RawDelivery | null | undefined {
  try {
    return decide(id);
  } catch {
    return undefined;
  }
}

function jsonOf(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}
