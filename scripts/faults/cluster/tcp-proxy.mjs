import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * @typedef {object} SwallowingProxy
 * @property {string} url the server's, by way of the proxy
 * @property {() => void} swallow from now on nothing comes through, in either direction; connections are accepted and lead nowhere
 * @property {(reset: boolean) => void} mend new connections work again; the old ones are reset, or stay dead without a word
 * @property {() => Promise<void>} close
 */

/**
 * Starts a proxy on loopback in front of the PostgreSQL server that `url` names.
 * @param {string} url
 * @returns {Promise<SwallowingProxy>}
 */
export async function startTcpProxy(url) {
  const target = new URL(url);
  const pairs = new Set();
  let swallowing = false;
  const server = createServer((near) => {
    const pair = { near, far: swallowing ? null : connect(Number(target.port || 5432), target.hostname), dead: false };
    pairs.add(pair);
    if (swallowing) swallowAll(pair);
    else join(pair);
    near
      .on('error', () => undefined)
      .on('close', () => {
        pairs.delete(pair);
        pair.far?.destroy();
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(server.address().port) }).href,
    swallow: () => {
      swallowing = true;
      for (const pair of pairs) swallowAll(pair);
    },
    mend: (reset) => {
      swallowing = false;
      if (reset) for (const pair of pairs) if (pair.dead) pair.near.resetAndDestroy();
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const { near } of pairs) near.resetAndDestroy();
      await closed;
    },
  };
}

function join({ near, far }) {
  near.pipe(far);
  far.pipe(near);
  far.on('error', () => near.destroy()).on('close', () => near.destroy());
}

/** Reads on both sides and drops: a full buffer would tell the peer that something is wrong. */
function swallowAll(pair) {
  pair.dead = true;
  for (const side of [pair.near, pair.far]) {
    side
      ?.unpipe()
      .removeAllListeners('data')
      .on('data', () => undefined)
      .resume();
  }
  // The far side's end must not show on the near one.
  pair.far?.removeAllListeners('close').on('error', () => undefined);
}
