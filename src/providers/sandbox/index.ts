export { SandboxAdapter } from './sandbox.adapter.js';
export { startSandboxVendor, type SandboxVendor, type SandboxVendorOptions } from './sandbox.vendor.js';
export { shareSandboxVendor, type SharedSandboxVendor } from './sandbox.shared-vendor.js';
