/* eslint no-restricted-syntax: off, no-restricted-imports: off -- a server's process starts and dies in the machine's own time, which no test can move */
import { setTimeout as sleep } from 'node:timers/promises';

/** Lets other processes go on before the caller looks again. */
export async function pause(milliseconds: number): Promise<void> {
  await sleep(milliseconds);
}

/** A span of time that begins now: `.over` once it has passed. */
export function span(milliseconds: number): { readonly over: boolean } {
  const end = performance.now() + milliseconds;
  return {
    get over() {
      return performance.now() > end;
    },
  };
}

/** Calls `look` again and again until the returned function is called; keeps no process alive by itself. */
export function lookEvery(milliseconds: number, look: () => void): () => void {
  const timer = setInterval(look, milliseconds);
  timer.unref();
  return () => clearInterval(timer);
}
