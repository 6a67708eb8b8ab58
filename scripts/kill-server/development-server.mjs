import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

// The folder itself: a build made meanwhile points `dist` at another.
const dist = realpathSync(fileURLToPath(new URL('../../dist', import.meta.url)));
const { removeEmbeddedPostgres } = await import(`file://${join(dist, 'src/database/embedded/index.js')}`);

const START_WITHIN_MS = 60_000;
const ANSWER_WITHIN_MS = 30_000;
const WAIT_MS = 500;

/** Starts the service as built, with an embedded database in `folder`; resolves when it serves. */
export async function startServer(folder) {
  const begun = performance.now();
  const child = spawn(process.execPath, [join(dist, 'src/main.js')], {
    env: { PATH: process.env.PATH, DATA_FOLDER: folder, PORT: '0', LOG_LEVEL: 'error', WAIT_MS: String(WAIT_MS) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const banner = {};
  const late = setTimeout(() => child.kill('SIGKILL'), START_WITHIN_MS);
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name, value] = /^ {2}(.*?) {2,}(\S+)$/.exec(line) ?? [];
    if (name !== undefined) banner[name] = value;
    if (/key \(live\)/.test(name ?? '')) break;
  }
  clearTimeout(late);
  const url = banner['Customer verifications serve at'];
  const key = banner['Development API key (test)'];
  if (url === undefined || key === undefined) throw new Error('the server did not start');
  child.stdout.resume();
  return { child, exited, url, key, startMs: performance.now() - begun };
}

/** One call below `/v1/verifications`. */
export async function call({ url, key }, method, path, { body, headers = {} } = {}) {
  const response = await fetch(`${url}/v1/verifications${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, json: JSON.parse(text) };
}

/** Stops what still runs of the embedded database and removes it. */
export function removeDatabase(folder) {
  return removeEmbeddedPostgres(folder);
}
