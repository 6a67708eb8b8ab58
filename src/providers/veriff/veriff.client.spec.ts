import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { Http, type HttpRequest } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Call, Connection } from '../provider-adapter.js';
import { VeriffClient } from './veriff.client.js';
import { accessOf, VERIFF_CONNECTION } from './veriff.connection.js';

class KeptHttp extends Http {
  readonly requests: HttpRequest[] = [];

  send(request: HttpRequest): ReturnType<Http['send']> {
    this.requests.push(request);
    return Promise.resolve({ status: 200, headers: {}, body: Buffer.alloc(0) });
  }
}

const credentials = { api_key: 'a-key', shared_secret: 'a-shared-secret' };
const connectionOf = (settings: JsonObject = {}): Connection => ({ settings, credentials });
const callOf = (connection: Connection): Call => ({
  connection,
  idempotencyKey: 'key',
  signal: AbortSignal.timeout(5_000),
});
const sessionId = '8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10';
const json = {
  verification: { vendorData: '01939c5e-7a00-7000-8000-000000000001', person: { lastName: 'Müller' } },
};

// By `openssl dgst -sha256 -hmac a-shared-secret`, over the body of the first and the session's id of the others.
const OF_BODY = 'b2bdca33c97616975537b21d10efa8687e405eeeb6afedc82616a3124123c4f9';
const OF_ID = '8bad45fa5626b53c28c4704fabe7675959142ebcf77986d119462cd855062004';

describe('a request', () => {
  it.each([
    ['POST', { method: 'POST', json }, '/v1/sessions', OF_BODY],
    ['GET', { method: 'GET', sessionId, part: 'decision' }, `/v1/sessions/${sessionId}/decision`, OF_ID],
    ['DELETE', { method: 'DELETE', sessionId }, `/v1/sessions/${sessionId}`, OF_ID],
  ] as const)('%s is signed as openssl signs it', async (_name, request, path, signature) => {
    const http = new KeptHttp();
    const client = new VeriffClient({ clock: new ScriptedClock(), http });
    await client.ask(callOf(connectionOf()), 'identity', request);
    const [sent] = http.requests;
    expect(sent?.url).toBe(`https://stationapi.veriff.com${path}`);
    expect(sent?.headers).toMatchObject({ 'x-auth-client': 'a-key', 'x-hmac-signature': signature });
    if (request.method === 'POST') expect(sent?.body).toBe(JSON.stringify(json));
    else expect(sent?.body).toBeUndefined();
  });
});

describe('the host of an integration', () => {
  it.each(['stationapi.veriff.com', 'saas-eu1.api.veriff.com', 'api.veriff.me'])('may be %s', (host) => {
    expect(accessOf(connectionOf({ host }), 'identity').url).toBe(`https://${host}`);
  });

  it.each([
    'veriff.com',
    'example.org',
    'stationapi.veriff.com.example.org',
    'evilveriff.com',
    'evil.notveriff.com',
    'anything.veriff.me',
    'stationapi.veriff.com:8443',
    'user@stationapi.veriff.com',
    'example.org#.veriff.com',
    'example.org/.veriff.com',
    'example.org\\.veriff.com',
    'https://stationapi.veriff.com',
    'stationapi.veriff.com\n',
    'STATIONAPI.VERIFF.COM',
    '-a.veriff.com',
    '.veriff.com',
    '127.0.0.1',
    '',
  ])('may not be %j', (host) => {
    expect(VERIFF_CONNECTION.settings.safeParse({ host }).success).toBe(false);
    expect(() => accessOf(connectionOf({ host }), 'identity')).toThrow('provider_not_configured');
  });

  it('gives way to the address that the deployment sets, which an organization can not set', () => {
    const base_url = 'http://127.0.0.1:9';
    expect(accessOf(connectionOf({ host: 'api.veriff.me', base_url }), 'identity').url).toBe(base_url);
    expect(VERIFF_CONNECTION.deploymentSettings).toEqual(['base_url']);
  });
});

describe('an integration for ages', () => {
  it('is one of its own', () => {
    const connection = { settings: {}, credentials: { ...credentials, age_api_key: 'b', age_shared_secret: 's' } };
    expect(accessOf(connection, 'age')).toMatchObject({ key: 'b', secret: 's' });
    expect(accessOf(connection, 'identity')).toMatchObject({ key: 'a-key', secret: 'a-shared-secret' });
  });

  it.each([{}, { age_api_key: 'b' }, { age_shared_secret: 's' }, { age_api_key: '', age_shared_secret: 's' }])(
    'is not there with %j alone',
    (more) => {
      const connection = { settings: {}, credentials: { ...credentials, ...more } as Connection['credentials'] };
      expect(() => accessOf(connection, 'age')).toThrow('provider_not_configured');
    },
  );
});
