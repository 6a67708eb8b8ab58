import { ScriptedClock } from '../../test/support/scripted-clock.js';
import { Circuit } from './circuit.js';
import type { Said } from './verdict.js';

const FAULT: Said = { reason: 'provider_timeout', retry: { class: 'timeout' } };
const ANSWER: Said = { reason: 'register_active' };
const NOTHING: Said = { reason: 'adapter_fault', retry: { class: 'outage' } };
const HOUR = 3_600_000;

describe('a circuit', () => {
  let clock: ScriptedClock;
  let circuit: Circuit;
  const say = async (...said: readonly Said[]): Promise<void> => {
    for (const each of said) await circuit.run(() => Promise.resolve(each));
  };
  beforeEach(() => {
    clock = new ScriptedClock();
    circuit = new Circuit(clock);
  });
  const five = Array.from({ length: 5 }, () => FAULT);

  it('opens at the fifth fault in a row, and says so once', async () => {
    await say(...five.slice(1));
    expect([circuit.isWhole, circuit.openUntil]).toEqual([true, null]);
    await say(FAULT);
    expect([circuit.isWhole, circuit.reason]).toEqual([false, 'provider_timeout']);
    expect(circuit.openUntil! > clock.now()).toBe(true);
    expect([circuit.takeOpening(), circuit.takeOpening()]).toEqual([true, false]);
  });

  it('begins to count again after an answer, not after a defect of ours', async () => {
    await say(...five.slice(1), ANSWER, ...five.slice(1), NOTHING);
    expect(circuit.isWhole).toBe(true);
    await say(FAULT);
    expect(circuit.isWhole).toBe(false);
  });

  it('never opens by defects of ours', async () => {
    await say(...Array.from({ length: 20 }, () => NOTHING));
    expect(circuit.isWhole).toBe(true);
  });

  it('opens once for calls that fail together', async () => {
    const failing: (() => void)[] = [];
    const together = Array.from({ length: 20 }, () =>
      circuit.run(() => new Promise<Said>((resolve) => failing.push(() => resolve(FAULT)))),
    );
    for (const fail of failing) fail();
    await Promise.all(together);
    const until = circuit.openUntil;
    expect(until).not.toBeNull();
    expect([circuit.takeOpening(), circuit.takeOpening()]).toEqual([true, false]);
  });

  it('is half-open when its time is over by our clock, and closes with an answer', async () => {
    await say(...five);
    await expect(say(ANSWER)).rejects.toThrow();
    clock.advance(30_000);
    expect([circuit.openUntil, circuit.isWhole]).toEqual([null, false]);
    await say(ANSWER);
    expect(circuit.isWhole).toBe(true);
  });

  it.each([FAULT, NOTHING])('opens for longer where it is tried in vain: %j', async (said) => {
    await say(...five);
    circuit.takeOpening();
    clock.advance(30_000);
    await say(said);
    expect(circuit.takeOpening()).toBe(true);
    clock.advance(30_000);
    expect(circuit.openUntil).not.toBeNull();
    clock.advance(30_000);
    expect(circuit.openUntil).toBeNull();
  });

  it('begins with the shortest time again after it was closed', async () => {
    await say(...five);
    clock.advance(HOUR);
    await say(FAULT);
    clock.advance(HOUR);
    await say(ANSWER, ...five);
    clock.advance(30_000);
    expect(circuit.openUntil).toBeNull();
  });

  it('hands a rejection on', async () => {
    await expect(circuit.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(circuit.isWhole).toBe(true);
  });
});
