// The registration list: one line a vendor, each the class that its folder's door exports.
export { BrregAdapter } from './brreg/index.js';
export { CompaniesHouseAdapter } from './companies-house/index.js';
export { GleifAdapter } from './gleif/index.js';
export { HmrcVatAdapter } from './hmrc-vat/index.js';
export { ManualAdapter } from './manual/index.js';
export { MiddeskAdapter } from './middesk/index.js';
export { OfflineAdapter } from './offline/index.js';
export { OpenSanctionsAdapter } from './opensanctions/index.js';
export { SandboxAdapter } from './sandbox/index.js';
export { SireneAdapter } from './sirene/index.js';
export { SwissUidAdapter } from './swiss-uid/index.js';
export { ViesAdapter } from './vies/index.js';
export { WatchmanAdapter } from './watchman/index.js';
