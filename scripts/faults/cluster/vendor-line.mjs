import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * @typedef {object} Manner how answers come through
 * @property {() => number} delayMs of the next answer
 * @property {() => boolean} loses whether the next answer is lost: the connection is reset after the vendor has answered
 *
 * @typedef {object} VendorLine
 * @property {string} url the vendor's, by way of the line
 * @property {(manner: Manner) => void} behave
 * @property {(away: boolean) => void} cut nobody reaches the vendor, until it is mended
 * @property {() => Promise<void>} close
 */

const AT_ONCE = { delayMs: () => 0, loses: () => false };

/**
 * The line between the services and their vendor: it takes its time, loses an answer now and then, and may be cut.
 * @param {string} url
 * @returns {Promise<VendorLine>}
 */
export async function startVendorLine(url) {
  const target = new URL(url);
  const sockets = new Set();
  let manner = AT_ONCE;
  let whole = true;
  const server = createServer((near) => {
    if (!whole) return void near.resetAndDestroy();
    const far = connect(Number(target.port), target.hostname);
    sockets.add(near);
    near.on('data', (chunk) => far.write(chunk));
    const late = new Set();
    far.on('data', (chunk) => {
      const told = answer(near, chunk, manner).finally(() => late.delete(told));
      late.add(told);
    });
    near.on('error', () => undefined).on('close', () => (sockets.delete(near), far.destroy()));
    // A vendor gives up what is idle to it; what it has answered before is still on its way.
    far.on('error', () => near.destroy()).on('close', () => Promise.all(late).then(() => near.end()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const breakAll = () => {
    for (const near of sockets) near.resetAndDestroy();
  };
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    behave: (next) => (manner = next),
    cut: (away) => {
      whole = !away;
      if (away) breakAll();
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      breakAll();
      await closed;
    },
  };
}

/** An answer fits into one chunk, and no request follows before it: the order stays. */
async function answer(near, chunk, { delayMs, loses }) {
  const lost = loses();
  await sleep(delayMs());
  if (near.destroyed) return;
  if (lost) near.resetAndDestroy();
  else near.write(chunk);
}
