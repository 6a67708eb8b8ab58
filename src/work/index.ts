export { type DueRow, DueRows, LEASE_MS } from './due-rows.js';
export type { ClaimedRow, DueTable, DueWork } from './due-work.js';
export { Leases } from './leases.js';
export { WorkLoop } from './work-loop.js';
