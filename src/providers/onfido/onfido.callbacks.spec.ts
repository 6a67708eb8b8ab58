import { CallbackRefused, type CallbackHint } from '../provider-adapter.js';
import { readSignedCallback } from './onfido.callbacks.js';

const text =
  '{"payload":{"resource_type":"workflow_run","action":"workflow_run.completed","object":{"id":"8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10",' +
  '"status":"approved","completed_at_iso8601":"2026-11-22T09:30:00Z",' +
  '"href":"https://api.eu.onfido.com/v3.6/workflow_runs/8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10"},' +
  '"resource":{"customer_user_id":"01939c5e-7a00-7000-8000-000000000001"}}}';
const hints = [
  { reference: '8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10', ourReference: '01939c5e-7a00-7000-8000-000000000001' },
];
// By `printf '%s' "$body" | openssl dgst -sha256 -hmac <secret>`.
const FIRST = 'ed688af9ce36e0cd66ab44634c6aae8d0b6bfce155d58dffd88a47a148337edf';
const SECOND = '501a3135528b391f6d4d818fafd61470942f582176eb879be4e9a514beee523a';

function read(headers: Record<string, string>, secrets: readonly string[], body = text): CallbackHint[] {
  return readSignedCallback({ headers, body: Buffer.from(body) }, secrets);
}

describe('a signature that another program made', () => {
  it.each([
    ['canary-callback-secret', FIRST],
    ['second-secret', SECOND],
  ])('holds with %s alone', (secret, signature) => {
    const headers = { 'x-sha2-signature': signature };
    expect(read(headers, ['another', secret])).toEqual(hints);
    expect(() => read(headers, ['another'])).toThrow(CallbackRefused);
  });

  it.each<[string, Record<string, string>, string]>([
    ['in the header of old webhooks', { 'x-signature': FIRST }, text],
    ['in capitals', { 'x-sha2-signature': FIRST.toUpperCase() }, text],
    ['cut short', { 'x-sha2-signature': FIRST.slice(0, 62) }, text],
    ['with words before it', { 'x-sha2-signature': `sha256=${FIRST}` }, text],
    ['of a tampered body', { 'x-sha2-signature': FIRST }, text.replace('approved', 'declined')],
    ['of a body that was written again', { 'x-sha2-signature': FIRST }, JSON.stringify(JSON.parse(text), null, 2)],
  ])('%s does not hold', (_name, headers, body) => {
    expect(() => read(headers, ['canary-callback-secret'], body)).toThrow(CallbackRefused);
  });
});
