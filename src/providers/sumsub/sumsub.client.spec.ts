import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { Http, type HttpRequest } from '../../platform/http.js';
import type { Call } from '../provider-adapter.js';
import { requestSignature, SumsubClient } from './sumsub.client.js';

const ours = '01939c5e-7a00-7000-8000-000000000001';
const json = { externalUserId: ours, type: 'individual', fixedInfo: { lastName: 'Müller' } };
const level = '/resources/applicants?levelName=basic%20kyc%26more';
const byName = `/resources/applicants/-;externalUserId=${ours}/one`;

// By `openssl dgst -sha256 -hmac a-secret-key` over time, method, target and body in one line.
const VECTORS = [
  { method: 'POST', path: level, json, signature: 'ec1f399503b6e20372dace7cea4bb23cdbeb7ae06313b5242313e14caa5f6ab4' },
  { method: 'GET', path: byName, signature: '295867777c7782b771b1255bb9f39d93b3ff91e0acf052868ce2ac361534f20e' },
] as const;

class KeptHttp extends Http {
  readonly requests: HttpRequest[] = [];

  send(request: HttpRequest): ReturnType<Http['send']> {
    this.requests.push(request);
    return Promise.resolve({ status: 200, headers: {}, body: Buffer.alloc(0) });
  }
}

const call: Call = {
  connection: {
    settings: { levels: { document: 'basic' } },
    credentials: { app_token: 'prd:a-token', secret_key: 'a-secret-key' },
  },
  idempotencyKey: 'key',
  signal: AbortSignal.timeout(5_000),
};

describe('a request', () => {
  it.each(VECTORS)('is signed as openssl signs it: $method $path', async ({ signature, ...request }) => {
    const http = new KeptHttp();
    await new SumsubClient({ clock: new ScriptedClock('2026-01-31T08:00:00.999999Z'), http }).ask(call, request);
    const [sent] = http.requests;
    expect(sent?.headers).toMatchObject({
      'x-app-token': 'prd:a-token',
      'x-app-access-ts': '1769846400',
      'x-app-access-sig': signature,
    });
    expect(sent?.url).toBe(`https://api.sumsub.com${request.path}`);
  });

  it('is signed over the very text that is sent', async () => {
    const http = new KeptHttp();
    await new SumsubClient({ clock: new ScriptedClock(), http }).ask(call, { method: 'POST', path: level, json });
    const [sent] = http.requests;
    const { 'x-app-access-ts': seconds = '', 'x-app-access-sig': signature } = sent?.headers ?? {};
    const body = String(sent?.body);
    expect(requestSignature({ seconds, method: 'POST', target: level, body }, 'a-secret-key')).toBe(signature);
  });

  it('is signed over the target as it is sent, where a URL encodes more than we do', async () => {
    const http = new KeptHttp();
    const client = new SumsubClient({ clock: new ScriptedClock(), http });
    await client.ask(call, { method: 'GET', path: `/resources/applicants?levelName=${encodeURIComponent("it's")}` });
    const [sent] = http.requests;
    const target = '/resources/applicants?levelName=it%27s';
    expect(sent?.url).toBe(`https://api.sumsub.com${target}`);
    const { 'x-app-access-ts': seconds = '', 'x-app-access-sig': signature } = sent?.headers ?? {};
    expect(requestSignature({ seconds, method: 'GET', target, body: '' }, 'a-secret-key')).toBe(signature);
  });
});
