import { faultsOfChains } from './chain.mjs';
import { faultsOfHistories } from './histories.mjs';
import { faultsOfPromises } from './promises.mjs';
import { faultsOfVendor } from './vendor-truth.mjs';
import { faultsOfWork } from './work.mjs';

/**
 * @typedef {object} Fault
 * @property {'lost' | 'duplicate' | 'billed_twice' | 'promise' | 'history' | 'chain' | 'status' | 'stuck'} kind
 * @property {string} text
 */

/**
 * Whether what the consumer was told, the rows, the events and the vendor's journal tell one story. To be asked when nothing is under way.
 * @param {import('./world.mjs').World} world
 * @returns {Fault[]} none where they do
 */
export function judge(world) {
  return [
    ...faultsOfPromises(world),
    ...faultsOfHistories(world),
    ...faultsOfChains(world),
    ...faultsOfVendor(world),
    ...faultsOfWork(world),
  ];
}
