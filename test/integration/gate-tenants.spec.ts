import { randomUUID } from 'node:crypto';
import type { CallLimit } from '#app/providers/provider-adapter.js';
import type { Gate } from '#app/gates/index.js';
import { paceOf } from '#app/gates/pace.js';
import { startGateProcesses, type GateProcesses } from '../support/gates/gates-in-processes.js';
import { assertKept, type Asked, type Backlog, type Counter, serveTenants } from '../support/gates/waiting-tenants.js';

const SECOND = 1_000;
const SLOW: CallLimit = { calls: 1, perMs: 2 * SECOND };
const EVEN: CallLimit = { calls: 10, perMs: 10 * SECOND };
const FAST: CallLimit = { calls: 100, perMs: SECOND };

describe('tenants who share the rate limit of a gate', () => {
  let world: GateProcesses;
  let gate: Gate;

  beforeAll(async () => {
    world = await startGateProcesses();
  });
  afterAll(() => world.close());
  beforeEach(() => {
    gate = { livemode: true, provider: 'vendor', partition: randomUUID() };
  });

  const counter = (limit: CallLimit, tickMs: number): Counter => {
    return { ...{ world, gate, limit, tickMs }, processes: [world.process(), world.process()] };
  };
  const stepMs = (limit: CallLimit): number => paceOf(limit)!.stepUs / 1_000;
  const ofTenant = (asked: readonly Asked[], tenant: string): Asked[] => asked.filter((each) => each.tenant === tenant);
  const uuids = (count: number): string[] => Array.from({ length: count }, () => randomUUID());
  async function serve(limit: CallLimit, tickMs: number, backlogs: readonly Backlog[]): Promise<Asked[]> {
    const asked = await serveTenants(counter(limit, tickMs), backlogs);
    expect(asked).toHaveLength(backlogs.reduce((sum, { count }) => sum + count, 0));
    assertKept(limit, asked);
    return asked;
  }

  it.each([
    [SLOW, 250],
    [EVEN, 250],
    [EVEN, 1_000],
    [FAST, 50],
  ])('%j, a tick of %i ms: one question is not kept waiting by the 300 of another tenant', async (limit, tickMs) => {
    const [many, one] = [randomUUID(), randomUUID()];
    const inMs = 10.4 * stepMs(limit);
    const asked = await serve(limit, tickMs, [
      { tenant: many, count: 300 },
      { tenant: one, count: 1, inMs },
    ]);
    const [first] = ofTenant(asked, one);
    expect(first!.afterMs).toBeLessThanOrEqual(4 * stepMs(limit) + 2 * tickMs);
    // Nobody's capacity is lost by it, and nobody is put off again and again.
    expect(asked.at(-1)!.atMs - asked[0]!.atMs).toBeLessThanOrEqual(301 * 1.1 * stepMs(limit) + 2 * tickMs);
    expect(Math.max(...asked.map(({ attempts }) => attempts))).toBeLessThanOrEqual(5);
  });

  it('gives a second backlog its half, and the first one the rest, though all its turns were given out', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    const asked = await serve(EVEN, 250, [
      { tenant: first, count: 200 },
      { tenant: second, count: 60, inMs: 10 * SECOND },
    ]);
    const last = asked.indexOf(ofTenant(asked, second).at(-1)!);
    const meanwhile = asked.slice(0, last).filter(({ atMs }) => atMs >= ofTenant(asked, second)[0]!.atMs);
    expect(ofTenant(meanwhile, first).length / meanwhile.length).toBeGreaterThan(1 / 3);
    expect(ofTenant(meanwhile, first).length / meanwhile.length).toBeLessThan(2 / 3);
  });

  it.each([
    [SLOW, 250],
    [EVEN, 250],
    [FAST, 50],
  ])('%j, a tick of %i ms: ten of them with unequal backlogs get like shares while all wait', async (limit, tickMs) => {
    const tenants = uuids(10);
    const asked = await serve(
      limit,
      tickMs,
      tenants.map((tenant, index) => ({ tenant, count: 40 + 8 * index, inMs: index })),
    );
    // Without the calls that came at once, before anybody waited.
    const { stepUs, slackUs } = paceOf(limit)!;
    const shared = asked.slice(1 + slackUs / stepUs).slice(0, 200);
    const shares = tenants.map((tenant) => ofTenant(shared, tenant).length);
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(20 / 1.6);
    expect(Math.max(...shares)).toBeLessThanOrEqual(20 * 1.6);
  });

  it('are each asked within some rounds when a hundred come at once behind a backlog', async () => {
    const [many, ...others] = uuids(101);
    const asked = await serve(EVEN, 250, [
      { tenant: many!, count: 300 },
      ...others.map((tenant) => ({ tenant, count: 1, inMs: 5 * SECOND })),
    ]);
    const waits = asked.filter(({ tenant }) => tenant !== many).map(({ afterMs }) => afterMs);
    expect(Math.max(...waits)).toBeLessThanOrEqual(2 * 101 * stepMs(EVEN));
  });

  it('get turns of their own, whichever process they come to at the same moment', async () => {
    const { processes } = counter(SLOW, 250);
    const tenants = uuids(2);
    const told = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const organizationId = tenants[index % 4 < 2 ? 0 : 1]!;
        const crossing = { gate, organizationId, limit: SLOW, waited: false };
        const outcome = await processes[index % 2]!.gates.through(crossing, () => Promise.resolve({ reason: null }));
        return 'outcome' in outcome ? `${organizationId} ${outcome.until}` : 'asked';
      }),
    );
    expect(told.filter((turn) => turn === 'asked')).toHaveLength(1);
    expect(new Set(told).size).toBe(40);
  });

  it('who never come back for their turns stop nobody', async () => {
    const [gone, there] = [randomUUID(), randomUUID()];
    const { processes } = counter(SLOW, 250);
    const crossing = { gate, organizationId: gone, limit: SLOW, waited: false };
    for (let count = 0; count < 20; count += 1) {
      await processes[0]!.gates.through(crossing, () => Promise.resolve({ reason: null }));
    }
    const asked = await serve(SLOW, 250, [{ tenant: there, count: 5 }]);
    expect(asked.at(-1)!.afterMs).toBeLessThanOrEqual(12 * stepMs(SLOW));
  });

  it('leave nothing in the row when nobody waits any more', async () => {
    const asked = await serve(
      FAST,
      50,
      uuids(20).map((tenant) => ({ tenant, count: 5 })),
    );
    expect(asked).toHaveLength(100);
    world.clock.advance(60 * SECOND);
    await serve(FAST, 50, [{ tenant: randomUUID(), count: 1 }]);
    expect(await world.rowOf(gate)).toMatchObject({ queues: {} });
  });

  it('are more than have queues of their own: the rest share one, and get through', async () => {
    await serve(FAST, 50, [{ tenant: randomUUID(), count: 1 }]);
    await world.sql(
      `update customer_verifications.provider_gates set queues = (select jsonb_object_agg('tenant ' || n, jsonb_build_array(us, us + 1))
        from generate_series(1, 1000) n, (select (extract(epoch from $2::timestamptz) * 1000000)::bigint as us) at) where partition = $1`,
      [gate.partition, world.clock.now()],
    );
    const asked = await serve(FAST, 50, [
      { tenant: randomUUID(), count: 50 },
      { tenant: randomUUID(), count: 1 },
    ]);
    expect(asked).toHaveLength(51);
  });
});
