import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const ADDRESS = /(?:serve at +|Serving on |health at )(http:\/\/127\.0\.0\.1:\d+)/;
const KEY = /key \(test\) +(\S+)/;

/** The service as built, in a process of its own. */
export interface ServiceProcess {
  readonly child: ChildProcess;
  readonly url: string;
  /** The development key for the test world; empty in production, and where the process has no API. */
  readonly key: string;
  /** Everything it has printed so far. */
  said(): string;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Starts the service, in development unless told, logging errors alone, on any free port; resolves when it is ready. */
export async function startService(environment: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const env = { PATH: process.env['PATH'], PORT: '0', LOG_LEVEL: 'error', ...environment };
  const child = spawn(process.execPath, ['dist/src/main.js'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let next = Promise.withResolvers<null>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += String(chunk);
      next.resolve(null);
      next = Promise.withResolvers<null>();
    });
  }
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  const keyless = environment['API'] === 'off' || environment['NODE_ENV'] === 'production';
  for (;;) {
    const url = ADDRESS.exec(said)?.[1];
    const key = KEY.exec(said)?.[1];
    if (url !== undefined && (key !== undefined || keyless)) {
      return { child, url, key: key ?? '', said: () => said, ended };
    }
    const end = await Promise.race([next.promise, ended]);
    if (end !== null) throw new Error(`the service ended with ${String(end)}: ${said}`);
  }
}

/** Ends it in the way that nobody can object to; harmless where it has ended. */
export async function killService({ child, ended }: ServiceProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await ended;
}
