import { isUtf8 } from 'node:buffer';
import { AppError, ERRORS, ValidationError } from '../errors/index.js';
import type { FieldFaultCode } from '../errors/index.js';
import type { JsonValue } from '../platform/json.js';
import { fieldFault } from './field-fault.js';
import { findJsonTextFault, isKeptNumber, scanJson } from './json-text.js';

/** Containers within containers that are accepted. */
const DEEPEST = 16;

/** Names by which objects reach their own machinery. */
export const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** NUL, and halves of surrogate pairs: PostgreSQL holds neither. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/**
 * Reads JSON (RFC 8259) and refuses whatever would be lost or changed silently. What it returns equals `JSON.parse`.
 *
 * Throws `MALFORMED_JSON` where the bytes are not JSON text in UTF-8 (a byte order mark and an empty body included), and a
 * `ValidationError` naming the path for: a repeated member, more than 16 levels, NUL or a lone surrogate, a member named
 * `__proto__`, `constructor` or `prototype`, and a number that a double does not keep (infinite, an integer beyond
 * 2^53-1, a fraction with more digits than come back, a nonzero that becomes 0). `-0` is accepted: it equals 0.
 */
export function parseStrictJson(bytes: Buffer): JsonValue {
  const text = decode(bytes);
  const value = parse(text);
  // UTF-8 has no surrogates and JSON no bare NUL: without an escape no string needs a look.
  const walk = new Walk(text.includes('\\'), false);
  walk.check(value);
  const { members, exactNumbers } = scanJson(text);
  if (!exactNumbers || members !== walk.members) {
    const { path, code } = findJsonTextFault(text) ?? { path: [], code: 'REPEATED_FIELD' };
    throw new ValidationError([fieldFault(path, code)]);
  }
  return value;
}

/**
 * The same rules for a body that somebody else parsed already. Repeated members, and digits that the parser dropped,
 * can no longer be seen. Throws a `ValidationError`.
 */
export function checkParsedJson(value: unknown): JsonValue {
  new Walk(true, true).check(value);
  return value as JsonValue;
}

function decode(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw malformed();
  return bytes.toString('utf8');
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // Not passed on as cause: V8's message quotes the text.
    throw malformed();
  }
}

function malformed(): AppError {
  return new AppError('malformed', 'MALFORMED_JSON', ERRORS.MALFORMED_JSON.description);
}

/** A fault on its way up; the path grows from its end. */
interface FoundFault {
  readonly code: FieldFaultCode;
  readonly reversedPath: PropertyKey[];
}

/** One look at every value. Recursion ends at the deepest level that is accepted. */
class Walk {
  members = 0;

  constructor(
    private readonly readsText: boolean,
    private readonly readsNumbers: boolean,
  ) {}

  check(root: unknown): void {
    const fault = this.#visit(root, 1);
    if (fault !== null) throw new ValidationError([fieldFault(fault.reversedPath.reverse(), fault.code)]);
  }

  #visit(value: unknown, depth: number): FoundFault | null {
    switch (typeof value) {
      case 'string':
        return this.readsText && UNSTORABLE.test(value) ? found('INVALID_TEXT') : null;
      case 'number':
        return this.readsNumbers && !isKeptNumber(value) ? found('OUT_OF_RANGE') : null;
      case 'boolean':
        return null;
      case 'object':
        if (value === null) return null;
        if (depth > DEEPEST) return found('TOO_DEEP');
        return Array.isArray(value) ? this.#visitItems(value, depth) : this.#visitMembers(value, depth);
      default:
        return found('INVALID_TYPE');
    }
  }

  #visitItems(items: readonly unknown[], depth: number): FoundFault | null {
    for (let index = 0; index < items.length; index++) {
      const fault = this.#visit(items[index], depth + 1);
      if (fault !== null) return below(index, fault);
    }
    return null;
  }

  #visitMembers(object: object, depth: number): FoundFault | null {
    for (const name of Object.keys(object)) {
      this.members++;
      const fault = this.#nameFault(name) ?? this.#visit((object as Record<string, unknown>)[name], depth + 1);
      if (fault !== null) return below(name, fault);
    }
    return null;
  }

  #nameFault(name: string): FoundFault | null {
    if (FORBIDDEN_NAMES.has(name)) return found('FORBIDDEN_FIELD_NAME');
    return this.readsText && UNSTORABLE.test(name) ? found('INVALID_TEXT') : null;
  }
}

function found(code: FieldFaultCode): FoundFault {
  return { code, reversedPath: [] };
}

function below(key: PropertyKey, fault: FoundFault): FoundFault {
  fault.reversedPath.push(key);
  return fault;
}
