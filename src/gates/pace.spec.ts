import fc from 'fast-check';
import { paceOf } from './pace.js';

/** What the database does, in whole microseconds: the times at which calls are let through that want to come at `wishes`. */
function passed(pace: { stepUs: number; slackUs: number }, wishes: readonly number[]): number[] {
  let spent = 0;
  return wishes.flatMap((at) => {
    if (spent - pace.slackUs > at) return [];
    spent = Math.max(spent, at) + pace.stepUs;
    return [at];
  });
}

describe('a pace', () => {
  it.each([
    [{ calls: 1, perMs: 1_000 }, 1, 1_000],
    [{ calls: 2, perMs: 1_000 }, 1, 500],
    [{ calls: 30, perMs: 60_000 }, 6, 2_400],
    [{ calls: 600, perMs: 300_000 }, 120, 623.701],
  ])('of %j lets %i come at once, then one every %d ms', (limit, atOnce, stepMs) => {
    const pace = paceOf(limit);
    expect(pace?.stepUs).toBe(stepMs * 1_000);
    expect(passed(pace!, new Array<number>(1_000).fill(7))).toHaveLength(atOnce);
  });

  it('keeps the limit in every window of its length, however the calls come', () => {
    const limits = fc.record({ calls: fc.integer({ min: 1, max: 50 }), perMs: fc.integer({ min: 1, max: 5_000 }) });
    const gapsUs = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2_000_000 })), { maxLength: 300 });
    fc.assert(
      fc.property(limits, gapsUs, (limit, gaps) => {
        let at = 0;
        const times = passed(
          paceOf(limit)!,
          gaps.map((gap) => (at += gap)),
        );
        for (const [index, first] of times.entries()) {
          const beyond = times[index + limit.calls];
          if (beyond !== undefined) expect(beyond - first).toBeGreaterThanOrEqual(limit.perMs * 1_000);
        }
      }),
    );
  });

  it.each([
    { calls: 0, perMs: 1 },
    { calls: NaN, perMs: 1 },
    { calls: 1, perMs: 0 },
    { calls: 1, perMs: Infinity },
  ])('is none for %j', (limit) => {
    expect(paceOf(limit)).toBeNull();
  });
});
