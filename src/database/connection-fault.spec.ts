import { connectionFault } from './connection-fault.js';

describe('why a first connection failed', () => {
  it.each<[string, object, string | null]>([
    ['a closed port', { code: 'ECONNREFUSED' }, 'nothing listens at that address (ECONNREFUSED)'],
    [
      'every address of a name',
      { errors: [{ code: 'ECONNREFUSED' }] },
      'nothing listens at that address (ECONNREFUSED)',
    ],
    ['a wrong password', { code: '28P01' }, 'the server refuses user or password (28P01)'],
    ['a wrong database', { code: '3D000' }, 'the server has no such database (3D000)'],
    ['something else', new TypeError('x'), null],
    ['an error of a statement', { code: '42P01' }, null],
  ])('%s', (_, error, said) => {
    expect(connectionFault(error)).toBe(said);
  });
});
