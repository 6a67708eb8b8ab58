import { setTimeout as sleep } from 'node:timers/promises';

const BETWEEN_MS = [300, 1_500];

/** `kill -9` of API and worker processes at random under create load; each is started again at once. */
export async function kill(round) {
  const { cluster, random, settings } = round;
  const plan = Array.from({ length: settings.kills }, () => ({
    afterMs: random.between(...BETWEEN_MS),
    service: random.one(cluster.services),
  }));
  // A kill takes about a start: a second and a half.
  const overMs = plan.reduce((sum, { afterMs }) => sum + afterMs + 1_500, 0);
  const loading = round.load({ overMs });
  for (const { afterMs, service } of plan) {
    await sleep(afterMs);
    await round.killAndRestart(service);
  }
  await loading;
}
