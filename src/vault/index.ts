export { DataKey } from './data-key.entity.js';
export { KeyRing, MissingKeyError } from './key-ring.js';
export { Vault } from './vault.js';
export type { Place, WrappedKey } from './vault.js';
