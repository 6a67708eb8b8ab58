import { randomBytes } from 'node:crypto';
import { Cursors } from '../cursors.js';
import { cursorsOf, keyRingOf } from './option-secrets.js';

const bytes = (count: number): string => randomBytes(count).toString('base64');
const ring = `a:${bytes(32)}`;

describe("the module's secrets", () => {
  it('are read', () => {
    expect(keyRingOf({ keyRing: ring }).current.id).toBe('a');
    expect(cursorsOf({ keyRing: ring, cursorSecret: bytes(32) })).toBeInstanceOf(Cursors);
  });

  it('give cursors a secret of the key ring where they have none', () => {
    const scope = { organizationId: '0192f0c1-2345-7890-abcd-ef0123456789', livemode: true };
    const cursor = cursorsOf({ keyRing: ring }).issue(scope, 'list', 'here');
    expect(cursorsOf({ keyRing: ring }).read(scope, 'list', cursor)).toBe('here');
  });

  it.each([
    ['no text', 7],
    ['empty', ''],
    ['without an id', bytes(32)],
    ['of a short key', `a:${bytes(31)}`],
    ['of one id twice', `${ring},${ring}`],
  ])('are refused by name where the key ring is %s', (_, keyRing) => {
    expect(() => keyRingOf({ keyRing: keyRing as string })).toThrow(/^keyRing/);
    expect(() => cursorsOf({ keyRing: keyRing as string })).toThrow(/^keyRing/);
  });

  it.each([
    ['empty', ''],
    ['too short', bytes(31)],
    ['too long', bytes(33)],
    ['no base64', `${'a'.repeat(42)}!=`],
    ['base64url', `${'_'.repeat(43)}=`],
    ['of two lines', `${bytes(32)}\n`],
  ])('are refused by name where the cursor secret is %s', (_, cursorSecret) => {
    expect(() => cursorsOf({ keyRing: ring, cursorSecret })).toThrow('cursorSecret must be 32 bytes in base64');
  });
});
