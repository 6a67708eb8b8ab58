import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('worker.mjs', import.meta.url));

/**
 * Worker processes that sweep together or rest together.
 * @param {string} url of the database
 * @param {number} count
 */
export async function startWorkers(url, count) {
  const workers = await Promise.all(Array.from({ length: count }, () => start(url)));
  const tell = (ask) => Promise.all(workers.map((worker) => worker.tell(ask)));
  return {
    sweep: () => tell('sweep'),
    rest: () => tell('rest'),
    /** Kills one with no warning and starts another, which sweeps. */
    replace: async (index) => {
      await workers[index].kill();
      workers[index] = await start(url);
      await workers[index].tell('sweep');
    },
    stop: () => Promise.all(workers.map((worker) => worker.kill())),
  };
}

async function start(url) {
  const child = fork(FILE, { env: { PATH: process.env.PATH, DATABASE_URL: url } });
  const ended = once(child, 'exit');
  const failed = ended.then(([code]) => Promise.reject(new Error(`a worker ended with ${code}`)));
  failed.catch(() => undefined);
  await Promise.race([once(child, 'message'), failed]);
  return {
    tell: async (ask) => {
      const done = once(child, 'message');
      child.send({ ask });
      await Promise.race([done, failed]);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
