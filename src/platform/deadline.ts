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
 * or not the work heeds the signal. Where `end` fires first, the same happens with its reason; where it has fired, nothing begins.
 */
export async function underDeadline<Value>(
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<Value>,
  end?: AbortSignal,
): Promise<Value> {
  end?.throwIfAborted();
  const controller = new AbortController();
  const over = Promise.withResolvers<never>();
  const stop = (reason: unknown): void => {
    // First, so that it is this reason that counts, and not what the work makes of it.
    over.reject(reason);
    controller.abort(reason);
  };
  const callOff = after(milliseconds, () => {
    stop(new DOMException('the deadline has passed', 'TimeoutError'));
  });
  const ended = (): void => {
    stop(end?.reason);
  };
  end?.addEventListener('abort', ended);
  try {
    return await Promise.race([work(controller.signal), over.promise]);
  } finally {
    // At once: thousands of finished calls must not each hold a timer until their deadline.
    callOff();
    end?.removeEventListener('abort', ended);
  }
}

/** Resolves after `milliseconds`, or when `end` fires. */
export async function pause(milliseconds: number, end?: AbortSignal): Promise<void> {
  if (end?.aborted) return;
  const over = Promise.withResolvers<undefined>();
  const stop = (): void => {
    over.resolve(undefined);
  };
  const callOff = after(milliseconds, stop);
  end?.addEventListener('abort', stop);
  await over.promise;
  callOff();
  end?.removeEventListener('abort', stop);
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

/** Runs `work` once, after `milliseconds`, unless the returned function is called before that. */
export function after(milliseconds: number, work: () => void): () => void {
  const timer = setTimeout(work, milliseconds);
  return () => {
    clearTimeout(timer);
  };
}
