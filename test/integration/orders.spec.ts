import { runOrders } from '../support/orders-script.js';

describe('what happens to a verification', () => {
  it('ends in one state in whatever order it is heard of', async () => {
    const { code, stdout } = await runOrders('--rounds', '240');
    expect(stdout).toMatch(/^permutations: \{"sets":12,"orders":240,.*"differences":0\}/m);
    expect(code).toBe(0);
  }, 120_000);

  it.each([
    ['takes the last word for the greatest', 'last-word', /two orders \(.*\) end with .*\nsmallest:\n/],
    ['lets an outage say whose move it is', 'fault-is-word', /by the law \{[^}]*"awaiting":"\w+"/],
  ])(
    'is seen to differ where the service %s',
    async (_, wrong, found) => {
      const { code, stdout } = await runOrders('--rounds', '80', '--orders', '4', '--wrong', wrong);
      expect(stdout).toMatch(found);
      expect(code).toBe(1);
    },
    120_000,
  );
});
