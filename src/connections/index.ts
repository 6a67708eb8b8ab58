export { Connections, NO_CONNECTION, tokenHashOf } from './connections.js';
export type { CalledConnection, DeploymentConnection } from './connections.js';
export { AS_OPTIONS, readConnections } from './deployment-connections.js';
export type { ConnectionSpelling, GivenConnections, ReadConnections } from './deployment-connections.js';
export { ConnectionsRepository } from './connections.repository.js';
export type { NewConnection } from './connections.repository.js';
export { ProviderConnection } from './provider-connection.entity.js';
