import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '../../platform/clock.js';
import { every, within } from '../../platform/deadline.js';
import { FetchHttp } from '../../platform/http.js';
import { type SandboxVendor, startSandboxVendor } from './sandbox.vendor.js';

const WATCH_MS = 250;
const ANSWER_WITHIN_MS = 2_000;

/** A vendor that several processes use. */
export interface SharedSandboxVendor {
  /** The same for all of them, and after a restart. */
  readonly url: string;
  /** Has it tell this process of changes, also after another process has taken it over from this one, or this one from another. */
  callBack(url: string, secrets: readonly string[]): Promise<void>;
  /** Uses it no more; where this process plays it, another one takes over within a moment. */
  close(): Promise<void>;
}

interface Sharing {
  readonly clock: Clock;
  readonly apiKey: string;
  /** Where the journal and the port are kept. */
  readonly folder: string;
}

/**
 * The sandbox vendor of a folder, one for all processes that share it: the first one plays it, and when that one goes, another takes over on the
 * same port, with all checks. The port is the lock; nobody needs to be told.
 */
export async function shareSandboxVendor(sharing: Sharing): Promise<SharedSandboxVendor> {
  const { port, ...settled } = await settle(sharing);
  let { played } = settled;
  let closing = false;
  let taking: Promise<void> = Promise.resolve();
  let callback: { readonly url: string; readonly secrets: readonly string[] } | null = null;
  const takeOver = async (): Promise<void> => {
    if (played || closing || (await listens(port))) return;
    // Where another process was faster, it is theirs.
    played = await play(sharing, port).catch(() => null);
    if (callback) await tell(sharing, port, callback);
  };
  const unwatch = every(WATCH_MS, () => (taking = takeOver()));
  return {
    url: urlOf(port),
    callBack: async (url, secrets) => {
      callback = { url, secrets };
      await tell(sharing, port, callback);
    },
    close: async () => {
      closing = true;
      unwatch();
      await taking;
      await played?.close();
    },
  };
}

/** The port that all agree on, and the vendor where it is for this process to play it. */
async function settle(sharing: Sharing): Promise<{ port: number; played: SandboxVendor | null }> {
  const file = join(sharing.folder, 'sandbox-port');
  const known = readPort(file);
  if (known !== null && (await isOurs(sharing, known))) return { port: known, played: null };
  const free = known !== null && !(await listens(known));
  const played = await play(sharing, free ? known : 0);
  const port = Number(new URL(played.url).port);
  if (port === known) return { port, played };
  // A stranger has the old port meanwhile.
  if (known !== null) fs.rmSync(file, { force: true });
  if (writeOnce(file, port)) return { port, played };
  // Somebody who started at the same time was faster.
  await played.close();
  return settle(sharing);
}

function play({ clock, apiKey, folder }: Sharing, port: number): Promise<SandboxVendor> {
  return startSandboxVendor({ clock, apiKey, port, journalFile: join(folder, 'sandbox-journal.jsonl') });
}

async function tell({ apiKey }: Sharing, port: number, callback: object): Promise<void> {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const request = {
    method: 'PUT',
    url: `${urlOf(port)}/v1/callback`,
    headers,
    body: JSON.stringify(callback),
    signal,
  } as const;
  await new FetchHttp().send(request);
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const connected = once(socket, 'connect').then(
    () => true,
    () => false,
  );
  const answer = await within(ANSWER_WITHIN_MS, connected);
  socket.destroy();
  return answer === true;
}

/** Whether the vendor of this folder's key is there, and not some other program. */
async function isOurs({ apiKey }: Sharing, port: number): Promise<boolean> {
  const url = `${urlOf(port)}/v1/checks?client_reference=${randomUUID()}`;
  const headers = { authorization: `Bearer ${apiKey}` };
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const asked = new FetchHttp().send({ method: 'GET', url, headers, signal });
  return asked.then(
    ({ status }) => status === 200,
    () => false,
  );
}

function readPort(file: string): number | null {
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  return /^\d{1,5}$/.test(text) ? Number(text) : null;
}

/** Of two that write at once the first one counts; nobody reads half of it. */
function writeOnce(file: string, port: number): boolean {
  const fresh = `${file}.${randomUUID()}`;
  fs.writeFileSync(fresh, String(port), { mode: 0o600 });
  try {
    fs.linkSync(fresh, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    fs.rmSync(fresh);
  }
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${String(port)}`;
}
