import type { z } from 'zod';
import { ENVIRONMENT } from './variables.js';

export { ENVIRONMENT } from './variables.js';

type Name = keyof typeof ENVIRONMENT;

/** What the environment says, read and checked. */
export type Environment = { readonly [N in Name]: z.output<(typeof ENVIRONMENT)[N]['schema']> };

/** What production can't do without. */
const NEEDED_IN_PRODUCTION: readonly Name[] = ['DATABASE_URL', 'KEY_RING', 'CURSOR_SECRET'];

/** A configuration that the service can't start with. The message names every fault and no value. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(readonly faults: readonly string[]) {
    super(
      `The configuration has ${faults.length === 1 ? 'a fault' : `${String(faults.length)} faults`}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
  }
}

/** What only those can judge who use it: the wired adapters, and the directory of customers. */
export type GivenToAdapters = Partial<
  Pick<
    Environment,
    | 'PROVIDER_CONNECTIONS'
    | 'PROVIDER_TEST_CONNECTIONS'
    | 'EXPERIMENTAL_PROVIDERS'
    | 'SANDBOX_URL'
    | 'SANDBOX_API_KEY'
    | 'CUSTOMERS_URL'
    | 'CUSTOMERS_TOKEN'
    | 'CUSTOMERS_FIELDS'
  >
>;

/** Judges it: one line for each fault, which begins with the variable's name and holds no value. */
export type JudgeConnections = (given: GivenToAdapters) => readonly string[];

/** Reads the environment of the process, or the one given. Throws a {@link ConfigurationError} with all faults at once. */
export function readEnvironment(
  source: NodeJS.ProcessEnv = process.env,
  judge: JudgeConnections = () => [],
): Environment {
  const names = Object.keys(ENVIRONMENT) as Name[];
  return read(
    source,
    names,
    source['NODE_ENV'] === 'production' ? NEEDED_IN_PRODUCTION : [],
    ({ API, WORK, ...given }) => [
      ...(API === 'off' && WORK === 'off' ? ['API and WORK are both off: nothing would be done'] : []),
      // Development has a key of its own.
      ...(given.NODE_ENV === 'production' && given.SANDBOX_URL && !given.SANDBOX_API_KEY
        ? ['SANDBOX_URL needs SANDBOX_API_KEY']
        : []),
      ...judge(given),
    ],
  );
}

/** What commands on the database read: nothing else needs to be there. */
export type DatabaseEnvironment = Pick<Environment, 'DATABASE_MIGRATION_URL'> & { readonly DATABASE_URL: string };

/** Reads where the database is, as {@link readEnvironment} does; `DATABASE_URL` is a must. */
export function readDatabaseEnvironment(source: NodeJS.ProcessEnv = process.env): DatabaseEnvironment {
  return read(source, ['DATABASE_URL', 'DATABASE_MIGRATION_URL'], ['DATABASE_URL']) as DatabaseEnvironment;
}

/** What the rotation of keys reads. */
export interface RotationEnvironment {
  readonly DATABASE_URL: string;
  readonly KEY_RING: string;
}

/** Reads where the database is and which keys there are, as {@link readEnvironment} does; both are a must. */
export function readRotationEnvironment(source: NodeJS.ProcessEnv = process.env): RotationEnvironment {
  return read(source, ['DATABASE_URL', 'KEY_RING'], ['DATABASE_URL', 'KEY_RING']) as RotationEnvironment;
}

function read<N extends Name>(
  source: NodeJS.ProcessEnv,
  names: readonly N[],
  needed: readonly Name[],
  judge: (values: Partial<Environment>) => readonly string[] = () => [],
): Pick<Environment, N> {
  const faults: string[] = [];
  const values = names.map((name) => {
    const given = source[name];
    const result = (ENVIRONMENT[name].schema as z.ZodType).safeParse(given === '' ? undefined : given);
    for (const { path, message } of result.error?.issues ?? []) faults.push(`${[name, ...path].join('.')} ${message}`);
    return [name, result.data];
  });
  faults.push(...needed.filter((name) => !source[name]).map((name) => `${name} is missing`));
  const found = Object.fromEntries(values) as Pick<Environment, N>;
  faults.push(...judge(found));
  if (faults.length > 0) throw new ConfigurationError(faults);
  return found;
}
