import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const LEASH = new URL('leash.mjs', import.meta.url).href;
const START_WITHIN_MS = 60_000;

/**
 * @typedef {object} Child
 * @property {import('node:child_process').ChildProcess} process
 * @property {Promise<{ code: number | null, signal: string | null }>} exited
 * @property {RegExpExecArray} said the line that it is ready by
 */

/**
 * Starts a script on this process's own Node; resolves when it has said that it is ready, and rejects when it ends before or takes more
 * than a minute. What it says goes to the file `log`. It ends with this process, whatever ends that.
 * @param {{ script: string, args?: readonly string[], env: Record<string, string>, log: string, ready: RegExp, preload?: readonly string[] }} options
 * @returns {Promise<Child>}
 */
export async function startChild({ script, args = [], env, log, ready, preload = [] }) {
  const imports = [LEASH, ...preload].flatMap((url) => ['--import', url]);
  const child = spawn(process.execPath, ['--enable-source-maps', ...imports, script, ...args], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const output = createWriteStream(log, { flags: 'a' });
  child.stderr.pipe(output, { end: false });
  const exited = once(child, 'exit').then(([code, signal]) => {
    output.end();
    return { code, signal };
  });
  const said = await readiness(child, { output, ready, exited });
  return { process: child, exited, said };
}

async function readiness(child, { output, ready, exited }) {
  const late = setTimeout(() => child.kill('SIGKILL'), START_WITHIN_MS);
  const lines = createInterface({ input: child.stdout });
  const found = new Promise((resolve) => {
    lines.on('line', (line) => {
      // The log is closed at the exit, and the last lines may come behind it.
      if (output.writable) output.write(`${line}\n`);
      const match = ready.exec(line);
      if (match !== null) resolve(match);
    });
  });
  const said = await Promise.race([found, exited]).finally(() => clearTimeout(late));
  if (Array.isArray(said)) return said;
  throw new Error(`a process ended before it was ready (${said.code ?? said.signal}): see ${output.path}`);
}

/** Ends a child at once and waits until it is gone; harmless where it is. */
export async function endChild({ process: child, exited }) {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGCONT');
    child.kill('SIGKILL');
  }
  await exited;
}
