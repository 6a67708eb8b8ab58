import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Played vendors in a process of their own, as `npm run vendor` runs them. */
export interface VendorProcess {
  readonly child: ChildProcess;
  /** Everything it has printed so far. */
  said(): string;
  /** What it has printed once that is in it; rejects where it ends before. */
  saying(words: RegExp): Promise<RegExpExecArray>;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Runs `npm run vendor -- ..`, without the setting up that comes before. */
export function startVendors(...args: readonly string[]): VendorProcess {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { vendor: string } };
  const [, command = ''] = scripts.vendor.split(' scripts/run.mjs node ');
  const child = spawn(process.execPath, [...command.split(' '), ...args], {
    ...{ cwd: ROOT, env: { PATH: process.env['PATH'] } },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let next = Promise.withResolvers<null>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += String(chunk);
      next.resolve(null);
      next = Promise.withResolvers<null>();
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  const saying = async (words: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = words.exec(said);
      if (found) return found;
      const end = await Promise.race([next.promise, ended]);
      if (end !== null && !words.test(said)) throw new Error(`the vendors ended with ${String(end)}: ${said}`);
    }
  };
  return { child, said: () => said, saying, ended };
}

/** An address on loopback that leads to a server which is known only later. */
export interface Forwarding {
  readonly url: string;
  to(url: string): void;
  close(): void;
}

/** Starts to forward; until it is known where to, connections are closed. */
export async function startForwarding(): Promise<Forwarding> {
  let port = 0;
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    to: (url) => void (port = Number(new URL(url).port)),
    close: () => void server.close(),
  };
}
