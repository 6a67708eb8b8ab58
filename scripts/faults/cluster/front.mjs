import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * One address for whoever calls the service from outside: each connection goes to one of the API processes that run.
 * @param {() => string | null} address of one of them; null while there is none
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startFront(address) {
  const sockets = new Set();
  const server = createServer((near) => {
    const target = address();
    if (target === null) return void near.resetAndDestroy();
    const { hostname, port } = new URL(target);
    const far = connect(Number(port), hostname);
    sockets.add(near);
    near.pipe(far);
    far.pipe(near);
    near.on('error', () => undefined).on('close', () => (sockets.delete(near), far.destroy()));
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const near of sockets) near.destroy();
      await closed;
    },
  };
}
