import { createServer } from 'node:net';
import { listenFault } from './listen-fault.js';

/** What listening there ends in. */
const faultOf = (host: string, port = 0): Promise<string | null> =>
  new Promise((resolve) => {
    const server = createServer().once('error', (error) => resolve(listenFault(error, port)));
    server.listen(port, host, () => server.close(() => resolve('none')));
  });

describe('a server that can not listen', () => {
  it('says that the port is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const { port } = holder.address() as { port: number };
    expect(await faultOf('127.0.0.1', port)).toBe(`PORT ${String(port)} is taken (EADDRINUSE)`);
    await new Promise((resolve) => holder.close(resolve));
  });

  it.each([
    ['192.0.2.1', /^HOST is no address of this machine \(EADDRNOTAVAIL\)$/],
    ['999.1.2.3', /^HOST is not known( at the moment)? \((ENOTFOUND|EAI_AGAIN)\)$/],
  ])('says what is wrong with the host %s, and not its name', async (host, said) => {
    expect(await faultOf(host)).toMatch(said);
  });

  it.each([
    [{ code: 'EACCES', syscall: 'listen' }, 'PORT 80 is not for this user to listen on (EACCES)'],
    [{ code: 'EINVAL', syscall: 'listen' }, 'HOST cannot be listened on (EINVAL)'],
    [{ code: 'EACCES', syscall: 'open' }, null],
    [{ code: 'ECONNREFUSED', syscall: 'connect' }, null],
    [new Error('another'), null],
  ])('says of %j %j', (error, said) => {
    expect(listenFault(error, 80)).toBe(said);
  });
});
