import { AppError } from '../errors/index.js';
import { persistently } from './recording.js';

// Of an ES module Jest has no global of its own.
const { jest: time } = import.meta as unknown as { readonly jest: typeof jest };

const MINUTE_MS = 60_000;

describe('what a provider has said', () => {
  beforeEach(() => time.useFakeTimers());
  afterEach(() => time.useRealTimers());

  const away = (): Error => new Error('Connection terminated unexpectedly');
  const failover = Object.assign(new Error('the database system is starting up'), { code: '57P03' });
  const defect = Object.assign(new Error('violates check constraint'), { code: '23514' });

  /** Tries that fail until so long after the first; says how often it tried, and when it ended. */
  const recording = (fault: () => Error, lastsMs: number, ending = new AbortController()) => {
    const began = Date.now();
    const seen = { tries: 0, endedMs: -1, outcome: 'under way' };
    const record = (): Promise<string> => {
      seen.tries += 1;
      return Date.now() - began < lastsMs ? Promise.reject(fault()) : Promise.resolve('recorded');
    };
    const done = persistently(record, ending.signal).then(
      (outcome) => Object.assign(seen, { outcome, endedMs: Date.now() - began }),
      (error: unknown) => Object.assign(seen, { outcome: error, endedMs: Date.now() - began }),
    );
    return { seen, done, ending };
  };

  it.each([
    ['a server that has become a standby', Object.assign(new Error('read-only'), { code: '25006' }), true],
    ['a connection that broke', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }), true],
    ['a defect of ours', new TypeError('x is not a function'), false],
  ])('waits long for %s: %s', async (_what, fault, isLong) => {
    const { seen } = recording(() => fault, 30_000);
    await time.advanceTimersByTimeAsync(2 * MINUTE_MS);
    expect(seen.outcome === 'recorded').toBe(isLong);
  });

  it.each([
    ['at once', 0, 1],
    ['after a moment', 1_000, 4],
    ['after a failover of half a minute', 30_000, 9],
  ])('is recorded %s', async (_when, lastsMs, tries) => {
    const { seen } = recording(away, lastsMs);
    await time.advanceTimersByTimeAsync(2 * MINUTE_MS);
    expect(seen).toMatchObject({ outcome: 'recorded', tries });
    expect(seen.endedMs).toBeGreaterThanOrEqual(lastsMs);
  });

  it('is given up after a minute of an outage, with its fault', async () => {
    const { seen } = recording(() => failover, Infinity);
    await time.advanceTimersByTimeAsync(2 * MINUTE_MS);
    expect(seen).toMatchObject({ outcome: failover, tries: 10 });
    expect(seen.endedMs).toBeGreaterThanOrEqual(MINUTE_MS);
  });

  it('is given up after a moment where no waiting mends the fault', async () => {
    const { seen } = recording(() => defect, Infinity);
    await time.advanceTimersByTimeAsync(2 * MINUTE_MS);
    expect(seen).toMatchObject({ outcome: defect, tries: 5 });
    expect(seen.endedMs).toBeLessThan(4_000);
  });

  it('is not recorded again where the answer is a refusal of ours', async () => {
    const refusal = new AppError('conflict', 'INVALID_STATE_TRANSITION', 'No.');
    const { seen } = recording(() => refusal, Infinity);
    await time.advanceTimersByTimeAsync(0);
    expect(seen).toMatchObject({ outcome: refusal, tries: 1 });
  });

  it('is tried once more when the process ends meanwhile, and then let go', async () => {
    const { seen, ending } = recording(away, Infinity);
    await time.advanceTimersByTimeAsync(12_000);
    const { tries } = seen;
    ending.abort();
    await time.advanceTimersByTimeAsync(0);
    expect(seen).toMatchObject({ tries: tries + 1 });
    expect(seen.outcome).toBeInstanceOf(Error);
  });

  it('has its moment also in a process that is ending', async () => {
    const ending = new AbortController();
    ending.abort();
    const { seen } = recording(away, 1_000, ending);
    await time.advanceTimersByTimeAsync(MINUTE_MS);
    expect(seen).toMatchObject({ outcome: 'recorded', tries: 4 });
  });
});
