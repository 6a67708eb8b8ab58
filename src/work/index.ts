export { type DueRow, DueRows } from './due-rows.js';
export { LEASE_MS } from './due-statements.js';
export { DUE_CHANNEL, NOTIFY_DUE } from './due-notice.js';
export type { ClaimedRow, DueTable, DueWork } from './due-work.js';
export { HandedBack } from './handed-back.js';
export { Leases } from './leases.js';
export { Purge } from './purge.js';
export { Waker } from './waker.js';
export { WorkLoop } from './work-loop.js';
