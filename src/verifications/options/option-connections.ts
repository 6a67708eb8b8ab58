import {
  AS_OPTIONS,
  type DeploymentConnections,
  readConnections,
  sandboxFaults,
  sharedTokenFaults,
} from '../../connections/index.js';
import type { ProviderAdapter } from '../../providers/provider-adapter.js';
import type { VerificationsOptions } from './verifications.options.js';

/**
 * The deployment's connections of the module's options, judged as those of the environment are. Throws one `TypeError` that names every fault, and
 * no value.
 */
export function connectionsOf(
  { connections = {}, testConnections = {} }: Partial<VerificationsOptions>,
  adapters: readonly ProviderAdapter[],
): DeploymentConnections {
  const [all, forTests] = [
    readConnections(connections, adapters, AS_OPTIONS),
    readConnections(testConnections, adapters, AS_OPTIONS),
  ];
  const live = [...all.faults, ...sandboxFaults(connections, adapters)];
  const testOnly = new Set(adapters.filter((adapter) => adapter.testOnly).map(({ provider }) => provider));
  const byMode = Object.groupBy(Object.entries(all.connections), ([provider]) =>
    testOnly.has(provider) ? 'test' : 'live',
  );
  const liveOnly = Object.fromEntries(byMode.live ?? []);
  const tests = [...forTests.faults, ...sharedTokenFaults(liveOnly, forTests.connections)];
  const faults = [
    ...(live.length > 0 ? [`options.connections: ${live.join('; ')}`] : []),
    ...(tests.length > 0 ? [`options.testConnections: ${tests.join('; ')}`] : []),
  ];
  if (faults.length > 0) throw new TypeError(faults.join('; '));
  return {
    live: liveOnly,
    test: { ...Object.fromEntries(byMode.test ?? []), ...forTests.connections },
  };
}
