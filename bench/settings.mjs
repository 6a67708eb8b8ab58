import { parseArgs } from 'node:util';

/**
 * @typedef {object} Settings
 * @property {number} rows verifications that are there before the first request
 * @property {number} seconds of one measurement
 * @property {number} connections kept alive, each with one request under way
 * @property {number} rounds each measures every server once for every scenario
 * @property {number} seed of the order of the servers and of what is asked for
 * @property {number} poolSize database connections of each server
 * @property {readonly string[]} only names of scenarios; all where empty
 * @property {string | undefined} keep folder of a database that stays for the next run
 * @property {string | undefined} profile folder for a CPU profile of each server and scenario
 * @property {boolean} smoke whether everything answers correctly, and no more
 */

const FULL = { rows: 1_000_000, seconds: 2, connections: 32, rounds: 5, seed: 1, 'pool-size': 10 };
const SMOKE = { ...FULL, rows: 20_000, seconds: 1, connections: 8, rounds: 1 };

const FLAGS = {
  ...Object.fromEntries(Object.keys(FULL).map((name) => [name, { type: 'string' }])),
  only: { type: 'string', multiple: true },
  keep: { type: 'string' },
  profile: { type: 'string' },
  smoke: { type: 'boolean' },
};

/**
 * The settings that the command line asks for. Throws an `Error` that names what is wrong.
 * @param {string[]} args
 * @returns {Settings}
 */
export function readSettings(args) {
  const { values } = parseArgs({ args, options: FLAGS, strict: true });
  const usual = values.smoke ? SMOKE : FULL;
  const numbers = Object.entries(usual).map(([name, value]) => [name, numberOf(name, values[name], value)]);
  const { 'pool-size': poolSize, ...rest } = Object.fromEntries(numbers);
  const { only = [], keep, profile, smoke = false } = values;
  return { ...rest, poolSize, only, keep, profile, smoke };
}

function numberOf(name, given, usual) {
  if (given === undefined) return usual;
  const value = Number(given);
  const whole = name === 'seconds' || Number.isInteger(value);
  if (!whole || !(value > 0 && value <= 100_000_000)) throw new Error(`--${name} must be a positive number`);
  return value;
}
