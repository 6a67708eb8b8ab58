import {
  type DynamicModule,
  type MiddlewareConsumer,
  Module,
  type NestModule,
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
import { KeyRing, Vault } from '../vault/index.js';
import { CustomerActions } from './customer-actions.js';
import { Cursors } from './cursors.js';
import { HostContextSource } from './http/host-context-source.js';
import { ProvidersController } from './http/providers.controller.js';
import { VerificationsController } from './http/verifications.controller.js';
import { Idempotency } from './idempotency/idempotency.js';
import { Replays } from './idempotency/replays.js';
import { NewVerifications } from './new-verifications.js';
import { ProviderCalls } from './provider-calls.js';
import { VerificationDoor } from './verification-door.js';
import { VerificationOverrides } from './verification-overrides.js';
import { VerificationReader } from './verification-reader.js';
import { VerificationStarts } from './verification-starts.js';
import { type AsyncModuleOptions, type HttpOptions, ModuleOptions } from './verifications.module-options.js';
import { DEFAULT_OPTIONS, VerificationsOptions } from './verifications.options.js';
import { VerificationsRepository } from './verifications.repository.js';
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
    useFactory: ({ keyRing }: ModuleOptions) => new Vault(KeyRing.parse(keyRing)),
    inject: [ModuleOptions],
  },
  {
    provide: Cursors,
    useFactory: ({ cursorSecret, keyRing }: ModuleOptions) =>
      cursorSecret === undefined
        ? Cursors.derivedFrom(KeyRing.parse(keyRing))
        : new Cursors(Buffer.from(cursorSecret, 'base64')),
    inject: [ModuleOptions],
  },
  {
    provide: VerificationsOptions,
    useFactory: ({ options }: ModuleOptions): VerificationsOptions => Object.assign({}, DEFAULT_OPTIONS, options),
    inject: [ModuleOptions],
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
  VerificationStarts,
  VerificationOverrides,
  VerificationReader,
  CustomerActions,
  Replays,
  VerificationsService,
];

/** Verifications, for the application of this repository and for any other Nest application. Global state: none; `process.env`: never read. */
@Module({})
export class VerificationsModule implements NestModule {
  /** Options that are known when the module is written down. */
  static forRoot(options: ModuleOptions): DynamicModule {
    return VerificationsModule.forRootAsync({ http: options.http ?? false, useFactory: () => options });
  }

  /** Options that are made of other providers, a `DataSource` above all; `http` must be known at once, it decides which routes exist. */
  static forRootAsync({ imports = [], inject = [], useFactory, http = false }: AsyncModuleOptions): DynamicModule {
    const served = http !== false;
    return {
      module: VerificationsModule,
      imports: [
        ...imports,
        ...(served ? [RouterModule.register([{ path: http.path ?? 'v1', module: VerificationsModule }])] : []),
      ],
      controllers: served ? [VerificationsController, ProvidersController] : [],
      providers: [
        { provide: ModuleOptions, useFactory, inject },
        ...WORLD,
        ...FROM_OPTIONS,
        ...FEATURE,
        ...(served ? [contextSource(http)] : []),
      ],
      exports: [VerificationsService, ProviderRegistry, Database, Clock, Ids],
    };
  }

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(RequestIdMiddleware, StrictBodyMiddleware).forRoutes(VerificationsController, ProvidersController);
  }
}

function contextSource({ context }: HttpOptions): Provider {
  if (isSource(context)) return { provide: ContextSource, useExisting: context };
  return { provide: ContextSource, useValue: new HostContextSource(context) };
}

function isSource(context: HttpOptions['context']): context is Type<ContextSource> {
  return context.prototype instanceof ContextSource;
}
