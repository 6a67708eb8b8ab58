import { randomUUID } from 'node:crypto';
import type { Gate, Refusal, Said } from '#app/gates/index.js';
import { startGateProcesses, type GateProcess, type GateProcesses } from '../support/gates/gates-in-processes.js';

const SECOND = 1_000;
const ANSWER: Said = { reason: 'vat_registered' };
const STATE_DOWN: Said = { reason: 'member_state_unavailable', retry: { class: 'outage' } };
const ALL_DOWN: Said = { reason: 'provider_unavailable', retry: { class: 'outage', of: 'provider' } };
const STATE_BUSY: Said = { reason: 'provider_throttled', retry: { class: 'throttle' } };
const ALL_BUSY: Said = { reason: 'provider_throttled', retry: { class: 'throttle', of: 'provider' } };

describe('the gate before a whole vendor', () => {
  let world: GateProcesses;
  let one: GateProcess;
  let other: GateProcess;
  let provider: string;

  beforeAll(async () => {
    world = await startGateProcesses();
  });
  afterAll(() => world.close());
  beforeEach(() => {
    [one, other] = [world.process(), world.process()];
    provider = `vendor-${randomUUID()}`;
    world.logged.length = 0;
  });

  const of = (partition: string): Gate => ({ livemode: false, provider, partition });
  const ask = (by: GateProcess, partition: string, said: Said = ANSWER, times = 1): Promise<Said | Refusal> => {
    const crossing = { gate: of(partition), organizationId: randomUUID(), limit: null, waited: false };
    const asked = by.gates.through(crossing, () => Promise.resolve(said));
    return times === 1 ? asked : asked.then(() => ask(by, partition, said, times - 1));
  };
  const later = (milliseconds = SECOND): void => {
    world.clock.advance(milliseconds);
  };
  const unasked = (reason: string): object => ({ outcome: 'not_asked', reason });

  it('shuts when five answers about one partition say that all is down, for all partitions and processes', async () => {
    expect(await ask(one, 'DE', ALL_DOWN, 5)).toEqual(ALL_DOWN);
    expect(await ask(one, 'FR')).toMatchObject(unasked('provider_unavailable'));
    later();
    for (const by of [one, other]) {
      for (const partition of ['DE', 'FR']) {
        expect(await ask(by, partition)).toMatchObject(unasked('provider_unavailable'));
      }
    }
    // One gate has opened, not two: the partition has done nothing.
    expect(await world.rowOf(of('DE'))).toBeUndefined();
    expect(await world.rowOf(of('*'))).toMatchObject({ trips: 1, reason: 'provider_unavailable' });
    expect(world.logged).toEqual([expect.objectContaining({ event: 'circuit_opened', provider, partition: '*' })]);
    expect(await other.gates.state(provider, false)).toEqual([
      expect.objectContaining({ partition: '*', kind: 'circuit', reason: 'provider_unavailable' }),
    ]);
  });

  it('counts them over all partitions, and from the beginning after any answer', async () => {
    for (const partition of ['DE', 'FR', 'IT', 'ES']) await ask(one, partition, ALL_DOWN);
    await ask(one, 'PL', ANSWER);
    for (const partition of ['DE', 'FR', 'IT', 'ES']) await ask(one, partition, ALL_DOWN);
    expect(await ask(one, 'PL', ALL_DOWN)).toEqual(ALL_DOWN);
    expect(await ask(one, 'AT')).toMatchObject(unasked('provider_unavailable'));
  });

  it('stays open while one partition is down, which says nothing of the others', async () => {
    await ask(one, 'DE', STATE_DOWN, 5);
    later();
    expect(await ask(one, 'DE')).toMatchObject(unasked('member_state_unavailable'));
    for (const by of [one, other]) expect(await ask(by, 'FR')).toEqual(ANSWER);
    expect(await world.rowOf(of('*'))).toBeUndefined();
  });

  it('opens for all with one answer about any partition', async () => {
    await ask(one, 'DE', ALL_DOWN, 5);
    later(30 * SECOND);
    expect(await ask(other, 'FR')).toEqual(ANSWER);
    later();
    for (const partition of ['DE', 'FR']) expect(await ask(one, partition)).toEqual(ANSWER);
    expect(await world.rowOf(of('*'))).toMatchObject({ trips: 0, shut_until: null });
  });

  it('is shut for longer where the trial finds all down, and free for the next one where it finds a partition down', async () => {
    await ask(one, 'DE', ALL_DOWN, 5);
    later(30 * SECOND);
    expect(await ask(other, 'FR', STATE_DOWN)).toEqual(STATE_DOWN);
    expect(await world.rowOf(of('*'))).toMatchObject({ trips: 1, probe_until: null });
    expect(await ask(other, 'IT', ALL_DOWN)).toEqual(ALL_DOWN);
    expect(await world.rowOf(of('*'))).toMatchObject({ trips: 2 });
    later();
    expect(await ask(one, 'DE')).toMatchObject(unasked('provider_unavailable'));
  });

  it.each([
    ['one partition, for that alone', STATE_BUSY, 'DE', ANSWER],
    ['all, for all', ALL_BUSY, '*', unasked('provider_throttled')],
  ])('heeds a throttle of %s', async (_name, said, shut, elsewhere) => {
    await ask(one, 'DE', said);
    later();
    expect(await ask(other, 'DE')).toMatchObject(unasked('provider_throttled'));
    expect(await ask(other, 'FR')).toMatchObject(elsewhere);
    expect((await other.gates.state(provider, false)).map(({ partition }) => partition)).toEqual([shut]);
    later(29 * SECOND);
    for (const partition of ['DE', 'FR']) expect(await ask(other, partition)).toEqual(ANSWER);
  });

  it('costs no statement of its own', async () => {
    await ask(one, 'DE');
    await ask(one, 'FR');
    expect(one.database.statements).toEqual(['gates_shut']);
  });

  it('goes by what the process itself sees while the database is away', async () => {
    one.database.fault = 'fails';
    await ask(one, 'DE', ALL_DOWN, 5);
    expect(await ask(one, 'FR')).toMatchObject(unasked('provider_unavailable'));
    later(30 * SECOND);
    expect(await ask(one, 'FR')).toEqual(ANSWER);
    expect(await ask(one, 'DE')).toEqual(ANSWER);
  });

  it('keeps a limit over all partitions, and spends nothing of it on one that is shut', async () => {
    const limit = { calls: 1, perMs: SECOND, of: 'provider' } as const;
    const calls: string[] = [];
    const cross = (by: GateProcess, partition: string, said = ANSWER): Promise<Said | Refusal> =>
      by.gates.through({ gate: of(partition), organizationId: randomUUID(), limit, waited: false }, () => {
        calls.push(partition);
        return Promise.resolve(said);
      });
    for (let count = 0; count < 5; count += 1) {
      await cross(one, 'DE', STATE_DOWN);
      later();
    }
    for (let count = 0; count < 50; count += 1) await cross(other, 'DE');
    expect(await cross(one, 'FR')).toEqual(ANSWER);
    expect(await cross(other, 'PL')).toMatchObject(unasked('provider_throttled'));
    expect(calls).toEqual(['DE', 'DE', 'DE', 'DE', 'DE', 'FR']);
    expect(await world.rowOf({ ...of('FR'), livemode: true })).toBeUndefined();
  });

  it('spends nothing of it on a partition that is just being tried, either', async () => {
    const limit = { calls: 1, perMs: SECOND, of: 'provider' } as const;
    const cross = (partition: string, call: () => Promise<Said>): Promise<Said | Refusal> =>
      one.gates.through({ gate: of(partition), organizationId: randomUUID(), limit, waited: false }, call);
    for (let count = 0; count < 5; count += 1) {
      await cross('DE', () => Promise.resolve(STATE_DOWN));
      later();
    }
    later(30 * SECOND);
    const [begun, answer] = [Promise.withResolvers<null>(), Promise.withResolvers<Said>()];
    const trial = cross('DE', () => {
      begun.resolve(null);
      return answer.promise;
    });
    await begun.promise;
    later();
    for (let count = 0; count < 20; count += 1) {
      expect(await cross('DE', () => Promise.resolve(ANSWER))).toMatchObject(unasked('member_state_unavailable'));
    }
    expect(await cross('FR', () => Promise.resolve(ANSWER))).toEqual(ANSWER);
    answer.resolve(ANSWER);
    expect(await trial).toEqual(ANSWER);
  });
});
