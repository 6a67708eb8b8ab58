import type { JsonValue } from '../../platform/json.js';
import { withoutLinks } from './linkless-answer.js';

describe('an answer without links', () => {
  it.each<[string, JsonValue, JsonValue]>([
    ['a link', 'https://files.example/a.jpg?token=t', null],
    ['a link in other letters', 'HTTP://files.example', null],
    ['words around a link', 'see https://files.example', null],
    ['words', 'http is a protocol', 'http is a protocol'],
    ['numbers, truths and nothing', [1, true, null], [1, true, null]],
    ['links within', { a: [{ b: 'https://x', c: 'kept' }] }, { a: [{ b: null, c: 'kept' }] }],
  ])('has of %s what may be kept', (_name, given, kept) => {
    expect(withoutLinks(given)).toEqual(kept);
  });

  it('ends where nothing has an end', () => {
    const deep = JSON.parse(`${'['.repeat(10_000)}${']'.repeat(10_000)}`) as JsonValue;
    expect(JSON.stringify(withoutLinks(deep))).toBe(`${'['.repeat(33)}null${']'.repeat(33)}`);
  });
});
