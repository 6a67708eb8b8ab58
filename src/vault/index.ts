export { DataKey } from './data-key.entity.js';
export { KeyRing, MissingKeyError } from './key-ring.js';
export type { KeyTable } from './key-table.js';
export { NotOpenableError, Vault, vaultFaultOf } from './vault.js';
export type { Place, VaultFault, WrappedKey } from './vault.js';
