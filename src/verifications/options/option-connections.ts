import { AS_OPTIONS, type DeploymentConnection, readConnections } from '../../connections/index.js';
import type { ProviderAdapter } from '../../providers/provider-adapter.js';
import type { VerificationsOptions } from './verifications.options.js';

/**
 * The deployment's connections of the module's options, judged as those of the environment are. Throws one `TypeError` that names every fault, and
 * no value.
 */
export function connectionsOf(
  { connections = {} }: Partial<VerificationsOptions>,
  adapters: readonly ProviderAdapter[],
): Readonly<Record<string, DeploymentConnection>> {
  const read = readConnections(connections, adapters, AS_OPTIONS);
  if (read.faults.length > 0) throw new TypeError(`options.connections: ${read.faults.join('; ')}`);
  return read.connections;
}
