import { type DynamicModule, Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { type Clock, type HttpOptions, type ModuleOptions, VerificationsModule } from 'customer-verifications';
import { DataSource } from 'typeorm';
import { PayoutsModule } from './payouts.module.js';

/** What the host gives to the library besides its data source. */
export interface HostSettings extends Omit<ModuleOptions, 'dataSource' | 'http' | 'global'> {
  readonly clock: Clock;
  readonly http: false | HttpOptions;
  /** Which of the two ways of writing the library down. */
  readonly manner: 'forRoot' | 'forRootAsync';
}

/** The host's database, open as long as the host runs. */
@Global()
@Module({})
export class HostDatabaseModule implements OnApplicationShutdown {
  constructor(private readonly dataSource: DataSource) {}

  static over(dataSource: DataSource): DynamicModule {
    return {
      module: HostDatabaseModule,
      providers: [{ provide: DataSource, useValue: dataSource }],
      exports: [DataSource],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.dataSource.destroy();
  }
}

/** Somebody else's Nest application that uses the library in process and serves its routes among its own. */
@Module({})
export class HostModule {
  static over(dataSource: DataSource, { manner, http, work = 'off', ...options }: HostSettings): DynamicModule {
    const verifications =
      manner === 'forRoot'
        ? VerificationsModule.forRoot({ ...options, dataSource, http, work, global: true })
        : VerificationsModule.forRootAsync({
            http,
            work,
            global: true,
            inject: [DataSource],
            useFactory: (injected: DataSource) => ({ ...options, dataSource: injected }),
          });
    return { module: HostModule, imports: [HostDatabaseModule.over(dataSource), verifications, PayoutsModule] };
  }
}
