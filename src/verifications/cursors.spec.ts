import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { KeyRing } from '../vault/index.js';
import { Cursors } from './cursors.js';

const scope = { organizationId: '0197a0de-2c3b-7000-8000-0123456789ab', livemode: true };
const POSITION = '2026-11-22T09:30:00.000001Z|0197a0de-2c3b-7000-8000-0123456789ab';

describe('a cursor', () => {
  const cursors = new Cursors(randomBytes(32));
  const cursor = cursors.issue(scope, 'list', POSITION);

  it('gives back its position, in letters that need no escape in a URL', () => {
    const law = fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string(), (position, list) => {
      const issued = cursors.issue(scope, list, position);
      expect(issued).toMatch(/^[\w-]+$/);
      expect(cursors.read(scope, list, issued)).toBe(position);
    });
    fc.assert(law);
  });

  it.each<[string, Parameters<Cursors['read']>]>([
    ['list or filter', [scope, 'list ', cursor]],
    ['organization', [{ ...scope, organizationId: '0197a0de-2c3b-7000-8000-0123456789ac' }, 'list', cursor]],
    ['livemode', [{ ...scope, livemode: false }, 'list', cursor]],
  ])('is none for another %s', (_, read) => {
    expect(() => cursors.read(...read)).toThrow(expect.objectContaining({ code: 'INVALID_CURSOR' }));
  });

  it('is none for another secret', () => {
    expect(() => new Cursors(randomBytes(32)).read(scope, 'list', cursor)).toThrow();
  });

  it('is none once a letter is another, missing, or added', () => {
    const other = (letter: string | undefined): string => (letter === 'A' ? 'B' : 'A');
    for (let index = 0; index < cursor.length; index += 1) {
      const [before, after] = [cursor.slice(0, index), cursor.slice(index + 1)];
      for (const forged of [
        before + other(cursor[index]) + after,
        before + after,
        `${before}A${cursor.slice(index)}`,
        before,
      ]) {
        if (forged !== cursor) expect(() => cursors.read(scope, 'list', forged)).toThrow();
      }
    }
    for (const forged of [`${cursor}=`, `${cursor}A`, ` ${cursor}`, `${cursor}\n`]) {
      expect(() => cursors.read(scope, 'list', forged)).toThrow();
    }
  });

  it('is the same in every process that has the key ring', () => {
    const ring = `a:${randomBytes(32).toString('base64')}`;
    const [one, other] = [ring, ring].map((text) => Cursors.derivedFrom(KeyRing.parse(text))) as [Cursors, Cursors];
    expect(other.read(scope, 'list', one.issue(scope, 'list', POSITION))).toBe(POSITION);
  });
});
