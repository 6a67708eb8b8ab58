// Tells stories of verifications in many orders and at once, through the database, and looks whether they end as the law of the lifecycle
// says: `npm run test:orders -- --rounds 10000 --races 10000 --seed 1`. Rounds are permutations: sets of observations, each in `--orders`
// orders. Ends with 1 where anything differs. `--wrong <name>` plays against a service that is wrong in a known way, which must be found.
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(randomBytes(3).readUIntLE(0, 3)) },
    rounds: { type: 'string', default: '10000' },
    orders: { type: 'string', default: '20' },
    races: { type: 'string', default: '10000' },
    wrong: { type: 'string' },
  },
});
const [seed, rounds, orders, races] = [values.seed, values.rounds, values.orders, values.races].map(Number);
if (![seed, rounds, orders, races].every((number) => Number.isSafeInteger(number) && number >= 0) || orders === 0)
  throw new Error('--seed, --rounds, --orders and --races are whole numbers');
if (values.wrong !== undefined) (await import('./orders/wrong/ways.mjs')).goWrong(values.wrong);

// Only now: what goes wrong must do so before the service is loaded.
const { openWorld } = await import('./orders/world.mjs');
const { playPermutations } = await import('./orders/permutations.mjs');
const { runRaces } = await import('./orders/races/races.mjs');

const tell = (line) => console.log(line);
const world = await openWorld();
try {
  tell(`seed ${seed}`);
  if (rounds > 0) {
    const began = performance.now();
    const sets = Math.ceil(rounds / orders);
    const figures = await playPermutations(world, { seed, sets, orders, tell });
    tell(`permutations: ${JSON.stringify(figures)} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    if (figures.differences > 0) process.exitCode = 1;
  }
  if (races > 0) {
    const began = performance.now();
    const figures = await runRaces(world, { seed, races, tell });
    tell(`races: ${JSON.stringify(figures)} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    if (figures.faults > 0) process.exitCode = 1;
  }
} finally {
  await world.close();
}
