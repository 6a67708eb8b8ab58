import * as wired from './adapters.js';
import type { AdapterPlatform, CheckCapability, ProviderAdapter } from './provider-adapter.js';

/** The form of provider, verification type and check type. */
export const NAME_PATTERN = /^[a-z0-9][a-z0-9_.-]{0,63}$/;

/** The adapters of the registration list, made with the given platform; of the experimental ones those that are named. */
export function wiredAdapters(
  platform: AdapterPlatform,
  experimental: readonly string[] | 'all' = [],
): ProviderAdapter[] {
  const all: ProviderAdapter[] = Object.values(wired).map((Adapter) => new Adapter(platform));
  return all.filter(
    (adapter) => adapter.experimental !== true || experimental === 'all' || experimental.includes(adapter.provider),
  );
}

/** The adapters of this deployment, by name. Throws at construction where two share a name or one breaks the form of names. */
export class ProviderRegistry {
  readonly #byName: ReadonlyMap<string, ProviderAdapter>;

  constructor(adapters: readonly ProviderAdapter[]) {
    this.#byName = new Map(adapters.map((adapter) => [adapter.provider, adapter]));
    if (this.#byName.size < adapters.length) throw new Error('two adapters have one name');
    const names = adapters.flatMap(({ provider, checks }) => [
      provider,
      ...checks.flatMap(({ verificationType, checkType }) => [verificationType, checkType]),
    ]);
    const bad = names.find((name) => !NAME_PATTERN.test(name));
    if (bad !== undefined) throw new Error(`not a name for a provider, verification type or check type: ${bad}`);
  }

  /** What is wired for live or test keys, by name. */
  list(livemode: boolean): ProviderAdapter[] {
    return [...this.#byName.values()]
      .filter((adapter) => !livemode || !adapter.testOnly)
      .sort((one, other) => (one.provider < other.provider ? -1 : 1));
  }

  /** Null where no such provider is wired for live or test keys. */
  find(provider: string, livemode: boolean): ProviderAdapter | null {
    const adapter = this.#byName.get(provider);
    return adapter && (!livemode || !adapter.testOnly) ? adapter : null;
  }
}

/** The capability for a pair, or the type's default where no check type is named; null where the provider has none. */
export function capabilityOf(
  adapter: ProviderAdapter,
  verificationType: string,
  checkType?: string,
): CheckCapability | null {
  const found = adapter.checks.find(
    (check) =>
      check.verificationType === verificationType && (checkType === undefined || check.checkType === checkType),
  );
  return found ?? null;
}
