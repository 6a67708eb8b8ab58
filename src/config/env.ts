import { z } from 'zod';
import { connections, keyRing, postgresUrl, secret, url, whole } from './value-forms.js';

interface Variable {
  /** For the reader of `.env.example`. */
  readonly description: string;
  /** What `.env.example` shows. */
  readonly example: string;
  readonly schema: z.ZodType;
}

/** Every variable that is read, and nothing else is. An empty one counts as missing. */
export const ENVIRONMENT = {
  NODE_ENV: {
    description: 'production: no embedded database, no development key, nothing assumed. Default: development.',
    example: 'development',
    schema: z
      .enum(['development', 'test', 'production'], 'must be development, test or production')
      .default('development'),
  },
  HOST: {
    description: 'Address to listen on. Default: 127.0.0.1.',
    example: '127.0.0.1',
    schema: z.string().max(253).default('127.0.0.1'),
  },
  PORT: {
    description:
      'Port to listen on; 0: any free one. Default: 3000; in development a free one where 3000 is taken, and for a worker without API.',
    example: '3000',
    schema: whole(0, 65_535).optional(),
  },
  DATABASE_URL: {
    description:
      'PostgreSQL 15 or later, as a role without superuser or BYPASSRLS. Without it, development starts an embedded server.',
    example: 'postgres://customer_verifications:secret@localhost:5432/customer_verifications',
    schema: postgresUrl.optional(),
  },
  DATABASE_MIGRATION_URL: {
    description:
      'The same database as the role that owns the tables, past any pooler, for `npm run migrate`. Default: DATABASE_URL.',
    example: 'postgres://owner:secret@localhost:5432/customer_verifications',
    schema: postgresUrl.optional(),
  },
  DATABASE_POOL_SIZE: {
    description: 'Connections of this process. Default: 10.',
    example: '10',
    schema: whole(1, 1000).default(10),
  },
  DATABASE_NAMED_STATEMENTS: {
    description: 'off behind a pooler in transaction mode that does not know prepared statements. Default: on.',
    example: 'on',
    schema: z.enum(['on', 'off'], 'must be on or off').default('on'),
  },
  DATABASE_LISTEN_URL: {
    description:
      'The database past any pooler, where a worker hears at once what has become due. Default: DATABASE_URL, unless DATABASE_NAMED_STATEMENTS is off; without it a worker looks once a second.',
    example: 'postgres://customer_verifications:secret@db.internal:5432/customer_verifications',
    schema: postgresUrl.optional(),
  },
  KEY_RING: {
    description:
      'Keys that encrypt evidence: <id>:<32 bytes in base64>, several divided by commas; the first encrypts, all decrypt.',
    example: '2026-11:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',
    schema: keyRing.optional(),
  },
  CURSOR_SECRET: {
    description: 'Authenticates cursors: 32 bytes in base64, the same in every process.',
    example: 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',
    schema: secret.optional(),
  },
  WAIT_MS: {
    description: 'How long a create waits for the provider. Default: 5000.',
    example: '5000',
    schema: whole(0, 60_000).default(5_000),
  },
  CALL_DEADLINE_MS: {
    description: 'How long one call to a provider may take. Default: 30000.',
    example: '30000',
    schema: whole(100, 300_000).default(30_000),
  },
  WINDOW_HOURS: {
    description: 'How long a verification may wait for a first decision. Default: 72.',
    example: '72',
    schema: whole(1, 8_760).default(72),
  },
  API: {
    description: 'Whether this process serves the API; off: /health/live and /health/ready alone. Default: on.',
    example: 'on',
    schema: z.enum(['on', 'off'], 'must be on or off').default('on'),
  },
  WORK: {
    description:
      'Whether this process does background work: asks providers again, hears callbacks, ends passes. Default: on.',
    example: 'on',
    schema: z.enum(['on', 'off'], 'must be on or off').default('on'),
  },
  PROVIDER_CONNECTIONS: {
    description:
      'The connections to providers that count for every organization without one of its own: JSON, by provider, each with settings and credentials (docs/providers), and where the provider calls back, callback_token (32 characters or more; the provider gets the address /v1/provider-callbacks/<provider>/<callback_token>) and callback_secrets, one or, while they change, several.',
    example:
      '{"sandbox":{"settings":{"base_url":"http://127.0.0.1:4010"},"credentials":{"api_key":"sandbox"},"callback_token":"aVeryLongTokenThatNobodyCanGuess","callback_secrets":["secret"]}}',
    schema: connections.optional(),
  },
  SANDBOX_URL: {
    description: 'The sandbox vendor for test keys. Development starts one of its own.',
    example: 'http://127.0.0.1:4010',
    schema: url(/^https?$/, 'http:// or https://').optional(),
  },
  SANDBOX_API_KEY: {
    description: 'The key for SANDBOX_URL.',
    example: 'sandbox',
    schema: z.string().max(255).optional(),
  },
  DATA_FOLDER: {
    description: 'Where development keeps its database and secrets. Default: .data.',
    example: '.data',
    schema: z.string().default('.data'),
  },
  LOG_LEVEL: {
    description: 'fatal, error, warn, info, debug or silent. Default: info.',
    example: 'info',
    schema: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], 'must be fatal, error, warn, info, debug or silent')
      .default('info'),
  },
} as const satisfies Record<string, Variable>;

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

/** Judges what only the wired adapters can: one line for each fault, without a value. */
export type JudgeConnections = (given: NonNullable<Environment['PROVIDER_CONNECTIONS']>) => readonly string[];

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
    ({ API, WORK, PROVIDER_CONNECTIONS, ...given }) => [
      ...(API === 'off' && WORK === 'off' ? ['API and WORK are both off: nothing would be done'] : []),
      // Development has a key of its own.
      ...(given.NODE_ENV === 'production' && given.SANDBOX_URL && !given.SANDBOX_API_KEY
        ? ['SANDBOX_URL needs SANDBOX_API_KEY']
        : []),
      ...(PROVIDER_CONNECTIONS ? judge(PROVIDER_CONNECTIONS) : []).map((fault) => `PROVIDER_CONNECTIONS.${fault}`),
    ],
  );
}

/** What commands on the database read: nothing else needs to be there. */
export type DatabaseEnvironment = Pick<Environment, 'DATABASE_MIGRATION_URL'> & { readonly DATABASE_URL: string };

/** Reads where the database is, as {@link readEnvironment} does; `DATABASE_URL` is a must. */
export function readDatabaseEnvironment(source: NodeJS.ProcessEnv = process.env): DatabaseEnvironment {
  return read(source, ['DATABASE_URL', 'DATABASE_MIGRATION_URL'], ['DATABASE_URL']) as DatabaseEnvironment;
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
