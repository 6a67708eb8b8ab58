import { setTimeout as sleep } from 'node:timers/promises';

/** `kill -9` of a development server in the midst of creates, every other time with its database; it is started again in its folder. */
export async function development(round) {
  const { cluster, random, settings } = round;
  const [service] = cluster.services;
  const loading = round.load({ overMs: settings.developmentKills * 4_000 });
  for (let kill = random.below(2), left = settings.developmentKills; left > 0; kill += 1, left -= 1) {
    await sleep(random.between(500, 2_000));
    if (kill % 2 === 0) cluster.database.server.kill();
    await round.killAndRestart(service);
  }
  await loading;
}
