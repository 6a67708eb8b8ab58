import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';

/** Names whose values never reach the log, at the top and one level down, whoever logs them. */
const SECRET = [
  'authorization',
  'input',
  'answer',
  'content',
  'url',
  'cookie',
  'password',
  'query',
  'parameters',
  'detail',
];

const BLOCK_BYTES = 4096;
const FLUSH_MS = 100;

/** The process's log: one JSON object a line on standard output, secrets cut out. */
export function rootLogger(level: string): Logger {
  const paths = SECRET.flatMap((name) => [name, `*.${name}`]);
  const redact = { paths, censor: '[redacted]' };
  // Written in blocks, not a line at a time; the end of the process writes what is left, a kill loses the last lines.
  const output = pino.destination({ sync: false, minLength: BLOCK_BYTES, periodicFlush: FLUSH_MS });
  return pino({ level, redact, base: null, timestamp: pino.stdTimeFunctions.isoTime }, output);
}

/** Nest's log on pino. Messages may be text or an object of fields. */
export class PinoLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.#write('info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.#write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.#write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.#write('debug', message, rest);
  }

  #write(level: 'info' | 'error' | 'warn' | 'debug', message: unknown, rest: unknown[]): void {
    // Nest puts the context last, and the stack of an error before it.
    const context = rest.at(-1);
    this.logger[level]({ ...fieldsOf(message), ...(typeof context === 'string' ? { context } : {}) });
  }
}

function fieldsOf(message: unknown): object {
  if (message instanceof Error) return { error: message.name, stack: message.stack };
  return typeof message === 'object' && message !== null ? message : { msg: String(message) };
}
