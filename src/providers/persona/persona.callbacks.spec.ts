import { instant } from '../../platform/clock.js';
import { CallbackRefused } from '../provider-adapter.js';
import { readSignedCallback } from './persona.callbacks.js';

const body = Buffer.from(
  '{"data":{"type":"event","id":"evt_1","attributes":{"name":"inquiry.approved","payload":{"data":{"type":"inquiry","id":"inq_1",' +
    '"attributes":{"status":"approved","note":"01939c5e-7a00-7000-8000-000000000001","reviewer-comment":"Zoë"}}},' +
    '"created-at":"2026-01-31T08:00:00.100Z"}}}',
);
const hints = [{ eventId: 'evt_1', reference: 'inq_1', ourReference: '01939c5e-7a00-7000-8000-000000000001' }];
const now = instant('2026-01-31T08:00:10.000000Z');

// By `printf '%s' "1769846400.$BODY" | openssl dgst -sha256 -hmac wbhsec_first`, and wbhsec_second.
const FIRST = 't=1769846400,v1=6f06da07e8eb5f4ca85e3c884f8203dfe47c41b784db05f6bbacbbe7497bb3cc';
const SECOND = 't=1769846400,v1=bda25c78db7a19ccd58c04d0fa3c5d08cb5546f62ac4b0aff939052cd311bb7f';

const read = (header: string, secrets: readonly string[], { at = now, sent = body } = {}) =>
  readSignedCallback({ headers: { 'persona-signature': header }, body: sent }, secrets, at);

describe('a signature that another program made', () => {
  it.each([
    ['by the secret', FIRST, ['wbhsec_first']],
    ['by the second of two secrets', SECOND, ['wbhsec_first', 'wbhsec_second']],
    ['by the first of two pairs', `${FIRST} ${SECOND}`, ['wbhsec_first']],
    ['by the second of two pairs', `${FIRST} ${SECOND}`, ['wbhsec_second']],
    ['beside a pair that is stale', `t=1,v1=${'0'.repeat(64)} ${FIRST}`, ['wbhsec_first']],
  ])('holds %s', (_name, header, secrets) => {
    expect(read(header, secrets)).toEqual(hints);
  });

  it.each([
    ['with another secret', FIRST, ['wbhsec_third']],
    ['with another time', FIRST.replace('1769846400', '1769846401'), ['wbhsec_first']],
    ['in capitals', FIRST.toUpperCase().replace('T=', 't=').replace('V1', 'v1'), ['wbhsec_first']],
    ['cut short', FIRST.slice(0, -2), ['wbhsec_first']],
    ['without a time', FIRST.replace('t=1769846400,', ''), ['wbhsec_first']],
    ['with the secret without its beginning', FIRST, ['first']],
    ['with an empty secret', FIRST, ['']],
    ['with no secret', FIRST, []],
    ['as another version', FIRST.replace('v1', 'v2'), ['wbhsec_first']],
    ['beside what is no pair', `${FIRST} hello`, ['wbhsec_first']],
    ['with two spaces between the pairs', `${FIRST}  ${SECOND}`, ['wbhsec_first']],
    ['with a comma between the pairs', `${FIRST}, ${SECOND}`, ['wbhsec_first']],
    ['among more pairs than a rotation has', Array<string>(5).fill(FIRST).join(' '), ['wbhsec_first']],
  ])('does not hold %s', (_name, header, secrets) => {
    expect(() => read(header, secrets)).toThrow(CallbackRefused);
  });

  it.each(['2026-01-31T08:05:01.000000Z', '2026-01-31T07:54:59.000000Z'])('does not hold at %s', (at) => {
    expect(() => read(FIRST, ['wbhsec_first'], { at: instant(at) })).toThrow(CallbackRefused);
  });

  it.each(['2026-01-31T08:05:00.000000Z', '2026-01-31T07:55:00.000000Z'])('holds at %s', (at) => {
    expect(read(FIRST, ['wbhsec_first'], { at: instant(at) })).toEqual(hints);
  });

  it.each([
    ['that says something else', body.toString().replace('approved"', 'declined"')],
    ['that was written again', JSON.stringify(JSON.parse(body.toString()), null, 2)],
    ['with its letters in another form', body.toString().replace('Zoë', 'Zo\\u00eb')],
    ['with a line end behind it', `${body.toString()}\n`],
  ])('does not hold for a body %s', (_name, text) => {
    expect(() => read(FIRST, ['wbhsec_first'], { sent: Buffer.from(text) })).toThrow(CallbackRefused);
  });
});
