import type { FactoryProvider, ModuleMetadata, Type } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { ContextSource } from '../context/index.js';
import type { Clock } from '../platform/clock.js';
import type { ProviderAdapter } from '../providers/provider-adapter.js';
import type { ContextFunction } from './http/host-context-source.js';
import type { VerificationsOptions } from './verifications.options.js';

/** Our routes in the host's application. */
export interface HttpOptions {
  /** Who asks: the host's own authentication, as a function of the request or as a provider. */
  readonly context: ContextFunction | Type<ContextSource>;
  /** Path in front of `/verifications` and `/providers`, behind the host's global prefix; `v1` unless told. */
  readonly path?: string;
}

/** What a host gives to the module. */
export abstract class ModuleOptions {
  /** The host's own, connected. Entities need not be registered in it; migrations run by `runVerificationsMigrations`. */
  abstract readonly dataSource: DataSource;
  /** `id:base64,..`, each 32 bytes: encrypts evidence. The first encrypts, all decrypt. */
  abstract readonly keyRing: string;
  /** The adapters to wire; all of the registration list unless told. */
  readonly adapters?: readonly ProviderAdapter[];
  readonly clock?: Clock;
  /** 32 bytes in base64, the same in every process; derived from the key ring unless told. */
  readonly cursorSecret?: string;
  /** Whether statements are prepared by name; off behind a pooler that doesn't know them. */
  readonly namedStatements?: boolean;
  readonly options?: Partial<VerificationsOptions>;
  /** Off unless asked for. */
  readonly http?: false | HttpOptions;
  /** Background work. There is none yet: only `off`. */
  readonly work?: 'off';
}

/** {@link ModuleOptions} out of other providers. */
export interface AsyncModuleOptions {
  readonly imports?: ModuleMetadata['imports'];
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: (...dependencies: never[]) => ModuleOptions | Promise<ModuleOptions>;
  readonly http?: false | HttpOptions;
}
