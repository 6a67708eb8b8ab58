import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { MEASUREMENTS, SCENARIOS } from './scenarios/scenarios.mjs';

const USAGE = `npm run test:faults -- --scenario <name>[,<name>..]|all [--seed <n>] [--rounds <n>]

Scenarios: ${Object.keys(SCENARIOS).join(', ')}; not among all: ${Object.keys(MEASUREMENTS).join(', ')}.
Round k has the seed <seed> + k - 1, and the same plan whenever it is played with that seed.`;

/** What may be set, with what holds where it is not: the short way, as for a change of the code. */
const OPTIONS = {
  seed: null,
  rounds: 1,
  creates: 60,
  kills: 3,
  'postmaster-kills': 1,
  'failpoint-kills': 1,
  'freeze-seconds': 4,
  terms: 3,
  'development-kills': 2,
  pairs: 6,
  apis: 2,
  workers: 2,
};

/**
 * @typedef {object} Settings
 * @property {string[]} scenarios
 * @property {number} seed of the first round
 * @property {number} rounds
 * @property {number} creates in a round
 * @property {number} kills in a round of `kill`
 * @property {number} postmasterKills in a round of `postmaster`
 * @property {number} failpointKills in a round of `failpoint`
 * @property {number} freezeSeconds how long the database is away in `freeze` and `swallow`
 * @property {number} terms how often a process is asked to end in a round of `sigterm`
 * @property {number} developmentKills in a round of `development`
 * @property {number} pairs of blocks in `reads-beside-faults`
 * @property {number} apis
 * @property {number} workers
 * @property {boolean} assertRatio whether `reads-beside-faults` fails where reads suffer
 * @property {boolean} keep leave the folder with logs and journal
 */

/**
 * Reads the command line. Throws with the usage.
 * @param {string[]} args
 * @returns {Settings}
 */
export function readSettings(args) {
  const numbers = Object.fromEntries(Object.keys(OPTIONS).map((name) => [name, { type: 'string' }]));
  const flags = { 'assert-ratio': { type: 'boolean', default: false }, keep: { type: 'boolean', default: false } };
  const { values } = parseArgs({
    args,
    options: { ...numbers, ...flags, scenario: { type: 'string', default: 'all' } },
  });
  const read = Object.entries(OPTIONS).map(([name, standard]) => [
    camel(name),
    wholeNumber(name, values[name], standard),
  ]);
  const { assertRatio, keep } = { assertRatio: values['assert-ratio'], keep: values.keep };
  const settings = { ...Object.fromEntries(read), assertRatio, keep, scenarios: scenariosOf(values.scenario) };
  return { ...settings, seed: settings.seed ?? randomBytes(3).readUIntLE(0, 3) };
}

function wholeNumber(name, text, standard) {
  if (text === undefined) return standard;
  if (!/^[0-9]{1,9}$/.test(text) || (Number(text) === 0 && name !== 'seed'))
    throw new Error(`--${name} ${text}\n\n${USAGE}`);
  return Number(text);
}

function scenariosOf(text) {
  const known = Object.keys({ ...SCENARIOS, ...MEASUREMENTS });
  const names = text === 'all' ? Object.keys(SCENARIOS) : text.split(',');
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`unknown scenario: ${unknown.join(', ')}\n\n${USAGE}`);
  // In the order in which they don't get into each other's way.
  return known.filter((name) => names.includes(name));
}

function camel(name) {
  return name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}
