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
import { CallbacksController, CallbackWorker } from '../callbacks/index.js';
import { ConnectionsController } from '../connections/index.js';
import { ContextSource, RequestIdMiddleware } from '../context/index.js';
import { StrictBodyMiddleware } from '../input/index.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { HostContextSource } from './http/host-context-source.js';
import { ProvidersController } from './http/providers.controller.js';
import { VerificationsController } from './http/verifications.controller.js';
import { VerificationWorker } from './verification-worker.js';
import { type AsyncModuleOptions, type HttpOptions, ModuleOptions } from './options/verifications.module-options.js';
import { PROVIDERS } from './verifications.providers.js';
import { VerificationsService } from './verifications.service.js';

const CONTROLLERS = [VerificationsController, ProvidersController, ConnectionsController];
/** Their bodies are read as bytes. */
const RAW_CONTROLLERS = [CallbacksController];

/** The controllers whose requests are ours to name and to read. */
abstract class ServedControllers {
  abstract readonly all: readonly Type[];
  abstract readonly raw: readonly Type[];
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
      controllers: http ? [...CONTROLLERS, ...RAW_CONTROLLERS] : [],
      providers: [
        { provide: ModuleOptions, useFactory, inject },
        ...PROVIDERS,
        ...(work === 'on' ? [VerificationWorker, CallbackWorker] : []),
        ...(http
          ? [contextSource(http), { provide: ServedControllers, useValue: { all: CONTROLLERS, raw: RAW_CONTROLLERS } }]
          : []),
      ],
      exports: [VerificationsService, ProviderRegistry],
    };
  }

  configure(consumer: MiddlewareConsumer): void {
    // Nest would bind them to the bare names of controllers that are not served, where a host may have routes of its own.
    if (!this.served) return;
    consumer.apply(RequestIdMiddleware, StrictBodyMiddleware).forRoutes(...this.served.all);
    consumer.apply(RequestIdMiddleware).forRoutes(...this.served.raw);
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
