import { parseArgs } from 'node:util';
import { AIDS } from './aids.js';
import { callbackTokenOf, type VendorAid } from './vendor-aid.js';

/** A vendor to run, and where. */
export interface WantedAid {
  readonly aid: VendorAid;
  readonly port: number;
  /** Null: it calls nobody. */
  readonly callbackUrl: string | null;
}

/** What was asked for on the command line. */
export interface AidCommand {
  /** `connections`: say what the service needs to know of them, and end. */
  readonly does: 'run' | 'connections';
  readonly wanted: readonly WantedAid[];
  /** Where the service is. */
  readonly service: string;
}

/** A command line that asks for nothing that there is; the message is for whoever typed it. */
export class AidCommandError extends Error {
  override readonly name = 'AidCommandError';
}

const USUAL = AIDS.filter(({ experimental }) => !experimental);
const EXPERIMENTAL = AIDS.filter(({ experimental }) => experimental);

const USAGE = `npm run vendor -- [connections] [<vendor> ..] [--port <port>] [--service <url>] [--callback-url <url>]

  <vendor>        ${namesOf(USUAL)}; all of them unless named. Experimental, and played only where named: ${namesOf(EXPERIMENTAL)}
  connections     only print PROVIDER_TEST_CONNECTIONS for them
  --port          another port than the vendor's own, and the ones above it where there are several; 0: any free ones
  --service       where the service is; http://127.0.0.1:3000 unless told
  --callback-url  where one vendor sends its callbacks; unless told, to the service's connection for test keys`;

/** Reads the command line. Throws an {@link AidCommandError}. */
export function readAidCommand(args: readonly string[]): AidCommand {
  const { values, positionals } = parsed(args);
  const does = positionals[0] === 'connections' ? 'connections' : 'run';
  const named = positionals.slice(does === 'run' ? 0 : 1);
  const unknown = named.filter((name) => !AIDS.some(({ provider }) => provider === name));
  if (unknown.length > 0) throw fault(`There is no ${unknown.join(', ')}.`);
  const aids = named.length === 0 ? USUAL : AIDS.filter(({ provider }) => named.includes(provider));
  const service = values.service.replace(/\/+$/, '');
  const urls = [service, values['callback-url'] ?? service];
  // What is played here calls nobody but this machine.
  if (!urls.every(isOnLoopback)) throw fault('A URL is one of this machine: http://127.0.0.1:<port>/..');
  if (values['callback-url'] !== undefined && aids.filter(callsBack).length !== 1)
    throw fault('--callback-url is for one vendor, which calls back.');
  const callbackUrlOf = (aid: VendorAid): string | null =>
    callsBack(aid)
      ? (values['callback-url'] ?? `${service}/v1/provider-callbacks/${aid.provider}/${callbackTokenOf(aid)}`)
      : null;
  const ports = portsOf(aids, values.port);
  const wanted = aids.map((aid, index) => ({ aid, port: ports[index] ?? aid.port, callbackUrl: callbackUrlOf(aid) }));
  return { does, wanted, service };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        service: { type: 'string', default: 'http://127.0.0.1:3000' },
        'callback-url': { type: 'string' },
      },
    });
  } catch (error) {
    throw fault((error as Error).message);
  }
}

function namesOf(aids: readonly VendorAid[]): string {
  return aids.map(({ provider }) => provider).join(', ');
}

function callsBack({ callbackSecret }: VendorAid): boolean {
  return callbackSecret !== undefined;
}

function portsOf(aids: readonly VendorAid[], given: string | undefined): readonly number[] {
  if (given === undefined) return aids.map(({ port }) => port);
  if (!/^\d{1,5}$/.test(given) || Number(given) + aids.length > 65_536) throw fault('--port is a number up to 65535.');
  return aids.map((_, index) => (given === '0' ? 0 : Number(given) + index));
}

function isOnLoopback(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url?.protocol === 'http:' && /^(127(\.\d+){3}|\[::1\]|localhost)$/.test(url.hostname);
}

function fault(message: string): AidCommandError {
  return new AidCommandError(`${message}\n\n${USAGE}`);
}
