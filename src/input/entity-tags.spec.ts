import fc from 'fast-check';
import { ValidationError } from '../errors/index.js';
import { matchesStrongly, matchesWeakly, readIfMatch, readIfNoneMatch } from './entity-tags.js';
import type { HeaderSource } from './headers.js';

const ifMatch = (...values: string[]): HeaderSource => ({ rawHeaders: values.flatMap((value) => ['If-Match', value]) });

describe('readIfMatch', () => {
  it.each([
    [['*'], '*'],
    [[' * '], '*'],
    [['"3"'], [{ weak: false, opaque: '3' }]],
    [['W/"3"'], [{ weak: true, opaque: '3' }]],
    [['""'], [{ weak: false, opaque: '' }]],
    [
      ['"a,b", W/"c\\"'],
      [
        { weak: false, opaque: 'a,b' },
        { weak: true, opaque: 'c\\' },
      ],
    ],
    [
      [', ,"1" ,, \t"2",'],
      [
        { weak: false, opaque: '1' },
        { weak: false, opaque: '2' },
      ],
    ],
    [
      ['"1"', '"2"'],
      [
        { weak: false, opaque: '1' },
        { weak: false, opaque: '2' },
      ],
    ],
    [['"\x80\xff"'], [{ weak: false, opaque: '\x80\xff' }]],
  ])('reads %j', (values, tags) => {
    expect(readIfMatch(ifMatch(...values))).toEqual(tags);
  });

  it('gives null without the header, and reads no other', () => {
    expect(readIfMatch({ rawHeaders: ['If-None-Match', '"1"'] })).toBeNull();
    expect(readIfNoneMatch({ rawHeaders: ['If-None-Match', '"1"'] })).toEqual([{ weak: false, opaque: '1' }]);
  });

  it.each([
    [['']],
    [[',']],
    [['3']],
    [["'3'"]],
    [['"3']],
    [['3"']],
    [['w/"3"']],
    [['W/ "3"']],
    [['"1" "2"']],
    [['"1""2"']],
    [['*, "1"']],
    [['"1", *']],
    [['*', '*']],
    [['"a b"']],
    [['"\x7f"']],
  ])('refuses %j', (values) => {
    expect(() => readIfMatch(ifMatch(...values))).toThrow(ValidationError);
  });

  it('reads any list of tags back', () => {
    const opaque = fc.string({ unit: fc.integer({ min: 0x23, max: 0x7e }).map((c) => String.fromCharCode(c)) });
    fc.assert(
      fc.property(fc.array(fc.record({ weak: fc.boolean(), opaque }), { minLength: 1 }), (tags) => {
        const list = tags.map((tag) => `${tag.weak ? 'W/' : ''}"${tag.opaque}"`).join(', ');
        expect(readIfMatch(ifMatch(list))).toEqual(tags);
      }),
    );
  });

  it('takes any text, and 16 KiB of commas and blanks, in its stride', () => {
    const read = (value: string): void => {
      try {
        readIfMatch(ifMatch(value));
      } catch (error) {
        if (!(error instanceof ValidationError)) throw error;
      }
    };
    fc.assert(fc.property(fc.string({ unit: 'binary' }), read));
    const start = performance.now();
    for (const unit of [',', ' ', '"', 'W/"', '"",', ' ,x']) read(unit.repeat(16_384 / unit.length));
    expect(performance.now() - start).toBeLessThan(200);
  });
});

describe('comparison', () => {
  const both = [
    { weak: true, opaque: '3' },
    { weak: false, opaque: '4' },
  ];

  it.each([
    ['3', false, true],
    ['4', true, true],
    ['5', false, false],
  ])('of W/"3", "4" with "%s" is %s strongly and %s weakly', (current, strongly, weakly) => {
    expect([matchesStrongly(both, current), matchesWeakly(both, current)]).toEqual([strongly, weakly]);
  });

  it('of * with anything holds', () => {
    expect([matchesStrongly('*', '3'), matchesWeakly('*', '3')]).toEqual([true, true]);
  });
});
