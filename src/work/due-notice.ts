import type { Statement } from '../database/index.js';

/** The channel on which workers hear that something has become due. It carries no payload: who hears it looks for itself. */
export const DUE_CHANNEL = 'customer_verifications_due';

/**
 * Tells every worker, when the transaction commits, that there is a row to be done now. For work that is made outside a worker and ought not to
 * wait for the next tick. Not on hot paths: transactions that notify commit one after the other, over the whole database server.
 */
export const NOTIFY_DUE: Statement = { name: 'due_notify', text: `select pg_notify('${DUE_CHANNEL}', '')` };
