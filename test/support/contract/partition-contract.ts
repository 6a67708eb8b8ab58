import type { Check } from '../../../src/providers/provider-adapter.js';
import type { ContractBench } from './contract-bench.js';

/** What an adapter says fails as one, and how often that may be asked: a word for rows and logs, and a limit that is one. */
export function describePartition(bench: ContractBench): void {
  const { adapter, contract } = bench;

  describe.each(contract.cases.map((row) => [row.name, row] as const))(
    'stands before a gate, with %s:',
    (_name, row) => {
      /** As at a start and, without input, for a customer action. */
      const checks = (): Check[] => {
        const check = bench.checkOf(row);
        return [check, { ...check, input: {} }];
      };

      it('a partition that is short, printable and private', () => {
        const { connection } = bench.vendor;
        const hidden = [...Object.values(connection.credentials), ...(row.privateValues ?? [])];
        for (const check of checks()) {
          const partition = adapter.partitionOf?.(check, connection) ?? 'none';
          expect(partition).toMatch(/^[\x20-\x7e]{1,64}$/);
          expect(hidden.filter((value) => value !== '' && partition.includes(value))).toEqual([]);
          expect(adapter.partitionOf?.(check, connection) ?? 'none').toBe(partition);
        }
      });

      it('a limit that lets something through', () => {
        for (const check of checks()) {
          const limit = adapter.limitOf?.(check, bench.vendor.connection) ?? { calls: 1, perMs: 1 };
          expect(limit.calls).toBeGreaterThanOrEqual(1);
          expect(limit.perMs).toBeGreaterThan(0);
          expect(Number.isFinite(limit.perMs)).toBe(true);
        }
      });
    },
  );
}
