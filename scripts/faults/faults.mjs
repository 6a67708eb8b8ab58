// Plays faults on the service as built and lets one oracle judge after each round: `npm run test:faults -- --scenario kill --seed 1 --rounds 20`.
// Ends with 1 where anything is wrong. All of it is on loopback, in folders of its own that go in the end.
import { openCluster } from './cluster/cluster.mjs';
import { openDevelopment } from './cluster/development.mjs';
import { closeConnections } from './consumer/http.mjs';
import { describeFaults, describeScenario } from './report.mjs';
import { openRound } from './round.mjs';
import { MEASUREMENTS, ON_DEVELOPMENT, SCENARIOS } from './scenarios/scenarios.mjs';
import { settle } from './settle.mjs';
import { readSettings } from './settings.mjs';

/** A vendor that was found away is left alone for half a minute, and for longer each time it is found so again. */
const SETTLED_WITHIN_MS = 300_000;

const say = (line) => process.stdout.write(`${line}\n`);
const secondsSince = (begun) => `${((performance.now() - begun) / 1000).toFixed(1)} s`;

async function main(settings) {
  const begun = performance.now();
  const clusters = new Clusters(settings);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => void clusters.close().then(() => process.exit(130)));
  try {
    const played = [];
    for (let round = 0; round < settings.rounds; round += 1)
      played.push(...(await playAll(clusters, settings, settings.seed + round)));
    for (const name of settings.scenarios)
      say(
        describeScenario(
          name,
          played.filter(({ round }) => round.scenario === name),
        ),
      );
    const faults = describeFaults(played, clusters.open);
    for (const fault of faults) say(fault);
    if (faults.length > 0) process.exitCode = 1;
    say(`${secondsSince(begun)} in all`);
  } finally {
    await clusters.close();
  }
}

/** The clusters that are open. The common one serves all rounds, one of development serves one. */
class Clusters {
  open = [];
  #common = null;
  #closing = null;

  constructor(settings) {
    this.settings = settings;
  }

  async for(scenario) {
    if (ON_DEVELOPMENT.has(scenario)) return this.#kept(openDevelopment(this.settings));
    return (this.#common ??= this.#kept(openCluster(this.settings)));
  }

  /** Closes those of development. */
  async closeSpent() {
    const common = await this.#common;
    for (const cluster of this.open.filter((each) => each !== common)) await cluster.close();
    this.open = this.open.filter((each) => each === common);
  }

  close() {
    closeConnections();
    return (this.#closing ??= Promise.all(this.open.map((cluster) => cluster.close())));
  }

  async #kept(opening) {
    const cluster = await opening;
    this.open.push(cluster);
    say(
      `seed ${this.settings.seed}: ${cluster.services.map(({ name }) => name).join(', ')}; logs in ${cluster.folder}`,
    );
    return cluster;
  }
}

/** Every chosen scenario once, one after the other; what they leave behind settles together, and then each is judged. */
async function playAll(clusters, settings, seed) {
  const rounds = [];
  for (const name of settings.scenarios) {
    const round = await openRound(name, seed, await clusters.for(name), settings);
    const begun = performance.now();
    await { ...SCENARIOS, ...MEASUREMENTS }[name](round);
    rounds.push(round);
    for (const note of round.notes) say(`  ${name} ${seed}: ${note}`);
    say(`${name} ${seed}: played in ${secondsSince(begun)}`);
  }
  const begun = performance.now();
  const byCluster = [...Map.groupBy(rounds, ({ cluster }) => cluster).values()];
  const left = await Promise.all(byCluster.map((own) => settle(own, SETTLED_WITHIN_MS)));
  say(`settled in ${secondsSince(begun)}${left.some((count) => count !== 0) ? `, ${left.join(' and ')} never` : ''}`);
  const played = [];
  for (const round of rounds) played.push({ round, judged: await round.judge() });
  await clusters.closeSpent();
  return played;
}

await main(readSettings(process.argv.slice(2)));
// Not left to Node's own end, which now and then turns for minutes over sockets that were reset.
process.exit();
