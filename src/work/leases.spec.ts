import { randomUUID } from 'node:crypto';
import type { DueRows } from './due-rows.js';
import type { ClaimedRow } from './due-work.js';
import { Leases } from './leases.js';

// Of an ES module Jest has no global of its own.
const { jest: time } = import.meta as unknown as { readonly jest: typeof jest };

const HEARTBEAT_MS = 5_000;

describe('rows in hand', () => {
  beforeEach(() => time.useFakeTimers());
  afterEach(() => time.useRealTimers());

  const rowOf = (organizationId: string): ClaimedRow => ({
    scope: { organizationId, livemode: true },
    id: organizationId,
    attempt: 1,
  });

  it('are kept at each heartbeat, and no longer than the work on them takes', async () => {
    const renewed: string[][] = [];
    const renew = (_scope: unknown, rows: readonly ClaimedRow[]): Promise<string[]> => {
      renewed.push(rows.map(({ id }) => id));
      return Promise.resolve([]);
    };
    const leases = new Leases({ renew } as unknown as DueRows);
    const [organization, work] = [randomUUID(), Promise.withResolvers<string>()];
    const done = leases.during(rowOf(organization), () => work.promise);
    await time.advanceTimersByTimeAsync(2 * HEARTBEAT_MS);
    expect(renewed).toEqual([[organization], [organization]]);
    work.resolve('done');
    expect(await done).toBe('done');
    await time.advanceTimersByTimeAsync(2 * HEARTBEAT_MS);
    expect([renewed.length, leases.size]).toEqual([2, 0]);
  });

  it('are kept whatever becomes of another tenant’s renewal', async () => {
    const [stuck, broken, well] = [randomUUID(), randomUUID(), randomUUID()];
    const renewed: string[] = [];
    const renew = ({ organizationId }: ClaimedRow['scope']): Promise<string[]> => {
      renewed.push(organizationId);
      if (organizationId === stuck) return new Promise(() => undefined);
      return organizationId === broken ? Promise.reject(new Error('away')) : Promise.resolve([]);
    };
    const leases = new Leases({ renew } as unknown as DueRows);
    const work = Promise.withResolvers<null>();
    const held = [stuck, broken, well].map((one) => leases.during(rowOf(one), () => work.promise));
    await time.advanceTimersByTimeAsync(4 * HEARTBEAT_MS);
    expect(renewed.filter((one) => one === well).length).toBeGreaterThanOrEqual(2);
    work.resolve(null);
    await Promise.all(held);
  });
});
