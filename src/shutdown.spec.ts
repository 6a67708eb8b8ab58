import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { drainConnections, Shutdown } from './shutdown.js';

const NEVER = new Promise<never>(() => undefined);
const LONG_MS = 60_000;

describe('a shutdown', () => {
  let done: string[];
  const step = (name: string) => async (): Promise<void> => void done.push(name);

  beforeEach(() => {
    done = [];
  });

  it('undoes what was begun from the last to the first, what must not outlive the process at the end', async () => {
    const shutdown = new Shutdown(LONG_MS);
    expect(await shutdown.begins(async () => 'server', step('server'))).toBe('server');
    shutdown.drains(step('pool'));
    shutdown.drains(step('application'));
    await Promise.all([shutdown.stop(), shutdown.stop()]);
    expect(done).toEqual(['application', 'pool', 'server']);
  });

  it('ends what is still starting, once it is there', async () => {
    const shutdown = new Shutdown(LONG_MS);
    const starting = Promise.withResolvers<string>();
    const begun = shutdown.begins(() => starting.promise, step('server'));
    const stopped = shutdown.stop();
    starting.resolve('server');
    await stopped;
    expect([await begun, done]).toEqual(['server', ['server']]);
  });

  it('has nothing to end where the start failed', async () => {
    const shutdown = new Shutdown(LONG_MS);
    await expect(shutdown.begins(() => Promise.reject(new Error('no server')), step('server'))).rejects.toThrow();
    await shutdown.stop();
    expect(done).toEqual([]);
  });

  it('lets nothing begin any more', async () => {
    const shutdown = new Shutdown(LONG_MS);
    await shutdown.stop();
    expect(() => shutdown.drains(step('pool'))).toThrow('stopping');
    await expect(shutdown.begins(async () => done.push('started'), step('server'))).rejects.toThrow('stopping');
    expect(done).toEqual([]);
  });

  it('goes on after a failure, and tells it', async () => {
    const shutdown = new Shutdown(LONG_MS);
    await shutdown.begins(async () => null, step('server'));
    await shutdown.begins(async () => 1, step('vendor'));
    shutdown.drains(step('pool'));
    shutdown.drains(() => Promise.reject(new Error('not closed')));
    await expect(shutdown.stop()).rejects.toThrow('not closed');
    expect(done).toEqual(['pool', 'vendor']);
  });

  it('gives up what does not drain in time', async () => {
    const shutdown = new Shutdown(5);
    await shutdown.begins(async () => 1, step('server'));
    shutdown.drains(() => NEVER);
    await shutdown.stop();
    expect(done).toEqual(['server']);
  });

  it('takes signals of one second for one, and a later one for impatience', async () => {
    const shutdown = new Shutdown(LONG_MS);
    await shutdown.begins(async () => 1, step('server'));
    shutdown.drains(() => NEVER);
    const stopped = shutdown.signalled(500);
    for (const at of [501, 900, 1_500]) void shutdown.signalled(at);
    await new Promise(setImmediate);
    expect(done).toEqual([]);
    void shutdown.signalled(1_501);
    await stopped;
    expect(done).toEqual(['server']);
  });
});

describe('a server that drains', () => {
  let server: Server;
  const sockets: Socket[] = [];

  const send = async (text: string): Promise<Socket> => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(text);
    return socket;
  };

  beforeEach(async () => {
    server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server.close();
    server.closeAllConnections();
  });

  it.each([
    ['headers that never end', 'GET / HTTP/1.1\r\nhost: a\r\n'],
    ['a body that never ends', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nhalf'],
    ['nothing', ''],
  ])('does not wait for the sender of %s', async (_, text) => {
    const accepted = once(server, 'connection');
    const socket = await send(text);
    const cut = once(socket, 'close');
    await accepted;
    await drainConnections(server, 50);
    await cut;
    expect(server.listening).toBe(false);
  });

  it('answers what is in flight, and keeps no connection for more', async () => {
    const requested = once(server, 'request') as Promise<[unknown, { end(text: string): void }]>;
    const socket = await send('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    let answer = '';
    socket.on('data', (chunk) => (answer += String(chunk)));
    const [, response] = await requested;
    const drained = drainConnections(server, LONG_MS);
    response.end('done');
    await drained;
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*done/);
  });

  it('has nothing to wait for where it never listened', async () => {
    await drainConnections(createServer(), LONG_MS);
    expect(server.listening).toBe(true);
  });
});
