import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { DataSource } from 'typeorm';
import { AppModule, type AppSettings } from './app.module.js';
import { APP_OPTIONS, setUp, setUpServer } from './app.setup.js';
import { ConfigurationError, type Environment, readEnvironment } from './config/env.js';
import { listenFault } from './config/listen-fault.js';
import { connectionFault, createDataSource } from './database/index.js';
import { type DevelopmentWorld, startDevelopmentWorld } from './development.js';
import { PinoLogger, rootLogger } from './logging/index.js';
import { stopwatch, SystemClock } from './platform/clock.js';
import { assertProductionDatabase, ENTITIES } from './schema/index.js';
import { customerSettings, judgeCustomers } from './customer.setup.js';
import { judgeProviders, providerSettings } from './provider.setup.js';
import { drainConnections, Shutdown } from './shutdown.js';

const DEFAULT_PORT = 3000;
const HOUR_MS = 3_600_000;
/** How long requests in flight are waited for, and then the storing of what calls to providers answer. */
const DRAIN_MS = 10_000;
const STORE_MS = 5_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Starts the service; resolves when it serves. What it has begun by then, or by a failure, is the shutdown's to undo. */
async function start(environment: Environment, shutdown: Shutdown): Promise<void> {
  const development =
    environment.NODE_ENV === 'production' ? null : await startDevelopmentWorld(environment, shutdown, say);
  const dataSource = await connect(environment, development);
  shutdown.drains(() => dataSource.destroy());
  if (!development) await assertProductionDatabase(dataSource);
  const address = await serve(environment, settingsOf(environment, development, dataSource), shutdown);
  if (environment.API === 'on') await development?.calledBackAt(address);
  if (environment.API === 'off') say(`Working; health at ${address}/health/ready`);
  else say(development ? banner(address, development) : `Serving on ${address}`);
}

async function serve(environment: Environment, settings: AppSettings, shutdown: Shutdown): Promise<string> {
  const logger = rootLogger(environment.LOG_LEVEL);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(settings), {
    ...APP_OPTIONS,
    abortOnError: false,
    logger: new PinoLogger(logger.child({}, { level: quieter(environment.LOG_LEVEL) })),
  });
  shutdown.drains(async () => {
    await Promise.all([drainConnections(app.getHttpServer(), DRAIN_MS), app.close()]);
  });
  (environment.API === 'on' ? setUp : setUpServer)(app, logger);
  return listen(app, environment);
}

/** Nest's own account of every route and module is for debugging. */
function quieter(level: string): string {
  return level === 'info' ? 'warn' : level;
}

async function connect(environment: Environment, development: DevelopmentWorld | null): Promise<DataSource> {
  const url = development?.databaseUrl ?? environment.DATABASE_URL ?? '';
  const dataSource = createDataSource({ url, poolSize: environment.DATABASE_POOL_SIZE, entities: ENTITIES });
  return dataSource.initialize().catch((error: unknown) => {
    throw unreachable(error);
  });
}

function settingsOf(
  environment: Environment,
  development: DevelopmentWorld | null,
  dataSource: DataSource,
): AppSettings {
  return {
    clock: new SystemClock(),
    dataSource,
    api: environment.API,
    work: environment.WORK,
    ...listening(environment, development),
    namedStatements: environment.DATABASE_NAMED_STATEMENTS === 'on',
    keyRing: environment.KEY_RING ?? development?.secrets.keyRing ?? '',
    cursorSecret: environment.CURSOR_SECRET ?? development?.secrets.cursorSecret ?? '',
    ...providerSettings(environment, development?.sandbox ?? null),
    ...customerSettings(environment),
    options: {
      waitMs: environment.WAIT_MS,
      callDeadlineMs: environment.CALL_DEADLINE_MS,
      windowMs: environment.WINDOW_HOURS * HOUR_MS,
      evidenceKeptDays: environment.EVIDENCE_KEPT_DAYS ?? null,
    },
  };
}

/** A pooler that knows no named statements passes no notifications on either. */
function listening(environment: Environment, development: DevelopmentWorld | null): Pick<AppSettings, 'listenUrl'> {
  const { DATABASE_LISTEN_URL: given, DATABASE_NAMED_STATEMENTS: named, DATABASE_URL: url } = environment;
  const direct = named === 'on' ? (development?.databaseUrl ?? url) : undefined;
  const listenUrl = given ?? direct;
  return listenUrl === undefined ? {} : { listenUrl };
}

/** The wanted port; in development the next free one where nobody asked for a certain one. */
async function listen(app: NestExpressApplication, environment: Environment): Promise<string> {
  const { HOST: host, PORT: port, NODE_ENV, API } = environment;
  // Beside the API of the same developer nobody looks for a worker's health at a certain place.
  const usual = API === 'off' && NODE_ENV !== 'production' ? 0 : DEFAULT_PORT;
  const wanted = port ?? usual;
  try {
    await app.listen(wanted, host);
  } catch (error) {
    const fault = listenFault(error, wanted);
    if (fault === null) throw error;
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    if (!taken || port !== undefined || NODE_ENV === 'production') throw new ConfigurationError([fault]);
    await app.listen(0, host);
  }
  const { port: bound } = app.getHttpServer().address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${String(bound)}`;
}

function stopOnSignal(shutdown: Shutdown): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      shutdown.signalled(stopwatch()).then(() => process.exit(0), fail);
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

/** A database that can't be connected to is a fault of the configuration until proved otherwise. */
function unreachable(error: unknown): unknown {
  const fault = connectionFault(error);
  return fault === null ? error : new ConfigurationError([`DATABASE_URL: ${fault}`]);
}

/** Errors that are written for whoever starts the service; the others are for whoever mends it. */
const FOR_OPERATORS = new Set([
  'ConfigurationError',
  'EmbeddedPostgresError',
  'DatabaseRefusal',
  'DevelopmentSecretsError',
]);

function fail(error: unknown): never {
  const known = FOR_OPERATORS.has((error as Error).name);
  process.stderr.write(`${known ? (error as Error).message : String((error as Error).stack)}\n`);
  process.exit(1);
}

async function run(environment: Environment): Promise<void> {
  const shutdown = new Shutdown(DRAIN_MS + environment.CALL_DEADLINE_MS + STORE_MS);
  stopOnSignal(shutdown);
  try {
    await start(environment, shutdown);
  } catch (error) {
    // A start that a signal has cut short fails in one way or another; the signal ends the process.
    if (shutdown.begun) return;
    await shutdown.stop().catch(() => undefined);
    throw error;
  }
}

try {
  await run(readEnvironment(undefined, (given) => [...judgeProviders(given), ...judgeCustomers(given)]));
} catch (error) {
  fail(error);
}
