import { after, underDeadline, within } from './deadline.js';

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

describe('underDeadline with an end from outside', () => {
  it('rejects with its reason when it comes, whatever the work makes of its signal', async () => {
    const end = new AbortController();
    const reason = new Error('enough');
    const work = underDeadline(
      60_000,
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reject(new Error('interrupted'));
          });
        }),
      end.signal,
    );
    end.abort(reason);
    await expect(work).rejects.toBe(reason);
  });

  it('begins nothing once it has come', async () => {
    let begun = false;
    const work = underDeadline(60_000, () => Promise.resolve((begun = true)), AbortSignal.abort(new Error('enough')));
    await expect(work).rejects.toThrow('enough');
    expect(begun).toBe(false);
  });

  it('leaves what is done in time alone, and nothing of itself behind', async () => {
    const end = new AbortController();
    let listeners = 0;
    const counted = Object.assign(end.signal, {
      addEventListener: () => void (listeners += 1),
      removeEventListener: () => void (listeners -= 1),
    });
    expect(await underDeadline(60_000, () => Promise.resolve('done'), counted)).toBe('done');
    expect(listeners).toBe(0);
  });
});

describe('after', () => {
  it('does the work once, unless it is called off', async () => {
    const done: string[] = [];
    const callOff = after(1, () => done.push('called off'));
    callOff();
    await new Promise<void>((resolve) => {
      after(2, () => {
        done.push('done');
        resolve();
      });
    });
    expect(done).toEqual(['done']);
  });
});
