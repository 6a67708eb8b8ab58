import { randomUUID } from 'node:crypto';
import { pause } from '#app/platform/deadline.js';
import type { Crossing, Gate, Refusal, Said } from '#app/gates/index.js';
import { startGateProcesses, type GateProcess, type GateProcesses } from '../support/gates/gates-in-processes.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const ANSWER: Said = { reason: 'register_active' };
const FAULT: Said = { reason: 'provider_timeout', retry: { class: 'timeout' } };
const DEFECT: Said = { reason: 'adapter_fault', retry: { class: 'outage' } };
const throttled = (afterMs: number): Said => ({ reason: 'provider_throttled', retry: { class: 'throttle', afterMs } });

describe('gates that several processes share', () => {
  let world: GateProcesses;
  let one: GateProcess;
  let other: GateProcess;
  let gate: Gate;

  beforeAll(async () => {
    world = await startGateProcesses();
  });
  afterAll(() => world.close());
  beforeEach(() => {
    [one, other] = [world.process(), world.process()];
    gate = { livemode: false, provider: 'vendor', partition: randomUUID() };
    world.logged.length = 0;
  });

  const crossing = (change: Partial<Crossing> = {}): Crossing => ({
    ...{ gate, organizationId: randomUUID(), limit: null, waited: false },
    ...change,
  });
  const ask = (by: GateProcess, said: Said = ANSWER, change: Partial<Crossing> = {}): Promise<Said | Refusal> =>
    by.gates.through(crossing(change), () => Promise.resolve(said));
  const times = async (count: number, by: GateProcess, said: Said): Promise<void> => {
    for (let done = 0; done < count; done += 1) await ask(by, said);
  };
  const refused = { outcome: 'not_asked', reason: 'provider_unavailable' };
  /** Lets so much time pass that everybody reads again. */
  const later = (milliseconds = SECOND): void => {
    world.clock.advance(milliseconds);
  };
  const opened = async (): Promise<void> => {
    await times(5, one, FAULT);
    later();
  };
  const sqlOf = ({ database }: GateProcess): string[] => database.statements.filter((name) => name !== 'gates_shut');

  it('open by the faults of one process, for all, and leave other gates alone', async () => {
    await times(4, one, FAULT);
    expect(await ask(one, FAULT)).toEqual(FAULT);
    later();
    expect(await ask(one)).toMatchObject(refused);
    expect(await ask(other)).toMatchObject(refused);
    for (const elsewhere of [
      { ...gate, partition: 'another' },
      { ...gate, provider: 'another' },
      { ...gate, livemode: true },
    ]) {
      expect(await ask(other, ANSWER, { gate: elsewhere })).toEqual(ANSWER);
    }
    expect(await world.rowOf(gate)).toMatchObject({
      ...{ organization_id: '00000000-0000-0000-0000-000000000000', trips: 1, reason: 'provider_timeout' },
    });
    expect(sqlOf(one)).toEqual(['gates_open']);
    expect(world.logged).toEqual([
      expect.objectContaining({ event: 'circuit_opened', ...gate, reason: 'provider_timeout' }),
    ]);
  });

  it('tell each who waits another time, none before they open', async () => {
    await opened();
    const { shut_until: until } = (await world.rowOf(gate))!;
    const told = new Set<string>();
    for (let count = 0; count < 50; count += 1) told.add(((await ask(other)) as Refusal).until);
    expect(told.size).toBeGreaterThan(40);
    expect([...told].every((at) => new Date(at) >= (until as Date))).toBe(true);
  });

  it('let one question of one process try the vendor, and open for all with its answer', async () => {
    await opened();
    later(30 * SECOND);
    const third = world.process();
    let answer: (said: Said) => void = () => undefined;
    const asked: unknown[] = [];
    const probing = (by: GateProcess) => (): Promise<Said> => {
      asked.push(by);
      return new Promise((resolve) => (answer = resolve));
    };
    const all = [one, one, other, other, third, third].map((by) => by.gates.through(crossing(), probing(by)));
    let settled = 0;
    for (const each of all) void each.then(() => (settled += 1));
    await eventually(() => Promise.resolve(asked.length === 1 && settled === 5));
    answer(ANSWER);
    const outcomes = await Promise.all(all);
    expect(asked).toHaveLength(1);
    expect(outcomes.filter((outcome) => 'outcome' in outcome)).toHaveLength(5);
    expect(await world.rowOf(gate)).toMatchObject({ trips: 0, shut_until: null, reason: null, probe_until: null });
    later();
    for (const by of [one, other, third]) expect(await ask(by)).toEqual(ANSWER);
    const closing = world.logged.filter(({ event }) => event === 'circuit_closed');
    expect(closing).toEqual([expect.objectContaining({ ...gate, seconds: 31 })]);
  });

  it('stay shut for longer each time that the vendor is tried in vain', async () => {
    await opened();
    const waits: number[] = [];
    for (const by of [other, one, other, other, one]) {
      later(5 * MINUTE);
      expect(await ask(by, FAULT)).toEqual(FAULT);
      expect(await ask(by)).toMatchObject(refused);
      const { shut_until: until } = (await world.rowOf(gate))!;
      waits.push(((until as Date).getTime() - Date.parse(world.clock.now())) / SECOND);
    }
    for (const [index, most] of [60, 120, 240, 300, 300].entries()) {
      expect(waits[index]).toBeLessThanOrEqual(most);
      expect(waits[index]).toBeGreaterThanOrEqual(most * 0.8 - 1);
    }
    later(5 * MINUTE);
    expect(await ask(other)).toEqual(ANSWER);
    later();
    expect(await ask(one)).toEqual(ANSWER);
  });

  it('are tried by somebody else when the claim of a process that died has run out', async () => {
    await opened();
    later(30 * SECOND);
    void one.gates.through(crossing(), () => new Promise<Said>(() => undefined));
    await expect(eventually(async () => (await world.rowOf(gate))?.['probe_until'])).resolves.not.toBeNull();
    expect(await ask(other)).toMatchObject(refused);
    const [left] = await world.sql<{ seconds: number }>(
      `select extract(epoch from probe_until - clock_timestamp())::float8 as seconds
        from customer_verifications.provider_gates where partition = $1`,
      [gate.partition],
    );
    expect(left?.seconds).toBeGreaterThan(3);
    expect(left?.seconds).toBeLessThanOrEqual(8);
    await world.sql(
      `update customer_verifications.provider_gates set probe_until = clock_timestamp() - interval '1 second' where partition = $1`,
      [gate.partition],
    );
    later();
    expect(await ask(other)).toEqual(ANSWER);
  });

  it('are neither opened nor closed by a defect of our adapter', async () => {
    await times(20, one, DEFECT);
    expect(await world.rowOf(gate)).toBeUndefined();
    await opened();
    later(30 * SECOND);
    expect(await ask(other, DEFECT)).toEqual(DEFECT);
    expect(await world.rowOf(gate)).toMatchObject({ trips: 1, probe_until: null });
    later();
    expect(await ask(one)).toEqual(ANSWER);
    expect(await world.rowOf(gate)).toMatchObject({ trips: 0 });
  });

  it('are free for the next trial where a trial was broken off', async () => {
    await opened();
    later(30 * SECOND);
    const broken = one.gates.through(crossing(), () => Promise.reject(new Error('shutting down')));
    await expect(broken).rejects.toThrow('shutting down');
    expect(await ask(other)).toEqual(ANSWER);
  });

  it('forget an open circuit that nobody has tried for an hour', async () => {
    await opened();
    later(62 * MINUTE);
    await times(4, other, FAULT);
    expect(await ask(other)).toEqual(ANSWER);
    await times(5, other, FAULT);
    expect(await world.rowOf(gate)).toMatchObject({ trips: 1 });
    later();
    expect(await ask(one)).toMatchObject(refused);
  });

  it('heed a vendor that wants to be left alone, in every process', async () => {
    expect(await ask(one, throttled(40 * SECOND))).toEqual(throttled(40 * SECOND));
    expect(await ask(one)).toMatchObject({ outcome: 'not_asked', reason: 'provider_throttled' });
    later(39 * SECOND);
    expect(await ask(other)).toMatchObject({ outcome: 'not_asked', reason: 'provider_throttled' });
    later(SECOND);
    // Then everybody passes: it has never been away.
    expect(await Promise.all([ask(one), ask(other), ask(other)])).toEqual([ANSWER, ANSWER, ANSWER]);
  });

  it('are shut for an hour at most, and never opened early by a shorter wish', async () => {
    await ask(one, throttled(48 * 60 * MINUTE));
    later();
    await world.process().gates.through(crossing({ gate: { ...gate, partition: 'x' } }), () => Promise.resolve(ANSWER));
    later(58 * MINUTE);
    expect(await ask(other)).toMatchObject({ outcome: 'not_asked' });
    later(2 * MINUTE);
    expect(await ask(other)).toEqual(ANSWER);
  });

  it('keep a circuit open through a wish to be left alone, and the other way round', async () => {
    const calls: ((said: Said) => void)[] = [];
    const late = one.gates.through(crossing(), () => new Promise<Said>((resolve) => calls.push(resolve)));
    await expect(eventually(() => Promise.resolve(calls.length > 0))).resolves.toBe(true);
    await opened();
    calls[0]!(throttled(10 * MINUTE));
    await late;
    expect(await world.rowOf(gate)).toMatchObject({ trips: 1, reason: 'provider_timeout' });
    later(9 * MINUTE);
    expect(await ask(other)).toMatchObject(refused);
    later(MINUTE);
    expect(await ask(other)).toEqual(ANSWER);
    expect(await world.rowOf(gate)).toMatchObject({ trips: 0 });
  });

  it('heed one that does not say for how long, for half a minute', async () => {
    await ask(one, { reason: 'provider_throttled', retry: { class: 'throttle' } });
    later(29 * SECOND);
    for (const by of [one, other]) {
      expect(await ask(by)).toMatchObject({ outcome: 'not_asked', reason: 'provider_throttled' });
    }
    later(SECOND);
    expect(await Promise.all([ask(one), ask(other)])).toEqual([ANSWER, ANSWER]);
  });

  it('ask the database at most once a second, and not at all where nobody asks a provider', async () => {
    for (let count = 0; count < 20; count += 1) await ask(one);
    expect(one.database.statements).toEqual(['gates_shut']);
    later();
    await Promise.all(Array.from({ length: 20 }, () => ask(one)));
    expect(one.database.statements).toEqual(['gates_shut', 'gates_shut']);
    later(MINUTE);
    expect(one.database.statements).toHaveLength(2);
    expect(other.database.statements).toEqual([]);
  });

  it.each(['fails', 'hangs'] as const)(
    'go by what the process itself sees while the database %s',
    async (fault) => {
      one.database.fault = fault;
      await times(5, one, FAULT);
      expect(await ask(one)).toMatchObject(refused);
      expect(await ask(one, ANSWER, { gate: { ...gate, partition: 'other' } })).toEqual(ANSWER);
      later(30 * SECOND);
      expect(await ask(one, FAULT)).toEqual(FAULT);
      expect(await ask(one)).toMatchObject(refused);
      later(MINUTE);
      expect(await ask(one)).toEqual(ANSWER);
      // A limit is kept by whoever can't count, too: such a question comes again.
      const limited = await ask(one, ANSWER, { limit: { calls: 1, perMs: MINUTE } });
      expect(limited).toMatchObject({ outcome: 'not_asked', reason: 'provider_throttled' });
    },
    30_000,
  );

  it('are tried while the database is away, one question at a time', async () => {
    await opened();
    later(30 * SECOND);
    await other.gates.state('vendor', false);
    other.database.fault = 'fails';
    let answer: (said: Said) => void = () => undefined;
    let asked = false;
    const trial = other.gates.through(crossing(), () => {
      asked = true;
      return new Promise<Said>((resolve) => (answer = resolve));
    });
    await eventually(() => Promise.resolve(asked));
    expect(await ask(other)).toMatchObject(refused);
    answer(ANSWER);
    expect(await trial).toEqual(ANSWER);
    expect(await ask(other)).toEqual(ANSWER);
  });

  it('say what is shut', async () => {
    await opened();
    const partition = randomUUID();
    await ask(one, throttled(MINUTE), { gate: { ...gate, partition } });
    later();
    const states = (await other.gates.state('vendor', false)).filter((state) =>
      [gate.partition, partition].includes(state.partition),
    );
    expect(states.map(({ kind, reason, partition: name }) => [name, kind, reason])).toEqual(
      expect.arrayContaining([
        [gate.partition, 'circuit', 'provider_unavailable'],
        [partition, 'throttle', 'provider_throttled'],
      ]),
    );
    expect(await other.gates.state('vendor', true)).toEqual([]);
    expect(await other.gates.state('another', false)).toEqual([]);
  });
});

/** The first answer that is neither null nor false; throws where there is none for a while. */
async function eventually<Value>(look: () => Promise<Value>): Promise<Value> {
  for (let count = 0; count < 2_000; count += 1) {
    const found = await look();
    if (found !== null && found !== false && found !== undefined) return found;
    await pause(2);
  }
  throw new Error('it never happened');
}
