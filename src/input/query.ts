import { ValidationError } from '../errors/index.js';
import type { FieldFault } from '../errors/index.js';
import { fieldFault } from './field-fault.js';

/** What may stand in a query as sent: visible ASCII but `#`. */
const QUERY = /^[!-"$-~]*$/;

/**
 * The parameters of a request's URL (path and query). Throws a `ValidationError` for a parameter that is not `allowed`
 * (`UNKNOWN_PARAMETER`) or given twice (`REPEATED_PARAMETER`), for NUL, and for percent-encoding that is malformed or not
 * UTF-8, which `URLSearchParams` alone would replace silently. No nesting, no conversion.
 */
export function readQuery(url: string, allowed: readonly string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const faults: FieldFault[] = [];
  for (const [name, value] of new URLSearchParams(rawQuery(url))) {
    if (!allowed.includes(name)) faults.push(fieldFault([name], 'UNKNOWN_PARAMETER'));
    else if (values.has(name)) faults.push(fieldFault([name], 'REPEATED_PARAMETER'));
    else if (value.includes('\0')) faults.push(fieldFault([name], 'INVALID_TEXT'));
    else values.set(name, value);
  }
  if (faults.length > 0) throw new ValidationError(faults);
  return values;
}

function rawQuery(url: string): string {
  const start = url.indexOf('?');
  const query = start === -1 ? '' : url.slice(start + 1);
  if (!QUERY.test(query) || !decodes(query)) {
    throw new ValidationError([fieldFault(['query'], 'INVALID_FORMAT', 'must be percent-encoded UTF-8.')]);
  }
  return query;
}

function decodes(query: string): boolean {
  try {
    decodeURIComponent(query);
    return true;
  } catch {
    return false;
  }
}
