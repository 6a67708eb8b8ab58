import { randomBytes } from 'node:crypto';
import { ApiKeysRepository, presentedKey } from './access/index.js';
import { type DevelopmentSecrets, loadDevelopmentSecrets } from './config/development-secrets.js';
import type { Environment } from './config/env.js';
import type { DeploymentConnection } from './connections/index.js';
import { SCOPES } from './context/index.js';
import { startEmbeddedPostgres } from './database/embedded/index.js';
import { createDataSource, Database } from './database/index.js';
import { SystemClock } from './platform/clock.js';
import { RandomIds } from './platform/ids.js';
import { shareSandboxVendor } from './providers/sandbox/index.js';
import type { Connection } from './providers/provider-adapter.js';
import { migrate } from './schema/index.js';
import type { Shutdown } from './shutdown.js';

/** What development brings along so that one command is enough. */
export interface DevelopmentWorld {
  readonly databaseUrl: string;
  readonly secrets: DevelopmentSecrets;
  readonly sandbox: DeploymentConnection;
  /** Has the sandbox vendor call back to the service at this address; nothing where the vendor is not ours or can't reach it. */
  readonly calledBackAt: (address: string) => Promise<void>;
}

type Progress = (line: string) => void;

/** Database, migrations, secrets, API keys and the sandbox vendor of a development server. The shutdown ends them, also half-way. */
export async function startDevelopmentWorld(
  environment: Environment,
  shutdown: Shutdown,
  progress: Progress,
): Promise<DevelopmentWorld> {
  const secrets = loadDevelopmentSecrets(environment.DATA_FOLDER);
  const databaseUrl = await openDatabase(environment, shutdown, progress);
  const sandbox = await openSandbox(environment, shutdown);
  await addDevelopmentKeys(databaseUrl, secrets);
  return { databaseUrl, secrets, ...sandbox };
}

async function openDatabase(environment: Environment, shutdown: Shutdown, progress: Progress): Promise<string> {
  const { DATABASE_URL: given, DATABASE_MIGRATION_URL: owner, DATA_FOLDER: dataFolder } = environment;
  if (given) {
    progress('using the database of DATABASE_URL for development: it gets our tables and all-scope development keys');
    await migrate(owner ?? given, given, progress);
    return given;
  }
  const server = await shutdown.begins(
    () => startEmbeddedPostgres({ dataFolder, progress }),
    (started) => started.stop(),
  );
  await migrate(server.ownerUrl, server.appUrl, progress);
  return server.appUrl;
}

type Sandbox = Pick<DevelopmentWorld, 'sandbox' | 'calledBackAt'>;

async function openSandbox(environment: Environment, shutdown: Shutdown): Promise<Sandbox> {
  const { SANDBOX_URL: given, SANDBOX_API_KEY: apiKey = 'sandbox-development', DATA_FOLDER: folder } = environment;
  const connection = (url: string): Connection => ({ settings: { base_url: url }, credentials: { api_key: apiKey } });
  if (given) return { sandbox: connection(given), calledBackAt: () => Promise.resolve() };
  const vendor = await shareSandboxVendor({ clock: new SystemClock(), apiKey, folder });
  shutdown.drains(() => vendor.close());
  // New with each start: the vendor is told of them, and nobody else needs to know.
  const [callbackToken, secret] = [randomToken(), randomToken()];
  return {
    sandbox: { ...connection(vendor.url), callbackToken, callbackSecrets: [secret] },
    calledBackAt: async (address) => {
      const service = reachable(address);
      if (service) await vendor.callBack(`${service}/v1/provider-callbacks/sandbox/${callbackToken}`, [secret]);
    },
  };
}

function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** The address as the vendor, which calls loopback alone, may use it; null where the service does not listen there. */
function reachable(address: string): string | null {
  const { hostname, port } = new URL(address);
  if (hostname === '0.0.0.0' || hostname === '[::]') return `http://127.0.0.1:${port}`;
  return /^(127(\.\d+){3}|\[::1\])$/.test(hostname) ? address : null;
}

async function addDevelopmentKeys(
  url: string,
  { organizationId, liveKey, testKey }: DevelopmentSecrets,
): Promise<void> {
  const dataSource = await createDataSource({ url, poolSize: 1, entities: [] }).initialize();
  try {
    const keys = new ApiKeysRepository(new Database(dataSource, { namedStatements: false }));
    const common = { organizationId, principalId: 'development', label: 'Development key', scopes: SCOPES };
    for (const key of [liveKey, testKey].map(presentedKey)) {
      if (key) await keys.add({ ...common, ...key, id: new RandomIds().next(), createdAt: new SystemClock().now() });
    }
  } finally {
    await dataSource.destroy();
  }
}
