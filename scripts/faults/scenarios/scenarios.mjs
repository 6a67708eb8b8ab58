import { callbacks } from './callbacks.mjs';
import { freeze, postmaster, swallow } from './database-faults.mjs';
import { development } from './development.mjs';
import { failpoint } from './failpoint.mjs';
import { kill } from './kill.mjs';
import { readsBesideFaults } from './reads-beside-faults.mjs';
import { sigterm } from './sigterm.mjs';
import { vendor } from './vendor-faults.mjs';

/**
 * Every scenario, by name, in the order in which all are played: what leaves leases behind comes last, so that all wait for them together.
 * @type {Record<string, (round: import('../round.mjs').Round) => Promise<void>>}
 */
export const SCENARIOS = { vendor, callbacks, sigterm, freeze, swallow, postmaster, development, failpoint, kill };

/** Scenarios that measure; not played with all. */
export const MEASUREMENTS = { 'reads-beside-faults': readsBesideFaults };

/** Scenarios on a development server of their own instead of the cluster. */
export const ON_DEVELOPMENT = new Set(['development']);
