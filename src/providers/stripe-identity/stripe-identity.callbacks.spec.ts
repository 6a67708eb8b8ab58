import { instant } from '../../platform/clock.js';
import { CallbackRefused, type CallbackHint } from '../provider-adapter.js';
import { readSignedCallback } from './stripe-identity.callbacks.js';

const text =
  '{"id":"evt_1","object":"event","type":"identity.verification_session.verified","livemode":false,"data":{"object":' +
  '{"id":"vs_1","object":"identity.verification_session","livemode":false,' +
  '"client_reference_id":"01939c5e-7a00-7000-8000-000000000001","metadata":{}}}}';
const hints = [{ eventId: 'evt_1', reference: 'vs_1', ourReference: '01939c5e-7a00-7000-8000-000000000001' }];
const now = '2026-11-22T09:30:00.000000Z';
// By `printf '1795339800.%s' "$body" | openssl dgst -sha256 -hmac <secret>`.
const FIRST = '65dddb79bb50d0d5a4cf07c9032ed69832d7c902772ec8440a29624cb7467921';
const SECOND = '5637c5ae7162ef24f12c1d9f01a999e418ebff11f5e93e3b08684983953682e1';

interface Asked {
  readonly body?: string;
  readonly secrets?: readonly string[];
  readonly at?: string;
}

function read(header: string, { body = text, secrets = ['whsec_canary'], at = now }: Asked = {}): CallbackHint[] {
  const connection = { credentials: { api_key: 'sk_test_1' }, settings: {}, callbackSecrets: secrets };
  return readSignedCallback(
    { headers: { 'stripe-signature': header }, body: Buffer.from(body) },
    connection,
    instant(at),
  );
}

describe('a signature that another program made', () => {
  it.each<[string, string, Asked]>([
    ['of the one secret', `t=1795339800,v1=${FIRST}`, {}],
    ['of the other secret', `t=1795339800,v1=${SECOND}`, { secrets: ['whsec_canary', 'whsec_second'] }],
    ['of two secrets, the new one known', `t=1795339800,v1=${FIRST},v1=${SECOND}`, { secrets: ['whsec_second'] }],
    ['beside one of another version', `t=1795339800,v1=${FIRST},v0=${SECOND}`, {}],
    ['that is five minutes old', `t=1795339800,v1=${FIRST}`, { at: '2026-11-22T09:35:00.000000Z' }],
  ])('%s holds', (_name, header, asked) => {
    expect(read(header, asked)).toEqual(hints);
  });

  it.each<[string, string, Asked]>([
    ['of another secret', `t=1795339800,v1=${SECOND}`, {}],
    [
      'of the secret without its prefix',
      't=1795339800,v1=6830b3b59fb3ff555ce40b8a0a97a1c70af0c183c86f171049500e30573c9ba2',
      {},
    ],
    ['of the body alone', 't=1795339800,v1=b9ccffcad2e00cebe1bc1e068504d23fb9b5b93d5517e247b526ef0ba0272538', {}],
    ['in the place of another version', `t=1795339800,v0=${FIRST}`, {}],
    ['of another second', `t=1795339801,v1=${FIRST}`, {}],
    ['in capitals', `t=1795339800,v1=${FIRST.toUpperCase()}`, {}],
    ['cut short', `t=1795339800,v1=${FIRST.slice(0, 62)}`, {}],
    ['without a time', `v1=${FIRST}`, {}],
    ['that is too old', `t=1795339800,v1=${FIRST}`, { at: '2026-11-22T09:35:01.000000Z' }],
    ['of the future', `t=1795339800,v1=${FIRST}`, { at: '2026-11-22T09:24:59.000000Z' }],
    ['of a body with another livemode', `t=1795339800,v1=${FIRST}`, { body: text.replaceAll('false', 'true') }],
    [
      'of a body that was written again',
      `t=1795339800,v1=${FIRST}`,
      { body: JSON.stringify(JSON.parse(text), null, 2) },
    ],
  ])('%s does not hold', (_name, header, asked) => {
    expect(() => read(header, asked)).toThrow(CallbackRefused);
  });
});
