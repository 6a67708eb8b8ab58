import { randomUUID } from 'node:crypto';
import { epochMilliseconds } from '#app/platform/clock.js';
import type { CallLimit } from '#app/providers/provider-adapter.js';
import type { Crossing, Gate, Said } from '#app/gates/index.js';
import { startGateProcesses, type GateProcess, type GateProcesses } from '../support/gates/gates-in-processes.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** No more than there are connections, or a few rounds of them: who waits a second for the database passes without it. */
const AT_ONCE = 16;
const ANSWER: Said = { reason: 'register_active' };

describe('the rate limit of a gate', () => {
  let world: GateProcesses;
  let processes: GateProcess[];
  let gate: Gate;

  beforeAll(async () => {
    world = await startGateProcesses();
  });
  afterAll(() => world.close());
  beforeEach(() => {
    processes = [world.process(), world.process()];
    gate = { livemode: true, provider: 'vendor', partition: randomUUID() };
  });

  /** One that wants to ask: now, and whenever it is told to come back. */
  interface Waiter {
    until: string;
    waited: boolean;
    answered: boolean;
    readonly livemode?: boolean;
  }
  const organizationId = randomUUID();
  const cross = (limit: CallLimit | null, waited: boolean): Crossing => ({ gate, organizationId, limit, waited });

  async function comes(waiter: Waiter, index: number, limit: CallLimit, call: () => Promise<Said>): Promise<void> {
    const { gates } = processes[index % processes.length]!;
    const own = { ...gate, livemode: waiter.livemode ?? true };
    const outcome = await gates.through({ ...cross(limit, waiter.waited), gate: own }, call);
    if ('outcome' in outcome) Object.assign(waiter, { until: outcome.until, waited: true });
    else waiter.answered = true;
  }

  /** Everybody comes when they were told to, in the order of their times; answers when the calls were made. */
  async function serve(limit: CallLimit, waiters: Waiter[], tickMs: number): Promise<number[]> {
    const calls: number[] = [];
    const call = (): Promise<Said> => {
      calls.push(epochMilliseconds(world.clock.now()));
      return Promise.resolve(ANSWER);
    };
    for (let tick = 0; waiters.some(({ answered }) => !answered); tick += 1) {
      if (tick === 5_000) throw new Error('somebody is never answered');
      const due = waiters.filter(({ until, answered }) => !answered && until <= world.clock.now());
      for (let from = 0; from < due.length; from += AT_ONCE) {
        await Promise.all(due.slice(from, from + AT_ONCE).map((waiter, index) => comes(waiter, index, limit, call)));
      }
      world.clock.advance(tickMs);
    }
    return calls;
  }
  const fresh = (count: number): Waiter[] =>
    Array.from({ length: count }, () => ({ until: world.clock.now(), waited: false, answered: false }));
  function assertKept({ calls: most, perMs }: CallLimit, calls: readonly number[]): void {
    for (const [index, first] of calls.entries()) {
      const beyond = calls[index + most];
      if (beyond !== undefined) expect(beyond - first).toBeGreaterThanOrEqual(perMs);
    }
  }

  it.each([
    [{ calls: 1, perMs: 2 * SECOND }, 12, 100],
    [{ calls: 10, perMs: 10 * SECOND }, 60, 1_000],
    [{ calls: 30, perMs: MINUTE }, 90, 1_000],
    [{ calls: 100, perMs: SECOND }, 300, 250],
  ])('%j is kept in every window by two processes, and all %i are answered', async (limit, count, tickMs) => {
    const calls = await serve(limit, fresh(count), tickMs);
    expect(calls).toHaveLength(count);
    assertKept(limit, calls);
    // Four fifths of what the limit allows flow, but for ticks that come late.
    const least = ((count - limit.calls) / limit.calls) * limit.perMs;
    expect(calls.at(-1)! - calls[0]!).toBeLessThanOrEqual(least * 1.4 + limit.perMs + tickMs);
  });

  it('gives those who wait turns of their own, in the order in which they came', async () => {
    const limit = { calls: 6, perMs: 6 * SECOND };
    const told: string[] = [];
    for (let count = 0; count < 20; count += 1) {
      const outcome = await processes[count % 2]!.gates.through(cross(limit, false), () => Promise.resolve(ANSWER));
      if ('outcome' in outcome) told.push(outcome.until);
    }
    expect(told).toHaveLength(18);
    expect(new Set(told).size).toBe(18);
    expect(told).toEqual([...told].sort());
    const steps = told.slice(1).map((at, index) => Date.parse(at) - Date.parse(told[index]!));
    expect(new Set(steps)).toEqual(new Set([1_200]));
  });

  it('counts the questions of live and test keys together, as the vendor does', async () => {
    const limit = { calls: 10, perMs: 10 * SECOND };
    const test = fresh(30).map((waiter) => ({ ...waiter, livemode: false }));
    const calls = await serve(limit, [...fresh(30), ...test], SECOND);
    expect(calls).toHaveLength(60);
    assertKept(limit, calls);
  });

  it('lets nobody who has just come pass those who wait', async () => {
    const limit = { calls: 1, perMs: SECOND };
    const [first] = processes;
    const waiters = fresh(3);
    expect(await serveOnce(waiters, limit)).toBe(1);
    world.clock.advance(SECOND);
    const late = await first!.gates.through(cross(limit, false), () => Promise.resolve(ANSWER));
    expect(late).toMatchObject({ outcome: 'not_asked', reason: 'provider_throttled' });
    expect(await serveOnce(waiters, limit)).toBe(1);
  });

  it('lets who can come only now pass as soon as there is room, however often it asks, and whoever of its own waits', async () => {
    const limit = { calls: 1, perMs: SECOND };
    const [first] = processes;
    const waiters = fresh(20);
    expect(await serveOnce(waiters, limit)).toBe(1);
    const passed: number[] = [];
    for (let tick = 0; tick < 100; tick += 1) {
      world.clock.advance(100);
      const only = { ...cross(limit, false), onlyNow: true };
      const outcome = await first!.gates.through(only, () => Promise.resolve(ANSWER));
      if (!('outcome' in outcome)) passed.push(tick);
      else expect(Date.parse(outcome.until) - Date.parse(world.clock.now())).toBeLessThanOrEqual(SECOND);
    }
    expect(passed).toEqual([9, 19, 29, 39, 49, 59, 69, 79, 89, 99]);
    // And those who wait come all the same.
    world.clock.advance(60 * SECOND);
    expect(await serveOnce(waiters, limit)).toBe(1);
  });

  it('is no burden where an adapter has none: no row, no statement', async () => {
    const [first] = processes;
    for (let count = 0; count < 5; count += 1) {
      await first!.gates.through(cross(null, false), () => Promise.resolve(ANSWER));
    }
    expect(first!.database.statements).toEqual(['gates_shut']);
    expect(await world.rowOf(gate)).toBeUndefined();
  });

  it('costs one statement a question', async () => {
    const [first] = processes;
    const limit = { calls: 1_000, perMs: SECOND };
    for (let count = 0; count < 5; count += 1) {
      await first!.gates.through(cross(limit, false), () => Promise.resolve(ANSWER));
    }
    const turns = ['gates_turn', 'gates_add', ...Array.from({ length: 5 }, () => 'gates_turn')];
    expect(first!.database.statements).toEqual(['gates_shut', ...turns]);
  });

  async function serveOnce(waiters: Waiter[], limit: CallLimit): Promise<number> {
    let calls = 0;
    for (const waiter of waiters.filter(({ answered, until }) => !answered && until <= world.clock.now())) {
      const outcome = await processes[0]!.gates.through(cross(limit, waiter.waited), () => {
        calls += 1;
        return Promise.resolve(ANSWER);
      });
      if ('outcome' in outcome) Object.assign(waiter, { until: outcome.until, waited: true });
      else waiter.answered = true;
    }
    return calls;
  }
});
