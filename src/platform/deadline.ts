/** The value of `work`, or null when it takes longer than `milliseconds`. The work itself goes on. */
export async function within<Value>(milliseconds: number, work: Promise<Value>): Promise<Value | null> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<null>((resolve) => (timer = setTimeout(resolve, milliseconds, null)));
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs `work` under a deadline: its signal fires when the time is over, and the promise rejects with a `TimeoutError` then, whether
 * or not the work heeds the signal.
 */
export async function underDeadline<Value>(
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const reason = new DOMException('the deadline has passed', 'TimeoutError');
      controller.abort(reason);
      reject(reason);
    }, milliseconds);
  });
  try {
    return await Promise.race([work(controller.signal), over]);
  } finally {
    // Cleared at once: thousands of finished calls must not each hold a timer until their deadline.
    clearTimeout(timer);
  }
}

/** Resolves after `milliseconds`. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Runs `work` every so often, never twice at once; what it rejects with is its own affair. Returns what ends it. */
export function every(milliseconds: number, work: () => Promise<void>): () => void {
  let running = false;
  const timer = setInterval(() => {
    if (running) return;
    running = true;
    void work()
      .catch(() => undefined)
      .finally(() => (running = false));
  }, milliseconds);
  return () => {
    clearInterval(timer);
  };
}
