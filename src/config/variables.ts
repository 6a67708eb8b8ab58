import { z } from 'zod';
import { jsonObject, keyRing, names, postgresUrl, secret, url, whole } from './value-forms.js';

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
  EVIDENCE_KEPT_DAYS: {
    description:
      'After how many days what a decided check was asked about and answered is shredded, by destroying its data key: a recheck then brings its input again, and answers of a check whose key is gone are not kept. Days count from the first evidence. Default: it is kept.',
    example: '365',
    schema: whole(1, 36_500).optional(),
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
      'The connections to providers that count for every organization without one of its own, with live keys: JSON, by provider, each with settings and credentials (docs/providers), and where the provider calls back, callback_token (32 characters or more, letters, digits and . _ ~ + = - alone; the provider gets the address /v1/provider-callbacks/<provider>/<callback_token>) and callback_secrets, one or, while they change, several.',
    example:
      '{"middesk":{"credentials":{"api_key":"mk_live_.."},"callback_token":"aVeryLongTokenThatNobodyCanGuess","callback_secrets":["secret"]}}',
    schema: jsonObject.optional(),
  },
  PROVIDER_TEST_CONNECTIONS: {
    description: 'The same for test keys: live credentials are never spent on tests.',
    example: '{"companies_house":{"settings":{"environment":"sandbox"},"credentials":{"api_key":"test key"}}}',
    schema: jsonObject.optional(),
  },
  EXPERIMENTAL_PROVIDERS: {
    description:
      'Providers whose adapters rest on facts that nobody has confirmed (docs/providers), wired only where they are named here, divided by commas. Default: none.',
    example: 'swiss_uid,sirene',
    schema: names.default([]),
  },
  CUSTOMERS_URL: {
    description:
      "The platform's customers API, with {customer_id} in its path or query (docs/customers.md). Without it, any id is taken for a customer's.",
    example: 'https://platform.internal/v1/customers/{customer_id}',
    schema: z.string().max(2048).optional(),
  },
  CUSTOMERS_TOKEN: {
    description: 'The bearer token for CUSTOMERS_URL.',
    example: 'token',
    schema: z.string().optional(),
  },
  CUSTOMERS_FIELDS: {
    description:
      'Where in its answers our members are: JSON, by member a JSON pointer (RFC 6901). Default: all of them at the top, by our names.',
    example: '{"legal_name":"/company/name","country":"/company/country","tax_identifiers.eu_vat":"/tax/vat_id"}',
    schema: jsonObject.optional(),
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
