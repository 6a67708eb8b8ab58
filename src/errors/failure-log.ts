import { causesOf } from './database-fault.js';
import type { ErrorLink } from './database-fault.js';

/** What is logged of an unexpected error. No message: those of the database, of parsers and of V8 quote values. */
export interface FailureRecord {
  readonly msg: string;
  readonly request_id: string;
  readonly errors: readonly ErrorRecord[];
}

/** What is logged of one error. */
export interface ErrorRecord {
  readonly name: string;
  readonly code?: string;
  readonly frames: readonly string[];
}

const MOST_FRAMES = 20;

/** The record of an unexpected error: names, codes and stack frames, nothing that can hold a value. */
export function failureRecord(error: unknown, requestId: string): FailureRecord {
  return { msg: 'request failed', request_id: requestId, errors: errorRecords(error) };
}

/** The error and its causes, outermost first: names, codes and stack frames, nothing that can hold a value. */
export function errorRecords(error: unknown): ErrorRecord[] {
  return causesOf(error).map(recordOf);
}

function recordOf({ name, code, message, stack }: ErrorLink): ErrorRecord {
  return {
    name: typeof name === 'string' && WORD.test(name) ? name : 'unknown',
    ...(typeof code === 'string' && WORD.test(code) && { code }),
    frames: typeof stack === 'string' ? framesOf(stack, message) : [],
  };
}

/** A stack begins with the message, which may have lines that look like frames; of the rest only true frames are kept. */
function framesOf(stack: string, message: unknown): string[] {
  const start = typeof message === 'string' ? stack.indexOf(message) + message.length : 0;
  const lines = stack.slice(start).split('\n');
  return lines
    .map((line) => line.trim())
    .filter((line) => FRAME.test(line))
    .slice(0, MOST_FRAMES);
}

const WORD = /^\w{1,64}$/;
const FRAME = /^at (?:async )?(?:[\w$#.<>[\] ]{1,200} \()?(?:file:|node:|\/)[^\s()]{1,300}:\d+:\d+\)?$/;
