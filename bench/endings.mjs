import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** What does not end in this time is left: whoever sent a signal waits. */
const PATIENCE_MS = 60_000;

/** Ends what a run has begun, last begun first: at its end, where it fails, and at a signal. */
export class Endings {
  #steps = [];
  #ended = null;

  /**
   * Begins something that must not outlive the run. Registered before it is there: a signal in between waits for it and ends it.
   * @template T
   * @param {() => T | Promise<T>} start
   * @param {(begun: T) => unknown} end
   * @returns {Promise<T>}
   */
  async begin(start, end) {
    if (this.#ended !== null) throw new Error('the run is being ended');
    const starting = Promise.resolve().then(start);
    this.#steps.push(async () => {
      const begun = await starting.then(
        (value) => ({ value }),
        () => null,
      );
      if (begun !== null) await end(begun.value);
    });
    return starting;
  }

  /** Ends everything, once; rejects with the first failure, after the other steps. */
  end() {
    return (this.#ended ??= this.#run());
  }

  async #run() {
    const failures = [];
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      await step().catch((error) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }
}

/**
 * Runs `work` and ends what it has begun, whatever comes of it. A signal ends it too, and then the process, with 128 and the signal's number.
 * @param {(endings: Endings) => Promise<void>} work
 */
export async function endingAll(work) {
  const endings = new Endings();
  let signalled = false;
  const stop = (signal) => {
    if (signalled) return;
    signalled = true;
    const leave = () => process.exit(128 + constants.signals[signal]);
    // What is under way breaks off in ways that nobody wants to read.
    process.on('uncaughtException', () => undefined);
    setTimeout(leave, PATIENCE_MS);
    endings
      .end()
      .catch((error) => process.stderr.write(`not ended: ${error.message}\n`))
      .finally(leave);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    await work(endings);
  } catch (error) {
    // The signal ends the process, and says how.
    if (!signalled) throw error;
  } finally {
    await endings.end();
  }
}
