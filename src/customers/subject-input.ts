import type { z } from 'zod';
import { AppError, ValidationError } from '../errors/index.js';
import { faultsOfZod } from '../input/index.js';
import type { JsonObject, JsonValue } from '../platform/json.js';
import type { Customer } from '../providers/customer.js';
import type { CheckCapability } from '../providers/provider-adapter.js';

type Issue = z.core.$ZodIssue;

/** The input of a check that can be asked for. */
export interface CompleteInput {
  /** As given and filled in, for the evidence; null where there is nothing. */
  readonly givenInput: JsonObject | null;
  /** As the check's schema reads it. */
  readonly input: JsonObject;
}

/**
 * Judges what a caller gave. Where it is `fillable`, what the check's `fromCustomer` may still fill in counts as given. Throws `INPUT_REQUIRED` (422)
 * where nothing was given of what is needed, or a `ValidationError` with `input.<path>` (400).
 */
export function judgeInput(capability: CheckCapability, given: JsonObject | null, fillable: boolean): void {
  const open = fillable ? openMembers(capability, given) : [];
  if (given === null && capability.inputRequired && open.length === 0) throw inputRequired();
  const faults = faultsOf(capability, given ?? {}).filter((issue) => !isMendable(issue, given ?? {}, open));
  if (faults.length > 0) throw refusal(faults, given, []);
}

/** Fills in from the customer what the caller left out; what the caller gave stands. Throws as {@link judgeInput} does. */
export function completeInput(
  capability: CheckCapability,
  given: JsonObject | null,
  customer: Customer | null,
): CompleteInput {
  const filled = customer === null ? {} : membersOf(capability, given, customer);
  const whole = { ...filled, ...given };
  const read = capability.input.safeParse(whole);
  if (!read.success) throw refusal(read.error.issues, given, Object.keys(filled));
  const kept = Object.keys(filled).length > 0 ? whole : given;
  if (kept === null && capability.inputRequired) throw inputRequired();
  return { givenInput: kept, input: read.data };
}

function membersOf(
  { fromCustomer = {} }: CheckCapability,
  given: JsonObject | null,
  customer: Customer,
): Record<string, JsonValue> {
  const found = Object.entries(fromCustomer)
    .filter(([name]) => !Object.hasOwn(given ?? {}, name))
    .map(([name, of]) => [name, of(customer, given ?? {})] as const);
  return Object.fromEntries(found.filter((member): member is [string, JsonValue] => member[1] !== undefined));
}

/** The members that can be filled in, and that the caller left out. */
function openMembers({ fromCustomer = {} }: CheckCapability, given: JsonObject | null): string[] {
  return Object.keys(fromCustomer).filter((name) => !Object.hasOwn(given ?? {}, name));
}

/** Whether a customer may mend the fault: it is of a member that can be filled in, or of several together. */
function isMendable({ code, path }: Issue, given: JsonObject, open: readonly string[]): boolean {
  if (code === 'custom') return open.length > 0;
  return path.length === 1 && !Object.hasOwn(given, String(path[0])) && open.includes(String(path[0]));
}

function faultsOf(capability: CheckCapability, input: JsonObject): readonly Issue[] {
  return capability.input.safeParse(input).error?.issues ?? [];
}

/** Whose fault it is decides: who gave nothing, or sees a customer's data refused, has sent no malformed request. */
function refusal(issues: readonly Issue[], given: JsonObject | null, filled: readonly string[]): AppError {
  const fields = faultsOfZod({ issues } as z.ZodError, 'input', given ?? {});
  const ours = issues.every(({ path }) => filled.includes(String(path[0])));
  return given === null || ours ? inputRequired(fields) : new ValidationError(fields);
}

function inputRequired(fields?: ReturnType<typeof faultsOfZod>): AppError {
  const detail = 'This check needs input; see GET /v1/providers for its schema.';
  return new AppError('refused', 'INPUT_REQUIRED', detail, fields ? { fields } : {});
}
