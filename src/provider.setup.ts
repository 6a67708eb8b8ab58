import type { Environment, GivenToAdapters } from './config/env.js';
import { type DeploymentConnection, readConnections, sandboxFaults, sharedTokenFaults } from './connections/index.js';
import { SystemClock } from './platform/clock.js';
import { FetchHttp } from './platform/http.js';
import type { ProviderAdapter } from './providers/provider-adapter.js';
import { wiredAdapters } from './providers/provider-registry.js';

type Connections = Readonly<Record<string, DeploymentConnection>>;

/** What the environment says about providers, as the application takes it. */
export interface ProviderSettings {
  readonly adapters: readonly ProviderAdapter[];
  readonly connections: Connections;
  readonly testConnections: Connections;
}

/** The adapters and connections of this process; `played` is the sandbox vendor that development brings along. */
export function providerSettings(environment: Environment, played: DeploymentConnection | null): ProviderSettings {
  const { PROVIDER_CONNECTIONS: live = {}, PROVIDER_TEST_CONNECTIONS: test = {} } = environment;
  const adapters = wired(environment);
  const sandbox = played ?? sandboxOf(environment);
  return {
    adapters,
    connections: readConnections(live, adapters).connections,
    testConnections: { ...(sandbox && { sandbox }), ...readConnections(test, adapters).connections },
  };
}

/** What is wrong with it: a line for each fault, without a value. */
export function judgeProviders(given: GivenToAdapters): readonly string[] {
  const { PROVIDER_CONNECTIONS: live = {}, PROVIDER_TEST_CONNECTIONS: test = {} } = given;
  const adapters = wired(given);
  const offered = new Set(allAdapters().flatMap(({ provider, experimental }) => (experimental ? [provider] : [])));
  const forTests = new Set(adapters.filter(({ testOnly }) => testOnly).map(({ provider }) => provider));
  return [
    ...(given.EXPERIMENTAL_PROVIDERS ?? [])
      .filter((name) => !offered.has(name))
      .map((name) => `EXPERIMENTAL_PROVIDERS: ${name} is no experimental provider`),
    ...[...readConnections(live, adapters).faults, ...sandboxFaults(live, adapters)].map(
      (fault) => `PROVIDER_CONNECTIONS.${fault}`,
    ),
    ...Object.keys(live)
      .filter((provider) => forTests.has(provider))
      .map(
        (provider) =>
          `PROVIDER_CONNECTIONS.${provider} is for test keys alone: it belongs in PROVIDER_TEST_CONNECTIONS`,
      ),
    ...[
      ...readConnections(test, adapters).faults,
      ...sharedTokenFaults(readConnections(live, adapters).connections, readConnections(test, adapters).connections),
    ].map((fault) => `PROVIDER_TEST_CONNECTIONS.${fault}`),
    ...playedFaults(given, adapters),
  ];
}

/** What is given alone is judged beside something that will do; what is missing is judged with the rest of the environment. */
function playedFaults(
  { SANDBOX_URL: url = 'http://127.0.0.1', SANDBOX_API_KEY: key = 'sandbox' }: GivenToAdapters,
  adapters: readonly ProviderAdapter[],
): readonly string[] {
  const sandbox = { settings: { base_url: url }, credentials: { api_key: key } };
  return readConnections({ sandbox }, adapters).faults.map((fault) =>
    fault.replace('sandbox.settings.base_url', 'SANDBOX_URL').replace('sandbox.credentials.api_key', 'SANDBOX_API_KEY'),
  );
}

function wired({ EXPERIMENTAL_PROVIDERS: named = [] }: GivenToAdapters): readonly ProviderAdapter[] {
  return wiredAdapters({ clock: new SystemClock(), http: new FetchHttp() }, named);
}

function allAdapters(): readonly ProviderAdapter[] {
  return wiredAdapters({ clock: new SystemClock(), http: new FetchHttp() }, 'all');
}

function sandboxOf({ SANDBOX_URL: url, SANDBOX_API_KEY: key }: Environment): DeploymentConnection | null {
  return url ? { settings: { base_url: url }, credentials: key ? { api_key: key } : {} } : null;
}
