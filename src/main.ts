import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { DataSource } from 'typeorm';
import { AppModule, type AppSettings } from './app.module.js';
import { APP_OPTIONS, setUp } from './app.setup.js';
import { ConfigurationError, type Environment, readEnvironment } from './config/env.js';
import { createDataSource } from './database/index.js';
import { type DevelopmentWorld, startDevelopmentWorld } from './development.js';
import { PinoLogger, rootLogger } from './logging/index.js';
import { SystemClock } from './platform/clock.js';
import type { Connection } from './providers/provider-adapter.js';
import { assertProductionDatabase, ENTITIES } from './schema/index.js';

const DEFAULT_PORT = 3000;
const HOUR_MS = 3_600_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Starts the service; resolves when it serves. */
async function start(environment: Environment): Promise<void> {
  const development = environment.NODE_ENV === 'production' ? null : await startDevelopmentWorld(environment, say);
  try {
    await serve(environment, development);
  } catch (error) {
    await development?.stop();
    throw error;
  }
}

async function serve(environment: Environment, development: DevelopmentWorld | null): Promise<void> {
  const dataSource = await connect(environment, development);
  const logger = rootLogger(environment.LOG_LEVEL);
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forRoot(settingsOf(environment, development, dataSource)),
    {
      ...APP_OPTIONS,
      abortOnError: false,
      logger: new PinoLogger(logger.child({}, { level: quieter(environment.LOG_LEVEL) })),
    },
  );
  setUp(app, logger);
  const address = await listen(app, environment);
  stopOnSignal(async () => {
    await app.close();
    await dataSource.destroy();
    await development?.stop();
  });
  say(development ? banner(address, development) : `Serving on ${address}`);
}

/** Nest's own account of every route and module is for debugging. */
function quieter(level: string): string {
  return level === 'info' ? 'warn' : level;
}

async function connect(environment: Environment, development: DevelopmentWorld | null): Promise<DataSource> {
  const url = development?.databaseUrl ?? environment.DATABASE_URL ?? '';
  const dataSource = createDataSource({ url, poolSize: environment.DATABASE_POOL_SIZE, entities: ENTITIES });
  await dataSource.initialize();
  if (!development) await assertProductionDatabase(dataSource);
  return dataSource;
}

function settingsOf(
  environment: Environment,
  development: DevelopmentWorld | null,
  dataSource: DataSource,
): AppSettings {
  return {
    clock: new SystemClock(),
    dataSource,
    namedStatements: environment.DATABASE_NAMED_STATEMENTS === 'on',
    keyRing: environment.KEY_RING ?? development?.secrets.keyRing ?? '',
    cursorSecret: environment.CURSOR_SECRET ?? development?.secrets.cursorSecret ?? '',
    connections: connectionsOf(environment, development),
    options: {
      waitMs: environment.WAIT_MS,
      callDeadlineMs: environment.CALL_DEADLINE_MS,
      windowMs: environment.WINDOW_HOURS * HOUR_MS,
    },
  };
}

function connectionsOf(environment: Environment, development: DevelopmentWorld | null): Record<string, Connection> {
  const { SANDBOX_URL: url, SANDBOX_API_KEY: key } = environment;
  if (development) return { sandbox: development.sandbox };
  return url ? { sandbox: { settings: { base_url: url }, credentials: key ? { api_key: key } : {} } } : {};
}

/** The wanted port; in development the next free one where nobody asked for a certain one. */
async function listen(app: NestExpressApplication, { HOST: host, PORT: port, NODE_ENV }: Environment): Promise<string> {
  const wanted = port ?? DEFAULT_PORT;
  try {
    await app.listen(wanted, host);
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    if (!taken) throw error;
    if (port !== undefined || NODE_ENV === 'production')
      throw new ConfigurationError([`PORT ${String(wanted)} is taken`]);
    await app.listen(0, host);
  }
  const { port: bound } = app.getHttpServer().address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${String(bound)}`;
}

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      stop().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
    });
  }
}

function banner(address: string, { secrets }: DevelopmentWorld): string {
  return `
  Customer verifications serve at  ${address}
  Swagger UI                       ${address}/docs
  Development API key (test)       ${secrets.testKey}
  Development API key (live)       ${secrets.liveKey}
`;
}

function fail(error: unknown): never {
  const known = error instanceof ConfigurationError || (error as Error).name === 'EmbeddedPostgresError';
  process.stderr.write(`${known ? (error as Error).message : String((error as Error).stack)}\n`);
  process.exit(1);
}

try {
  await start(readEnvironment());
} catch (error) {
  fail(error);
}
