import { ValidationError } from '../../errors/index.js';
import { fieldFault, parseInstant, parseUuid, readQuery } from '../../input/index.js';
import { NAME_PATTERN } from '../../providers/provider-registry.js';
import { STATUSES, type Status } from '../lifecycle/lifecycle.js';
import type { PageRequest } from '../verification-reader.js';
import type { ListFilter } from '../store/verifications.repository.js';

const PAGE = ['limit', 'cursor'];
const FILTERS = ['customer_id', 'status', 'verification_type', 'occurred_after', 'occurred_before'];
const LIMIT = /^(?:[1-9][0-9]?|100)$/;
const CURSOR = /^[A-Za-z0-9_-]{1,512}$/;

/** The page of a query that may say nothing else. Throws a `ValidationError` that names every parameter at fault. */
export function readPage(url: string): PageRequest {
  return page(new Parameters(readQuery(url, PAGE))).done();
}

/** The page and the filter of a list's query. Throws like {@link readPage}. */
export function readListQuery(url: string): { readonly filter: ListFilter; readonly page: PageRequest } {
  const parameters = new Parameters(readQuery(url, [...PAGE, ...FILTERS]));
  const filter: ListFilter = defined({
    customerId: parameters.read('customer_id', parseUuid, 'INVALID_FORMAT', 'must be a UUID.'),
    status: parameters.read('status', statusOf, 'UNKNOWN_VALUE', `must be one of ${STATUSES.join(', ')}.`),
    verificationType: parameters.read(
      'verification_type',
      nameOf,
      'INVALID_FORMAT',
      `must match ${NAME_PATTERN.source}.`,
    ),
    occurredAfter: parameters.read('occurred_after', parseInstant, 'INVALID_FORMAT', TIME),
    occurredBefore: parameters.read('occurred_before', parseInstant, 'INVALID_FORMAT', TIME),
  });
  return { filter, page: page(parameters).done() };
}

const TIME = 'must be an RFC 3339 date-time with at most six decimals; in a URL, "+" is written %2B.';

function page(parameters: Parameters): { done: () => PageRequest } {
  const limit = parameters.read('limit', limitOf, 'OUT_OF_RANGE', 'must be a whole number from 1 to 100.');
  const cursor = parameters.read('cursor', cursorOf, 'INVALID_FORMAT', 'must be a next_cursor as it was given.');
  return { done: () => parameters.checked({ limit, cursor }) };
}

/** Reads one parameter after the other and remembers what is wrong, so that one answer names it all. */
class Parameters {
  readonly #faults: ReturnType<typeof fieldFault>[] = [];

  constructor(private readonly given: ReadonlyMap<string, string>) {}

  read<Value>(
    name: string,
    parse: (text: string) => Value | null,
    code: 'INVALID_FORMAT' | 'UNKNOWN_VALUE' | 'OUT_OF_RANGE',
    message: string,
  ): Value | undefined {
    const text = this.given.get(name);
    if (text === undefined) return undefined;
    const value = parse(text);
    if (value !== null) return value;
    this.#faults.push(fieldFault([name], code, message));
    return undefined;
  }

  checked<Result>(result: Result): Result {
    if (this.#faults.length > 0) throw new ValidationError(this.#faults);
    return result;
  }
}

function limitOf(text: string): number | null {
  return LIMIT.test(text) ? Number(text) : null;
}

function cursorOf(text: string): string | null {
  return CURSOR.test(text) ? text : null;
}

function statusOf(text: string): Status | null {
  return STATUSES.find((status) => status === text) ?? null;
}

function nameOf(text: string): string | null {
  return NAME_PATTERN.test(text) ? text : null;
}

type Defined<Members> = { [Name in keyof Members]?: Exclude<Members[Name], undefined> };

function defined<Members extends object>(members: Members): Defined<Members> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Defined<Members>;
}
