import { AppError, databaseFaultOf } from '../errors/index.js';
import { pause } from '../platform/deadline.js';

/** How long apart the tries are: a moment's trouble, and a failover of the database. */
const AT_FIRST_MS = [50, 200, 1_000, 2_000];
const DURING_A_FAILOVER_MS = [2_000, 5_000, 10_000, 20_000, 20_000];

/**
 * Records what a provider has said, and maybe billed: again and again while that may come of an outage of ours, for a minute at most, and no longer than
 * a moment once the process is `ending`; without that it goes on as long as the process lets it. Whatever is recorded must bear to be recorded twice. Rejects with the last fault.
 */
export async function persistently<Result>(record: () => Promise<Result>, ending?: AbortSignal): Promise<Result> {
  for (const delayMs of AT_FIRST_MS) {
    const tried = await attempt(record);
    if ('result' in tried) return tried.result;
    await pause(delayMs);
  }
  for (const delayMs of DURING_A_FAILOVER_MS) {
    const tried = await attempt(record);
    if ('result' in tried) return tried.result;
    if (ending?.aborted || databaseFaultOf(tried.fault) !== 'unavailable') throw tried.fault;
    await pause(delayMs, ending);
  }
  return record();
}

async function attempt<Result>(record: () => Promise<Result>): Promise<{ result: Result } | { fault: unknown }> {
  try {
    return { result: await record() };
  } catch (fault) {
    // An answer of ours, no outage.
    if (fault instanceof AppError) throw fault;
    return { fault };
  }
}
