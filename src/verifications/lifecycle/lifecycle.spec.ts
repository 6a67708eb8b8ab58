import { allowedFrom, type Cause, STATUSES, TRANSITIONS } from './lifecycle.js';

const CAUSES: readonly Cause[] = ['provider', 'override', 'outlived', 'window', 'recheck'];

describe('the table of moves', () => {
  it('is this one and no other', () => {
    const moves = STATUSES.flatMap((from) =>
      CAUSES.flatMap((cause) => allowedFrom(from, cause).map((to) => `${from} -> ${to} by ${cause}`)),
    );
    expect(moves).toEqual([
      'pending -> verified by provider',
      'pending -> failed by provider',
      'pending -> expired by provider',
      'pending -> verified by override',
      'pending -> failed by override',
      'pending -> expired by override',
      'pending -> failed by window',
      'pending -> expired by window',
      'verified -> failed by provider',
      'verified -> expired by provider',
      'verified -> verified by override',
      'verified -> failed by override',
      'verified -> expired by override',
      'verified -> expired by outlived',
      'failed -> verified by provider',
      'failed -> expired by provider',
      'failed -> verified by override',
      'failed -> pending by recheck',
      'expired -> verified by provider',
      'expired -> failed by provider',
      'expired -> verified by override',
      'expired -> pending by recheck',
    ]);
  });

  it('names each move once', () => {
    const moves = TRANSITIONS.flatMap(({ from, to, by }) =>
      to.flatMap((status) => by.map((cause) => `${from} ${status} ${cause}`)),
    );
    expect(new Set(moves).size).toBe(moves.length);
  });
});
