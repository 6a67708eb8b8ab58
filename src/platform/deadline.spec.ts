import { underDeadline, within } from './deadline.js';

const never = new Promise<never>(() => undefined);

describe('within', () => {
  it('gives the value of work that is done in time', async () => {
    expect(await within(60_000, Promise.resolve('done'))).toBe('done');
  });

  it('gives null when the time is over', async () => {
    expect(await within(1, never)).toBeNull();
  });

  it('passes a failure on', async () => {
    await expect(within(60_000, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});

describe('underDeadline', () => {
  it('gives the value of work that is done in time, and leaves its signal alone', async () => {
    const signal = await underDeadline(60_000, (given) => Promise.resolve(given));
    expect(signal.aborted).toBe(false);
  });

  it('rejects when the time is over, although the work does not heed its signal', async () => {
    let seen: AbortSignal | undefined;
    const work = underDeadline(1, (signal) => {
      seen = signal;
      return never;
    });
    await expect(work).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(seen?.aborted).toBe(true);
  });

  it('turns work that throws at once into a rejection', async () => {
    const work = underDeadline(60_000, () => {
      throw new Error('broken');
    });
    await expect(work).rejects.toThrow('broken');
  });
});
