/**
 * Numbers from a seed (mulberry32), so that a run can be repeated.
 * @typedef {object} Random
 * @property {(below: number) => number} below a whole number from 0
 * @property {(least: number, most: number) => number} between a whole number, both ends included
 * @property {<T>(list: readonly T[]) => T} one of the list
 */

/**
 * @param {number} seed
 * @returns {Random}
 */
export function randomOf(seed) {
  let state = seed >>> 0;
  const below = (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
  return {
    below,
    between: (least, most) => least + below(most - least + 1),
    one: (list) => list[below(list.length)],
  };
}
