import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../platform/clock.js';
import { FetchHttp } from '../../platform/http.js';
import { CallbackCourier } from './vendor/callbacks/callback.courier.js';
import { CallbackSender } from './vendor/callbacks/callback.sender.js';
import { callbackTarget, type CallbackTarget } from './vendor/callbacks/callback.target.js';
import { CheckStore } from './vendor/check.store.js';
import type { JournalEntry } from './vendor/journal.js';
import { HostedLinks } from './vendor/links.js';
import { deliver, problem, statusOf, type Reply } from './vendor/replies.js';
import type { VendorState } from './vendor/route.js';
import { answer } from './vendor/routes.js';

export type { JournalEntry } from './vendor/journal.js';

/** How a sandbox vendor is set up. */
export interface SandboxVendorOptions {
  readonly clock: Clock;
  /** Loopback unless told: nobody else should reach it. */
  readonly host?: string;
  /** 0, as when left out, takes a free one. */
  readonly port?: number;
  /** What `Authorization: Bearer` must hold. */
  readonly apiKey: string;
  /** A file to append the journal to and to rebuild the checks from. Without it they live as long as the vendor. */
  readonly journalFile?: string;
  /** Most checks kept, the oldest dropped first; 10,000 unless told. */
  readonly maxChecks?: number;
  /** Most journal entries kept in memory; 50,000 unless told. */
  readonly maxJournalEntries?: number;
  /** Whom the vendor tells of changes, on loopback alone; nobody unless told. */
  readonly callbacks?: CallbackTarget;
}

/** A vendor that runs. */
export interface SandboxVendor {
  /** `http://host:port`, no slash at the end. */
  readonly url: string;
  /** What happened so far, oldest first: one `started` entry for each check that would be billed. */
  journal(): readonly JournalEntry[];
  /**
   * Whom the vendor tells from now on, those changes too that are tried again: an http URL on loopback, and one to four
   * secrets to sign with. Throws for any other.
   */
  setCallback(url: string, secrets: readonly string[]): void;
  /** Resolves once no callback is on its way. Held ones, and those that wait to be tried again, are not. */
  callbacksSettled(): Promise<void>;
  /** Stops listening and ends every connection, hanging ones included. May be called twice. */
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 64 * 1024;

/** Starts the vendor that the sandbox adapter talks to; rejects where the port is taken or the journal unreadable. */
export async function startSandboxVendor(options: SandboxVendorOptions): Promise<SandboxVendor> {
  const { clock, host = '127.0.0.1', port = 0, apiKey, journalFile = null } = options;
  const { maxChecks: checks = 10_000, maxJournalEntries: journalEntries = 50_000, callbacks } = options;
  const limits = { checks, journalEntries };
  const store: CheckStore = new CheckStore(clock, limits, journalFile, (check) => void courier.changed(check));
  const record: CheckStore['note'] = (event) => {
    store.note(event);
  };
  const sender = new CallbackSender({ clock, http: new FetchHttp(), record, capacity: checks });
  const courier = new CallbackCourier(clock, sender, checks);
  if (callbacks !== undefined) sender.target = callbackTarget.parse(callbacks);
  let url = '';
  const links = new HostedLinks(clock, checks);
  const state: VendorState = { store, links, sender, courier, apiKey, baseUrl: () => url };
  const server = createServer((request, response) => void serve(state, request, response));
  await listen(server, port, host);
  url = `http://${host.includes(':') ? `[${host}]` : host}:${String((server.address() as AddressInfo).port)}`;
  return vendorOf(server, state, url);
}

function vendorOf(server: Server, { store, sender }: VendorState, url: string): SandboxVendor {
  return {
    url,
    journal: () => store.journal(),
    setCallback: (to, secrets) => {
      sender.target = callbackTarget.parse({ url: to, secrets });
    },
    callbacksSettled: () => sender.settled(),
    close: async () => {
      await Promise.all([stop(server), sender.close()]);
      store.close();
    },
  };
}

async function serve(state: VendorState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const reply = await replyTo(state, request);
    // Journalled first: what a client was told, the journal knows, however the answer ends.
    state.store.note({
      kind: 'called',
      call: reply.call,
      answer: statusOf(reply),
      check_id: reply.checkId ?? null,
      client_reference: reply.clientReference ?? null,
      fault: reply.fault ?? null,
    });
    deliver(response, reply);
  } catch {
    // The client went away in the middle of its request, or the vendor is closing.
    response.destroy();
  }
}

async function replyTo(state: VendorState, request: IncomingMessage): Promise<Reply> {
  const body = await readBody(request);
  if (body === null) return { status: 413, body: problem('body_too_large'), call: 'too large' };
  const url = URL.parse(request.url ?? '/', 'http://sandbox.invalid');
  if (url === null) return { status: 400, body: problem('invalid_url'), call: 'unknown' };
  return answer(state, { method: request.method ?? '', url, headers: request.headers, body });
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    // Read on without keeping: an answer in the middle of an upload would reach the client as a reset.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size > MAX_BODY_BYTES ? null : Buffer.concat(chunks).toString('utf8');
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function stop(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
