import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { on, once } from 'node:events';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const dist = realpathSync(join(here, '..', '..', 'dist'));

/**
 * @typedef {object} Server
 * @property {string} name
 * @property {number} port
 * @property {() => Promise<number>} cpuMicroseconds used since it began, user and system
 * @property {(file: string, work: () => Promise<void>) => Promise<void>} profile writes a CPU profile of the time that the work takes
 * @property {() => Promise<void>} stop
 */

/** Starters of the servers by name: the service first, what it is compared with behind it. */
export const SERVERS = {
  // The real application as production starts it: authentication, named statements, its log at `info` into a pipe that is read.
  service: startService,
  'same SQL': ({ ownerUrl }, settings) =>
    start('same SQL', join(here, 'same-sql.mjs'), settings, { DATABASE_URL: ownerUrl }),
  'same work': ({ appUrl }, settings) =>
    start('same work', join(here, 'same-work.mjs'), settings, { DATABASE_URL: appUrl }),
};

/**
 * @param {import('../database.mjs').BenchDatabase} database
 * @param {import('../settings.mjs').Settings} settings
 * @param {Record<string, string>} more environment
 * @returns {Promise<Server>}
 */
export function startService({ appUrl }, settings, more = {}) {
  return start('service', join(dist, 'src', 'main.js'), settings, {
    NODE_ENV: 'production',
    PORT: '0',
    DATABASE_URL: appUrl,
    KEY_RING: `bench:${randomBytes(32).toString('base64')}`,
    CURSOR_SECRET: randomBytes(32).toString('base64'),
    ...more,
  });
}

/** @returns {Promise<Server>} */
async function start(name, file, { poolSize }, env) {
  const child = fork(file, {
    execArgv: ['--enable-source-maps', '--import', join(here, 'control.mjs')],
    env: { PATH: process.env.PATH, DATABASE_POOL_SIZE: String(poolSize), ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const failed = ended.then(([code]) => Promise.reject(new Error(`${name} ended with ${code}`)));
  const port = await Promise.race([readPort(child), failed]);
  const told = async (ask, about) => {
    child.send({ ask, about });
    const [{ answer }] = await once(child, 'message');
    return answer;
  };
  return {
    name,
    port,
    cpuMicroseconds: async () => {
      const { user, system } = await told('cpu');
      return user + system;
    },
    profile: async (to, work) => {
      await told('profile');
      await work();
      await told('profiled', to);
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Where the server says that it serves; what it says later is read and dropped. */
async function readPort(child) {
  const lines = createInterface({ input: child.stdout });
  for await (const [line] of on(lines, 'line')) {
    const port = /^Serving on http:\/\/127\.0\.0\.1:(\d+)$/.exec(line)?.[1];
    if (port === undefined) continue;
    lines.close();
    child.stdout.resume();
    return Number(port);
  }
}
