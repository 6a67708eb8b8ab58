import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connected, openDatabase } from './database.mjs';
import { endingAll } from './endings.mjs';
import { makeCallers } from './fill.mjs';
import { randomOf, shuffled } from './random.mjs';
import { describeScenario } from './report.mjs';
import { requestsOf, SCENARIOS } from './scenarios.mjs';
import { SERVERS } from './servers/servers.mjs';
import { readSettings } from './settings.mjs';

const WARM_UP_MS = 500;
/** Before the first measurement of a scenario: until the code is compiled and the pools are full. */
const FIRST_WARM_UP_MS = 2_000;

const say = (line) => process.stdout.write(`${line}\n`);

async function main(endings) {
  const settings = readSettings(process.argv.slice(2));
  const database = await openDatabase(settings, say, endings);
  const callers = await connected(database.ownerUrl, makeCallers);
  const stop = (child) => child.stop();
  const servers = [];
  for (const start of Object.values(SERVERS)) servers.push(await endings.begin(() => start(database, settings), stop));
  const load = await endings.begin(startLoad, stop);
  for (const scenario of chosen(settings)) {
    load.prepare(requestsOf(scenario, callers, settings.seed));
    const rounds = await measure(load, servers, scenario, settings);
    if (!settings.smoke) say(`\n${describeScenario(scenario.title, rounds).join('\n')}`);
    else say(`${scenario.title}: all answers are right`);
  }
}

function chosen({ only }) {
  const unknown = only.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown.length > 0)
    throw new Error(`--only ${unknown.join(', ')}: there are ${SCENARIOS.map(({ name }) => name).join(', ')}`);
  return SCENARIOS.filter(({ name }) => only.length === 0 || only.includes(name));
}

/** All servers by turns, in another order in each round. */
async function measure(load, servers, { name, expected }, settings) {
  const random = randomOf(settings.seed);
  const { connections, smoke, seconds } = settings;
  const plan = { connections, expected, measuredMs: seconds * 1000, warmUpMs: smoke ? 0 : WARM_UP_MS };
  if (!smoke)
    for (const server of servers) await load.run(server, { ...plan, warmUpMs: 0, measuredMs: FIRST_WARM_UP_MS });
  const rounds = [];
  for (let round = 0; round < settings.rounds; round++) {
    const results = {};
    for (const server of shuffled(servers, random)) results[server.name] = await load.run(server, plan);
    for (const [server, { wrong, count }] of Object.entries(results)) {
      if (wrong.length > 0 || count === 0) throw new Error(`${name}, ${server}: ${wrong[0] ?? 'no answer'}`);
    }
    rounds.push(Object.fromEntries(servers.map((server) => [server.name, results[server.name]])));
  }
  if (settings.profile !== undefined)
    await profile(load, servers, name, { ...plan, folder: resolve(settings.profile) });
  return rounds;
}

/** Once more, with the profiler on, for DevTools or speedscope. */
async function profile(load, servers, scenario, { folder, ...plan }) {
  mkdirSync(folder, { recursive: true });
  for (const server of servers) {
    const file = join(folder, `${scenario}-${server.name.replace(' ', '-')}.cpuprofile`);
    await server.profile(file, async () => void (await load.run(server, plan)));
  }
}

/** The process that asks. */
function startLoad() {
  const child = fork(fileURLToPath(new URL('load.mjs', import.meta.url)), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const told = async () => (await once(child, 'message'))[0];
  return {
    prepare: (requests) => void child.send({ requests }),
    run: async (server, plan) => {
      child.send({ plan: { ...plan, port: server.port } });
      await told();
      const before = await server.cpuMicroseconds();
      await told();
      const cpu = (await server.cpuMicroseconds()) - before;
      const { result } = await told();
      return { ...result, cpu };
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

await endingAll(main);
