import {
  type DynamicModule,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  Optional,
  type Provider,
  type Type,
} from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { ContextSource, RequestIdMiddleware } from '../context/index.js';
import { Database } from '../database/index.js';
import { EventsRepository } from '../events/index.js';
import { EvidenceRepository } from '../evidence/index.js';
import { StrictBodyMiddleware } from '../input/index.js';
import { Clock, SystemClock } from '../platform/clock.js';
import { FetchHttp, Http } from '../platform/http.js';
import { Ids, RandomIds } from '../platform/ids.js';
import { ProviderRegistry, wiredAdapters } from '../providers/provider-registry.js';
import { Vault } from '../vault/index.js';
import { DueRows, Leases, WorkLoop } from '../work/index.js';
import { CustomerActions } from './customer-actions.js';
import { Cursors } from './cursors.js';
import { HostContextSource } from './http/host-context-source.js';
import { ProvidersController } from './http/providers.controller.js';
import { VerificationsController } from './http/verifications.controller.js';
import { Idempotency } from './idempotency/idempotency.js';
import { Replays } from './idempotency/replays.js';
import { NewVerifications } from './start/new-verifications.js';
import { ProviderCalls } from './start/provider-calls.js';
import { VerificationDoor } from './verification-door.js';
import { VerificationOverrides } from './verification-overrides.js';
import { VerificationReader } from './verification-reader.js';
import { AnswerWait } from './start/answer-wait.js';
import { FollowUps, VERIFICATIONS_DUE } from './start/follow-ups.js';
import { Questions } from './start/questions.js';
import { Rechecks } from './start/rechecks.js';
import { Rounds } from './start/rounds.js';
import { VerificationStarts } from './start/verification-starts.js';
import { VerificationWorker } from './verification-worker.js';
import { cursorsOf, keyRingOf } from './option-secrets.js';
import { type AsyncModuleOptions, type HttpOptions, ModuleOptions } from './verifications.module-options.js';
import { DEFAULT_OPTIONS, VerificationsOptions } from './verifications.options.js';
import { VerificationsRepository } from './store/verifications.repository.js';
import { VerificationsService } from './verifications.service.js';

const WORLD: Provider[] = [
  { provide: Clock, useFactory: ({ clock }: ModuleOptions) => clock ?? new SystemClock(), inject: [ModuleOptions] },
  { provide: Ids, useClass: RandomIds },
  { provide: Http, useClass: FetchHttp },
];

const FROM_OPTIONS: Provider[] = [
  {
    provide: Database,
    useFactory: ({ dataSource, namedStatements = true }: ModuleOptions) =>
      new Database(dataSource, { namedStatements }),
    inject: [ModuleOptions],
  },
  {
    provide: ProviderRegistry,
    useFactory: ({ adapters }: ModuleOptions, clock: Clock, http: Http) =>
      new ProviderRegistry(adapters ?? wiredAdapters({ clock, http })),
    inject: [ModuleOptions, Clock, Http],
  },
  {
    provide: Vault,
    useFactory: (options: ModuleOptions) => new Vault(keyRingOf(options)),
    inject: [ModuleOptions],
  },
  {
    provide: Cursors,
    useFactory: cursorsOf,
    inject: [ModuleOptions],
  },
  {
    provide: VerificationsOptions,
    useFactory: ({ options }: ModuleOptions): VerificationsOptions => Object.assign({}, DEFAULT_OPTIONS, options),
    inject: [ModuleOptions],
  },
];

const WORK: Provider[] = [
  {
    provide: DueRows,
    useFactory: (database: Database) => new DueRows(database, VERIFICATIONS_DUE),
    inject: [Database],
  },
  { provide: Leases, useFactory: (rows: DueRows) => new Leases(rows), inject: [DueRows] },
  {
    provide: WorkLoop,
    useFactory: (rows: DueRows, leases: Leases, work: FollowUps, clock: Clock) =>
      new WorkLoop({ rows, leases, work, clock }),
    inject: [DueRows, Leases, FollowUps, Clock],
  },
];

const FEATURE: Provider[] = [
  EventsRepository,
  EvidenceRepository,
  VerificationsRepository,
  Idempotency,
  VerificationDoor,
  ProviderCalls,
  NewVerifications,
  Questions,
  AnswerWait,
  VerificationStarts,
  Rounds,
  Rechecks,
  FollowUps,
  VerificationOverrides,
  VerificationReader,
  CustomerActions,
  Replays,
  VerificationsService,
];

const CONTROLLERS = [VerificationsController, ProvidersController];

/** The controllers whose requests are ours to name and to read. */
abstract class ServedControllers {
  abstract readonly all: readonly Type[];
}

/** Verifications, for the application of this repository and for any other Nest application. Global state: none; `process.env`: never read. */
@Module({})
export class VerificationsModule implements NestModule {
  constructor(@Optional() private readonly served?: ServedControllers) {}

  /** Options that are known when the module is written down. */
  static forRoot({ http = false, global = false, work = 'off', ...options }: ModuleOptions): DynamicModule {
    return VerificationsModule.forRootAsync({ http, global, work, useFactory: () => options });
  }

  /** Options that are made of other providers; what decides which routes exist must be known at once. */
  static forRootAsync(options: AsyncModuleOptions): DynamicModule {
    const { imports = [], inject = [], useFactory, http = false, global = false, work = 'off' } = options;
    return {
      module: VerificationsModule,
      global,
      imports: [...imports, ...(http ? [routes(http)] : [])],
      controllers: http ? CONTROLLERS : [],
      providers: [
        { provide: ModuleOptions, useFactory, inject },
        ...WORLD,
        ...FROM_OPTIONS,
        ...FEATURE,
        ...WORK,
        ...(work === 'on' ? [VerificationWorker] : []),
        ...(http ? [contextSource(http), { provide: ServedControllers, useValue: { all: CONTROLLERS } }] : []),
      ],
      exports: [VerificationsService, ProviderRegistry],
    };
  }

  configure(consumer: MiddlewareConsumer): void {
    // Nest would bind them to the bare names of controllers that are not served, where a host may have routes of its own.
    if (this.served) consumer.apply(RequestIdMiddleware, StrictBodyMiddleware).forRoutes(...this.served.all);
  }
}

function routes({ path = 'v1' }: HttpOptions): DynamicModule {
  return RouterModule.register([{ path, module: VerificationsModule }]);
}

function contextSource({ context }: HttpOptions): Provider {
  if (isSource(context)) return { provide: ContextSource, useExisting: context };
  return { provide: ContextSource, useValue: new HostContextSource(context) };
}

function isSource(context: HttpOptions['context']): context is Type<ContextSource> {
  return context.prototype instanceof ContextSource;
}
