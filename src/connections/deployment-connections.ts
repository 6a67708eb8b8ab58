import type { JsonObject } from '../platform/json.js';
import type { ProviderAdapter } from '../providers/provider-adapter.js';
import type { DeploymentConnection } from './connections.js';

/** Connections as the environment gives them, by provider. */
export type GivenConnections = Readonly<
  Record<
    string,
    {
      readonly settings: unknown;
      readonly credentials: Readonly<Record<string, string>>;
      readonly callback_token?: string | undefined;
      readonly callback_secrets: readonly string[];
    }
  >
>;

/** What is read of them, or what is wrong with them: one line for each fault, without a value. */
export interface ReadConnections {
  readonly connections: Readonly<Record<string, DeploymentConnection>>;
  readonly faults: readonly string[];
}

/** Judges the deployment's connections by what the wired adapters say that theirs must hold. */
export function readConnections(given: GivenConnections, adapters: readonly ProviderAdapter[]): ReadConnections {
  const byName = new Map(adapters.map((adapter) => [adapter.provider, adapter]));
  const faults = Object.keys(given).flatMap((provider) => faultsOf(given, provider, byName.get(provider)));
  const connections = Object.entries(given).map(([provider, connection]) => {
    const { settings, credentials, callback_secrets: callbackSecrets, callback_token: callbackToken } = connection;
    const read = { settings: settings as JsonObject, credentials, callbackSecrets };
    return [provider, callbackToken === undefined ? read : { ...read, callbackToken }] as const;
  });
  return { connections: Object.fromEntries(connections), faults };
}

function faultsOf(given: GivenConnections, provider: string, adapter: ProviderAdapter | undefined): string[] {
  const connection = given[provider];
  if (!adapter) return [`${provider} is no provider that is wired here`];
  if (!connection || adapter.connectionForm === null) return [`${provider} takes no connection`];
  const { settings, credentials } = adapter.connectionForm;
  const read = settings.safeParse(connection.settings);
  const wrong = (read.error?.issues ?? []).map(
    ({ path, message }) => `${[provider, 'settings', ...path].join('.')} ${message}`,
  );
  const missing = credentials.filter((name) => !connection.credentials[name]);
  const unknown = Object.keys(connection.credentials).filter((name) => !credentials.includes(name));
  return [
    ...wrong,
    ...missing.map((name) => `${provider}.credentials.${name} is missing`),
    ...unknown.map((name) => `${provider}.credentials.${name} is not known`),
    ...callbackFaults(provider, connection, adapter),
  ];
}

function callbackFaults(
  provider: string,
  { callback_token: token, callback_secrets: secrets }: GivenConnections[string],
  { capabilities }: ProviderAdapter,
): string[] {
  const wanted = token !== undefined || secrets.length > 0;
  if (wanted && !capabilities.callbacks) return [`${provider} does not call back`];
  // One without the other is a connection that looks as if it listened, and refuses everything.
  if (wanted && (token === undefined || secrets.length === 0)) {
    return [`${provider} needs both callback_token and callback_secrets, or neither`];
  }
  return [];
}
