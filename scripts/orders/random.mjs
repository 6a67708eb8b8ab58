import { randomOf } from '../../bench/random.mjs';

export { shuffled } from '../../bench/random.mjs';

/**
 * Choices that are the same for the same seed.
 * @typedef {object} Choice
 * @property {() => number} fraction from 0 up to 1
 * @property {(from: number, to: number) => number} between a whole number, both ends possible; `to` below `from` gives `from`
 * @property {<T>(...options: T[]) => T} among one of them
 * @property {(share: number) => boolean} happens true in this share of the cases
 * @property {<T>(count: number, make: (index: number) => T) => T[]} times
 */

/**
 * @param {number} seed
 * @returns {Choice}
 */
export function choiceOf(seed) {
  const fraction = randomOf(seed);
  const between = (from, to) => from + Math.floor(fraction() * (Math.max(from, to) - from + 1));
  return {
    fraction,
    between,
    among: (...options) => options[between(0, options.length - 1)],
    happens: (share) => fraction() < share,
    times: (count, make) => Array.from({ length: count }, (_, index) => make(index)),
  };
}
