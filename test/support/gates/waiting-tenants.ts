import { epochMilliseconds } from '#app/platform/clock.js';
import type { CallLimit } from '#app/providers/provider-adapter.js';
import type { Gate, Said } from '#app/gates/index.js';
import type { GateProcess, GateProcesses } from './gates-in-processes.js';

const ANSWER: Said = { reason: 'register_active' };
const MOST_TICKS = 20_000;
const AT_ONCE = 16;

/** So many questions of one tenant, which all come at one time after the beginning. */
export interface Backlog {
  readonly tenant: string;
  readonly count: number;
  readonly inMs?: number;
}

/** A question that was asked: when, how long after it came, and at which attempt. */
export interface Asked {
  readonly tenant: string;
  readonly atMs: number;
  readonly afterMs: number;
  readonly attempts: number;
}

interface Question {
  readonly tenant: string;
  readonly fromMs: number;
  dueMs: number;
  attempts: number;
}

/** One gate, and the processes that work before it. */
export interface Counter {
  readonly world: GateProcesses;
  readonly processes: readonly GateProcess[];
  readonly gate: Gate;
  readonly limit: CallLimit;
  /** How often the processes look for what is due. */
  readonly tickMs: number;
}

/**
 * Everybody comes when they were told to, spread over the processes, all that are due at a tick together; answers who was asked, in order.
 * Throws where somebody never is.
 */
export async function serveTenants(counter: Counter, backlogs: readonly Backlog[]): Promise<Asked[]> {
  const { world, tickMs } = counter;
  const asked: Asked[] = [];
  const beginMs = epochMilliseconds(world.clock.now());
  let waiting = backlogs.flatMap(({ tenant, count, inMs = 0 }) =>
    Array.from({ length: count }, (): Question => {
      const fromMs = beginMs + inMs;
      return { tenant, fromMs, dueMs: fromMs, attempts: 0 };
    }),
  );
  for (let tick = 0; waiting.length > 0; tick += 1) {
    if (tick === MOST_TICKS) throw new Error('somebody is never asked');
    const now = epochMilliseconds(world.clock.now());
    const due = waiting.filter(({ dueMs }) => dueMs <= now).sort((a, b) => a.dueMs - b.dueMs);
    const passed = new Set(await ask(counter, due));
    for (const { tenant, fromMs, attempts } of passed) {
      asked.push({ tenant, atMs: now, afterMs: now - fromMs, attempts });
    }
    waiting = waiting.filter((question) => !passed.has(question));
    world.clock.advance(tickMs);
  }
  return asked;
}

async function ask(counter: Counter, due: readonly Question[]): Promise<Question[]> {
  const passed: Question[] = [];
  // No more at once than there are connections: who waits a second for the database passes without it.
  for (let from = 0; from < due.length; from += AT_ONCE) {
    const slice = due.slice(from, from + AT_ONCE);
    const outcomes = await Promise.all(slice.map((question, index) => comes(counter, question, index)));
    passed.push(...slice.filter((_, index) => outcomes[index]));
  }
  return passed;
}

async function comes({ processes, gate, limit }: Counter, question: Question, index: number): Promise<boolean> {
  const { gates } = processes[index % processes.length]!;
  const waited = question.attempts > 0;
  question.attempts += 1;
  const crossing = { gate, organizationId: question.tenant, limit, waited };
  const outcome = await gates.through(crossing, () => Promise.resolve(ANSWER));
  if (!('outcome' in outcome)) return true;
  question.dueMs = Date.parse(outcome.until);
  return false;
}

/** Throws where a window of the limit's length holds more calls than it allows. */
export function assertKept({ calls: most, perMs }: CallLimit, asked: readonly Asked[]): void {
  for (const [index, { atMs }] of asked.entries()) {
    const beyond = asked[index + most];
    if (beyond && beyond.atMs - atMs < perMs) throw new Error(`${String(most + 1)} calls in ${String(perMs)} ms`);
  }
}
