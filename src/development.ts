import { join } from 'node:path';
import { ApiKeysRepository, presentedKey } from './access/index.js';
import { type DevelopmentSecrets, loadDevelopmentSecrets } from './config/development-secrets.js';
import type { Environment } from './config/env.js';
import { SCOPES } from './context/index.js';
import { startEmbeddedPostgres } from './database/embedded/index.js';
import { createDataSource, Database } from './database/index.js';
import { SystemClock } from './platform/clock.js';
import { RandomIds } from './platform/ids.js';
import { startSandboxVendor } from './providers/sandbox/index.js';
import type { Connection } from './providers/provider-adapter.js';
import { migrate } from './schema/index.js';

/** What development brings along so that one command is enough. */
export interface DevelopmentWorld {
  readonly databaseUrl: string;
  readonly secrets: DevelopmentSecrets;
  readonly sandbox: Connection;
  /** After the application has drained. */
  stop(): Promise<void>;
}

type Progress = (line: string) => void;

/** Database, migrations, secrets, API keys and the sandbox vendor of a development server. */
export async function startDevelopmentWorld(environment: Environment, progress: Progress): Promise<DevelopmentWorld> {
  const { DATA_FOLDER: folder } = environment;
  const secrets = loadDevelopmentSecrets(folder);
  const database = await openDatabase(environment, progress);
  const apiKey = environment.SANDBOX_API_KEY ?? 'sandbox-development';
  const vendor = environment.SANDBOX_URL
    ? { url: environment.SANDBOX_URL, close: () => Promise.resolve() }
    : await startSandboxVendor({
        clock: new SystemClock(),
        apiKey,
        journalFile: join(folder, 'sandbox-journal.jsonl'),
      });
  await addDevelopmentKeys(database.url, secrets);
  return {
    databaseUrl: database.url,
    secrets,
    sandbox: { settings: { base_url: vendor.url }, credentials: { api_key: apiKey } },
    stop: async () => {
      await vendor.close();
      await database.stop();
    },
  };
}

interface OpenDatabase {
  readonly url: string;
  stop(): Promise<void>;
}

async function openDatabase(environment: Environment, progress: Progress): Promise<OpenDatabase> {
  const { DATABASE_URL: given, DATABASE_MIGRATION_URL: owner } = environment;
  if (given) {
    await migrate(owner ?? given, given, progress);
    return { url: given, stop: () => Promise.resolve() };
  }
  const server = await startEmbeddedPostgres({ dataFolder: environment.DATA_FOLDER, progress });
  await migrate(server.ownerUrl, server.appUrl, progress);
  return { url: server.appUrl, stop: () => server.stop() };
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
