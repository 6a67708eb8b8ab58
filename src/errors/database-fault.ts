/** How a fault of the database is answered. */
export type DatabaseFault = 'unavailable' | 'bad_text';

/**
 * SQLSTATE of PostgreSQL (appendix A of its manual) by which nothing was stored and a repetition may succeed: connection,
 * resources, shutdown and start, deadlock, serialization, lock and statement time-outs, a server that became a standby.
 */
const UNAVAILABLE_STATE = /^(?:08...|53...|57P0[1-5]|57014|55P03|40001|40P01|25006|25P03)$/;

/** Text that PostgreSQL cannot hold or read. Strict input refuses it first; here it is still the caller's fault. */
const BAD_TEXT_STATES: ReadonlySet<string> = new Set(['22021', '22P05', '22P02']);

const SYSTEM_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** What pg, its pool and TypeORM say, without a code, of a connection that is gone, never came or never answered. */
const UNAVAILABLE_MESSAGE =
  /^(?:Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client (?:has encountered a connection error|was closed)|Cannot use a pool after calling end|Driver not Connected|Connection is not established)/;

/** Deepest chain of causes that is followed: a chain may be circular. */
const DEEPEST_CAUSE = 5;

/** Tells a database that is away, and text that it cannot hold, from every other error; null for the latter. Follows causes. */
export function databaseFaultOf(error: unknown): DatabaseFault | null {
  for (const link of causesOf(error)) {
    const { code, message } = link;
    if (typeof code === 'string' && (UNAVAILABLE_STATE.test(code) || SYSTEM_CODES.has(code))) return 'unavailable';
    if (typeof code === 'string' && BAD_TEXT_STATES.has(code)) return 'bad_text';
    if (typeof message === 'string' && UNAVAILABLE_MESSAGE.test(message)) return 'unavailable';
  }
  return null;
}

/** What is read of an error of unknown make. */
export interface ErrorLink {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly stack?: unknown;
  readonly cause?: unknown;
  /** TypeORM's wrapped error of the driver. */
  readonly driverError?: unknown;
}

/** The error and, outermost first, what caused it: at most five links. */
export function causesOf(error: unknown): readonly ErrorLink[] {
  const links: ErrorLink[] = [];
  let next: unknown = error;
  while (typeof next === 'object' && next !== null && links.length < DEEPEST_CAUSE) {
    const link = next as ErrorLink;
    links.push(link);
    next = link.driverError ?? link.cause;
  }
  return links;
}
