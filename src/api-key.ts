import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { ApiKeysRepository, newApiKey, presentedKey } from './access/index.js';
import { ConfigurationError, readDatabaseEnvironment } from './config/env.js';
import { type Scope, SCOPES } from './context/index.js';
import { createDataSource, Database, DEPLOYMENT_ID, type TenantScope } from './database/index.js';
import { parseInstant, parseUuid } from './input/index.js';
import { addMilliseconds, type Instant, SystemClock } from './platform/clock.js';
import { RandomIds } from './platform/ids.js';

const USAGE = `npm run api-key -- create --organization <uuid> --label <text> [--live] [--principal <text>] [--scope <scope> ..] [--expires <when>]
npm run api-key -- revoke --organization <uuid> --id <uuid> [--live]

Scopes: ${SCOPES.join(', ')}; all of them unless told. <when>: days from now, or a date-time of RFC 3339; never unless told. A key is shown once.`;

const DAY_MS = 86_400_000;

interface Wanted {
  readonly command: string | undefined;
  readonly scope: TenantScope;
  readonly id: string | null;
  readonly label: string;
  readonly principalId: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Instant | null;
}

/** Makes or revokes an API key, as the role of DATABASE_URL; returns what to print. */
async function run(
  keys: ApiKeysRepository,
  { command, scope, id, label, principalId, scopes, expiresAt }: Wanted,
  now: Instant,
): Promise<string> {
  if (command === 'revoke' && id !== null) {
    return (await keys.revoke(scope, id, now)) ? 'revoked' : 'no such key, or revoked before';
  }
  if (command !== 'create' || label === '') throw new ConfigurationError([USAGE]);
  const key = newApiKey(scope.livemode);
  const hash = presentedKey(key)?.hash ?? Buffer.alloc(0);
  const keyId = new RandomIds().next();
  await keys.add({ ...scope, id: keyId, hash, label, principalId, scopes, expiresAt, createdAt: now });
  return `id   ${keyId}\nkey  ${key}`;
}

function readWanted(now: Instant): Wanted {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      organization: { type: 'string', default: '' },
      id: { type: 'string', default: '' },
      label: { type: 'string', default: '' },
      principal: { type: 'string' },
      live: { type: 'boolean', default: false },
      expires: { type: 'string' },
      scope: { type: 'string', multiple: true, default: [...SCOPES] },
    },
  });
  const organizationId = parseUuid(values.organization);
  if (organizationId === null || organizationId === DEPLOYMENT_ID) throw new ConfigurationError([USAGE]);
  const unknown = values.scope.filter((name) => !SCOPES.some((scope) => scope === name));
  if (unknown.length > 0) throw new ConfigurationError([`unknown scope: ${unknown.join(', ')}`]);
  return {
    command: positionals[0],
    scope: { organizationId, livemode: values.live },
    id: parseUuid(values.id),
    label: values.label,
    principalId: values.principal ?? values.label,
    scopes: SCOPES.filter((scope) => values.scope.includes(scope)),
    expiresAt: values.expires === undefined ? null : readExpiry(values.expires, now),
  };
}

function readExpiry(text: string, now: Instant): Instant {
  const expiresAt = /^[0-9]{1,5}$/.test(text) ? addMilliseconds(now, Number(text) * DAY_MS) : parseInstant(text);
  if (expiresAt === null || expiresAt <= now) {
    throw new ConfigurationError(['--expires must be days from now, or a date-time of RFC 3339 that is to come']);
  }
  return expiresAt;
}

try {
  const now = new SystemClock().now();
  const wanted = readWanted(now);
  const { DATABASE_URL: url } = readDatabaseEnvironment();
  const dataSource = await createDataSource({ url, poolSize: 1, entities: [] }).initialize();
  const keys = new ApiKeysRepository(new Database(dataSource, { namedStatements: false }));
  const said = await run(keys, wanted, now).finally(() => dataSource.destroy());
  process.stdout.write(`${said}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
