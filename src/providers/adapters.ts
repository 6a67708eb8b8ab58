// The registration list: one line a vendor, each the class that its folder's door exports.
export { ManualAdapter } from './manual/index.js';
export { OfflineAdapter } from './offline/index.js';
export { SandboxAdapter } from './sandbox/index.js';
