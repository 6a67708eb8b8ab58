import type { Listener } from '../database/index.js';

/** Wakes the loops of this process when somebody says that work has become due. Without a listener they go by their timers alone. */
export class Waker {
  readonly #sleepers = new Set<() => void>();

  constructor(private readonly listener: Listener | null) {}

  /** Calls `wake` at every notification, and whenever some may have been missed, until the returned function is called. */
  wakes(wake: () => void): () => void {
    this.#sleepers.add(wake);
    this.listener?.start(() => {
      for (const each of this.#sleepers) each();
    });
    return () => {
      this.#sleepers.delete(wake);
      if (this.#sleepers.size === 0) this.listener?.stop();
    };
  }
}
