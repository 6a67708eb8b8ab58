import fc from 'fast-check';
import { parseUuid } from './uuid-input.js';

describe('parseUuid', () => {
  it.each([
    ['0193f0a0-7b1c-7def-8abc-0123456789ab', '0193f0a0-7b1c-7def-8abc-0123456789ab'],
    ['0193F0A0-7B1C-7DEF-8ABC-0123456789AB', '0193f0a0-7b1c-7def-8abc-0123456789ab'],
    ['00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000'],
  ])('reads %s', (text, id) => {
    expect(parseUuid(text)).toBe(id);
  });

  it.each([
    '{0193f0a0-7b1c-7def-8abc-0123456789ab}',
    'urn:uuid:0193f0a0-7b1c-7def-8abc-0123456789ab',
    '0193f0a07b1c7def8abc0123456789ab',
    '0193f0a0-7b1c-7def-8abc-0123456789ab\n',
    '0193f0a0-7b1c-7def-8abc-0123456789ag',
    '0193f0a-07b1c-7def-8abc-0123456789ab',
    '',
  ])('refuses %j', (text) => {
    expect(parseUuid(text)).toBeNull();
  });

  it('reads every uuid in either case to the same text', () => {
    fc.assert(fc.property(fc.uuid(), (id) => parseUuid(id.toUpperCase()) === id.toLowerCase()));
  });

  it('gives null or lower case, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const id = parseUuid(text);
        expect(id === null || id === text.toLowerCase()).toBe(true);
      }),
    );
  });
});
