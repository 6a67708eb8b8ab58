import { ScriptedClock } from '../../test/support/scripted-clock.js';
import { addMilliseconds } from '../platform/clock.js';
import { faultOfAnswer } from '../providers/fault-observation.js';
import { GateRecords } from './gate-records.js';
import type { GatesRepository } from './gates.repository.js';

const clock = new ScriptedClock('2026-11-22T09:30:00.000000Z');
const gate = { livemode: true, provider: 'vendor', partition: 'DE' };

describe('the gate of a vendor that answers 429', () => {
  it.each<[string, string | undefined, number]>([
    ['for as long as it says', '7', 7],
    ['for half a minute where it says nothing', undefined, 30],
    ['for half a minute where it says no time', '0', 30],
    ['for half a minute where it says a time that is over', 'Sun, 22 Nov 2026 09:29:59 GMT', 30],
  ])('shuts %s', async (_name, header, seconds) => {
    const written: unknown[] = [];
    const repository = {
      throttle: (...row: readonly unknown[]) => Promise.resolve(void written.push(row[1])),
    } as unknown as GatesRepository;
    const records = new GateRecords(repository, clock, 1_000);
    const headers = header === undefined ? {} : { 'retry-after': header };
    const { reason, retry } = faultOfAnswer({ status: 429, headers }, clock.now())!;
    await records.heed(gate, { reason, retry });
    const until = addMilliseconds(clock.now(), seconds * 1_000);
    expect([records.shut(gate)?.until, written]).toEqual([until, [until]]);
  });
});
