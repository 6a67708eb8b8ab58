import type { FactoryProvider, ModuleMetadata, Type } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { ContextSource } from '../../context/index.js';
import type { CustomerDirectory } from '../../customers/index.js';
import type { Clock } from '../../platform/clock.js';
import type { ProviderAdapter } from '../../providers/provider-adapter.js';
import type { ContextFunction } from '../http/host-context-source.js';
import type { VerificationsOptions } from './verifications.options.js';

/** Our routes in the host's application. */
export interface HttpOptions {
  /** Who asks: the host's own authentication, as a function of the request or as a provider of an imported or global module. */
  readonly context: ContextFunction | Type<ContextSource>;
  /** Path in front of `/verifications`, `/providers` and `/provider-callbacks`, behind the host's global prefix; `v1` unless told. */
  readonly path?: string;
}

/** What a host gives to the module. */
export abstract class ModuleOptions {
  /**
   * The host's own, connected. Entities need not be registered in it; migrations run by `runVerificationsMigrations`. What closes it
   * at shutdown stands in a module that is imported before this one, or by it: calls under way still have answers to store.
   */
  abstract readonly dataSource: DataSource;
  /** `id:base64,..`, each 32 bytes: encrypts evidence. The first encrypts, all decrypt. */
  abstract readonly keyRing: string;
  /** The adapters to wire; all of the registration list unless told. */
  readonly adapters?: readonly ProviderAdapter[];
  /** Who knows the customers; none unless told: any id is taken for a customer's then, and `input` must hold what a check needs. */
  readonly customers?: CustomerDirectory;
  readonly clock?: Clock;
  /** 32 bytes in base64, the same in every process; derived from the key ring unless told. */
  readonly cursorSecret?: string;
  /** Whether statements are prepared by name; off behind a pooler that doesn't know them. */
  readonly namedStatements?: boolean;
  /**
   * Where a worker hears that something has become due, by `LISTEN` on a connection of its own: the same database, past any pooler. Without it,
   * work is found by the timer alone, once a second.
   */
  readonly listenUrl?: string;
  readonly options?: Partial<VerificationsOptions>;
  /** Off unless asked for. */
  readonly http?: false | HttpOptions;
  /** Whether this process asks providers again about what is due, hears callbacks, and ends passes and windows; off unless asked for. */
  readonly work?: 'on' | 'off';
  /** Whether other modules may inject the service without importing this one; not unless told. */
  readonly global?: boolean;
}

/** What decides how the module is put together, and so must be known before any provider is. */
type Structure = Pick<ModuleOptions, 'http' | 'global' | 'work'>;

/** What may be made of other providers. */
export type LateModuleOptions = Omit<ModuleOptions, keyof Structure> & { readonly [Name in keyof Structure]?: never };

/** {@link ModuleOptions} out of other providers, a `DataSource` above all. */
export interface AsyncModuleOptions extends Structure {
  /** Modules that export what `inject` and `http.context` name. */
  readonly imports?: ModuleMetadata['imports'];
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: (...dependencies: never[]) => LateModuleOptions | Promise<LateModuleOptions>;
}
