import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { ApiKeyContextSource, ApiKeysRepository } from './access/index.js';
import { DenyAllGuard } from './context/index.js';
import type { CustomerDirectory } from './customers/index.js';
import { Database } from './database/index.js';
import { HealthController, Readiness } from './health/index.js';
import { Clock } from './platform/clock.js';
import type { DeploymentConnection } from './connections/index.js';
import type { ProviderAdapter } from './providers/provider-adapter.js';
import { VerificationsModule, type VerificationsOptions } from './verifications/index.js';

/** All that the application is made of, as values: nothing below reads the environment. */
export interface AppSettings {
  readonly clock: Clock;
  readonly dataSource: DataSource;
  readonly namedStatements: boolean;
  readonly keyRing: string;
  readonly cursorSecret: string;
  readonly connections: Readonly<Record<string, DeploymentConnection>>;
  /** Those that count for test keys instead. */
  readonly testConnections?: Readonly<Record<string, DeploymentConnection>>;
  readonly options: Partial<VerificationsOptions>;
  /** Whether this process serves the API; its health is told in any case. On unless told. */
  readonly api?: 'on' | 'off';
  /** Whether this process does background work. */
  readonly work: 'on' | 'off';
  /** Where a worker hears what has become due; by its timer alone, unless told. */
  readonly listenUrl?: string;
  /** All of the registration list unless told. */
  readonly adapters?: readonly ProviderAdapter[];
  /** Who knows the customers; none unless told. */
  readonly customers?: CustomerDirectory;
}

/** The application: our module with API keys as its authentication, and a guard that denies what nobody has opened. */
@Module({})
export class AppModule {
  static forRoot(settings: AppSettings): DynamicModule {
    const { connections, testConnections = {}, options, dataSource, api = 'on', work, ...given } = settings;
    return {
      module: AppModule,
      imports: [
        VerificationsModule.forRootAsync({
          http: api === 'on' && { context: ApiKeyContextSource },
          work,
          imports: [AccessModule.forRoot(settings)],
          useFactory: () => ({ ...given, dataSource, options: { ...options, connections, testConnections } }),
        }),
      ],
      controllers: [HealthController],
      providers: [
        { provide: DataSource, useValue: dataSource },
        Readiness,
        { provide: APP_GUARD, useClass: DenyAllGuard },
      ],
    };
  }
}

/** API keys as the application's authentication. */
@Module({})
class AccessModule {
  static forRoot({ dataSource, namedStatements, clock }: AppSettings): DynamicModule {
    return {
      module: AccessModule,
      providers: [
        { provide: Database, useFactory: () => new Database(dataSource, { namedStatements }) },
        { provide: Clock, useValue: clock },
        ApiKeysRepository,
        ApiKeyContextSource,
      ],
      exports: [ApiKeyContextSource],
    };
  }
}
