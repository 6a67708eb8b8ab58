import { runOrders } from '../support/orders-script.js';

describe('what happens to a verification at once', () => {
  it('makes no move that is not in the table, and loses nothing', async () => {
    const { code, stdout } = await runOrders('--races', '160');
    expect(stdout).toMatch(/^races: \{"races":160,.*"illegal":0,.*"faults":0,"deadlocks":0\}/m);
    expect(code).toBe(0);
  }, 120_000);

  it.each([
    // How a race goes is chance: of so many some surely go wrong.
    ['lets an override move anything anywhere', 'any-override', '256', /^races: .*"illegal":[1-9]/m],
    ['reads rows without a lock', 'unlocked', '160', /version \d+ was acknowledged to two/],
  ])(
    'is seen to go wrong where the service %s',
    async (_, wrong, races, found) => {
      const { code, stdout } = await runOrders('--races', races, '--wrong', wrong);
      expect(stdout).toMatch(found);
      expect(code).toBe(1);
    },
    120_000,
  );
});
