import { inspect } from 'node:util';
import { answering, HANGING_ANSWERS, startScriptedVendor, type Script } from '../../test/support/scripted-vendor.js';
import { FetchHttp, HttpFault, type HttpAnswer, type HttpRequest } from './http.js';

const http = new FetchHttp();

async function send(
  script: Script,
  options: Partial<HttpRequest> = {},
): Promise<HttpAnswer & { requests: readonly string[] }> {
  const vendor = await startScriptedVendor(script);
  try {
    const request = {
      method: 'GET',
      url: `${vendor.url}/path`,
      signal: new AbortController().signal,
      ...options,
    } as const;
    return { ...(await http.send(request)), requests: vendor.requests };
  } finally {
    await vendor.close();
  }
}

const fault = (kind: string): unknown => expect.objectContaining({ name: 'HttpFault', kind });

describe('FetchHttp', () => {
  it('gives back status, headers in lower case and the bytes of the body', async () => {
    const answer = await send(answering(201, '{"a":"ä"}', { 'X-Some-Header': 'Value' }));
    expect(answer.status).toBe(201);
    expect(answer.headers['x-some-header']).toBe('Value');
    expect(answer.body.equals(Buffer.from('{"a":"ä"}'))).toBe(true);
  });

  it.each([400, 404, 500, 503])('takes %i for an answer, not a fault', async (status) => {
    expect((await send(answering(status, 'no'))).status).toBe(status);
  });

  it.each([204, 304])('gives an empty body for %i', async (status) => {
    const answer = await send((response) => response.writeHead(status).end());
    expect([answer.status, answer.body.length]).toEqual([status, 0]);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('sends %s with headers and body', async (method) => {
    const seen: unknown[] = [];
    const script: Script = (response, request) => {
      seen.push(request.method, request.headers['x-key'], request.headers['content-length']);
      response.end();
    };
    await send(script, { method, body: 'häh', headers: { 'X-Key': 'k' } });
    expect(seen).toEqual([method, 'k', '4']);
  });

  it.each([301, 302, 303, 307, 308])('does not follow a %i', async (status) => {
    const answer = await send(answering(status, '', { location: '/followed' }), { method: 'POST', body: 'secret' });
    expect([answer.status, answer.headers['location'], answer.requests]).toEqual([status, '/followed', ['POST /path']]);
  });

  it('reads a body of exactly the cap', async () => {
    expect((await send(answering(200, 'x'.repeat(1000)), { maxBytes: 1000 })).body.length).toBe(1000);
  });

  it('refuses a body one byte over the cap', async () => {
    await expect(send(answering(200, 'x'.repeat(1001)), { maxBytes: 1000 })).rejects.toEqual(fault('too_large'));
  });

  it('caps at 1 MiB unless told', async () => {
    await expect(send(answering(200, 'x'.repeat(1024 * 1024 + 1)))).rejects.toEqual(fault('too_large'));
  });

  it('stops reading a body without end once it is over the cap', async () => {
    const endless: Script = (response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
      };
      response.on('drain', more);
      more();
    };
    await expect(send(endless, { maxBytes: 100_000 })).rejects.toEqual(fault('too_large'));
  });

  it.each(HANGING_ANSWERS)('ends %s at the deadline', async (_name, script) => {
    await expect(send(script, { signal: AbortSignal.timeout(50) })).rejects.toEqual(fault('timeout'));
  });

  it('sends nothing once the deadline has passed', async () => {
    const vendor = await startScriptedVendor(answering(200));
    const request = { method: 'GET', url: vendor.url, signal: AbortSignal.abort() } as const;
    await expect(http.send(request)).rejects.toEqual(fault('timeout'));
    expect(vendor.requests).toEqual([]);
    await vendor.close();
  });

  it.each<[string, Script]>([
    ['before the answer', (response) => response.socket?.resetAndDestroy()],
    [
      'in mid-body',
      (response) => void response.writeHead(200, { 'content-length': '99' }).write('x', () => response.destroy()),
    ],
    [
      'in the middle of a chunked body',
      (response) => void response.write('x', () => response.socket?.resetAndDestroy()),
    ],
  ])('calls a reset %s a network fault', async (_name, script) => {
    await expect(send(script)).rejects.toEqual(fault('network'));
  });

  it('knows that a refused connection delivered nothing', async () => {
    const vendor = await startScriptedVendor(answering(200));
    await vendor.close();
    const request = { method: 'GET', url: vendor.url, signal: new AbortController().signal } as const;
    await expect(http.send(request)).rejects.toEqual(fault('refused'));
  });

  it.each(['a\nb', 'a\rb', 'a\0b', 'a\u{1F600}b'])('sends nothing where a header can not hold %j', async (value) => {
    const vendor = await startScriptedVendor(answering(200));
    const signal = new AbortController().signal;
    const request = {
      method: 'POST',
      url: vendor.url,
      body: 'x',
      headers: { key: `canary-${value}` },
      signal,
    } as const;
    const error: unknown = await http.send(request).catch((thrown: unknown) => thrown);
    expect(error).toEqual(fault('refused'));
    expect(inspect(error)).not.toContain('canary');
    expect(vendor.requests).toEqual([]);
    await vendor.close();
  });

  it('names no URL, header or body in a fault', async () => {
    const url = 'http://127.0.0.1:1/customers/canary-in-url';
    const request = { method: 'POST', url, body: 'canary-in-body', headers: { a: 'canary-in-header' } } as const;
    const error: unknown = await http
      .send({ ...request, signal: new AbortController().signal })
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(HttpFault);
    expect(`${(error as HttpFault).message} ${(error as HttpFault).stack ?? ''}`).not.toContain('canary');
  });
});
