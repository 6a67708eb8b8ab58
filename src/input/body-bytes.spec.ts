import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { MOST_BODY_BYTES, readBodyBytes } from './body-bytes.js';

const asRequest = (stream: PassThrough): IncomingMessage => stream as unknown as IncomingMessage;

describe('readBodyBytes', () => {
  it('joins the pieces', async () => {
    const stream = new PassThrough();
    const body = readBodyBytes(asRequest(stream));
    stream.write('ab');
    stream.end('c');
    expect((await body).toString()).toBe('abc');
  });

  it.each([
    ['breaks off with an error', new Error('aborted')],
    ['just closes', undefined],
  ])('ends when the connection %s, and bears what comes later', async (_, error) => {
    const stream = new PassThrough();
    const body = readBodyBytes(asRequest(stream));
    stream.write('ab');
    stream.destroy(error);
    await expect(body).rejects.toMatchObject({ code: 'MALFORMED_REQUEST' });
    expect(() => stream.emit('error', new Error('late'))).not.toThrow();
  });

  it('does not wait for a connection that is gone', async () => {
    const stream = new PassThrough();
    stream.destroy();
    await expect(readBodyBytes(asRequest(stream))).rejects.toMatchObject({ code: 'MALFORMED_REQUEST' });
  });

  it('keeps nothing of what is over the limit, and waits for no more than 1 MiB of it', async () => {
    const stream = new PassThrough();
    const body = readBodyBytes(asRequest(stream));
    for (let sent = 0; sent <= 1024 * 1024; sent += MOST_BODY_BYTES) stream.write(Buffer.alloc(MOST_BODY_BYTES));
    await expect(body).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    expect(stream.isPaused()).toBe(true);
  });
});
