import { CallbackRefused } from '../provider-adapter.js';
import { readSignedCallback } from './middesk.callbacks.js';

const body = Buffer.from(
  '{"object":"event","id":"evt_1","type":"business.updated","created_at":"2026-01-31T08:00:00Z","data":{"object":' +
    '{"object":"business","id":"8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10","external_id":"01939c5e-7a00-7000-8000-000000000001"}}}',
);
const hints = [
  {
    eventId: 'evt_1',
    reference: '8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10',
    ourReference: '01939c5e-7a00-7000-8000-000000000001',
  },
];

// By `openssl dgst -sha256 -hmac <secret>` over these bytes.
describe('a signature that another program made', () => {
  it.each([
    ['canary-callback-secret', '7295f3aab7f670696a70ae1094295cc7e77d895851e773c615332cd868edbd83'],
    ['second-secret', 'b7923b4150e6e794e5984d6fb127f0a2112dad3893a85ac524b135a9fd6e87ca'],
  ])('holds with %s alone', (secret, signature) => {
    const delivery = { headers: { 'x-middesk-signature-256': signature }, body };
    expect(readSignedCallback(delivery, ['another', secret])).toEqual(hints);
    expect(() => readSignedCallback(delivery, ['another'])).toThrow(CallbackRefused);
  });

  it('does not hold in the header of old articles', () => {
    const signature = '7295f3aab7f670696a70ae1094295cc7e77d895851e773c615332cd868edbd83';
    const delivery = { headers: { 'x-middesk-signature': signature }, body };
    expect(() => readSignedCallback(delivery, ['canary-callback-secret'])).toThrow(CallbackRefused);
  });
});
