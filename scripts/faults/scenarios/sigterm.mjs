import { setTimeout as sleep } from 'node:timers/promises';

/** What is in flight is answered within ten seconds; then calls to the vendor have their own deadline (3 s), and storing five more. */
const ENDED_WITHIN_MS = 20_000;
const ANSWERED_WITHIN_MS = 12_000;
/** A request that was sent less than this before the signal may not have been accepted yet. */
const ACCEPTED_AFTER_MS = 100;
/** SIGTERM to an API and to a worker under load: what is in flight is answered, the process ends by itself, its work goes to the others. */
export async function sigterm(round) {
  const { cluster, random, settings } = round;
  const loading = round.load({ overMs: settings.terms * 3_000 });
  for (let term = 0; term < settings.terms; term += 1) {
    await sleep(random.between(500, 1_500));
    const role = term % 2 === 0 ? 'api' : 'worker';
    await terminate(round, random.one(cluster.services.filter((service) => service.role === role)));
  }
  await loading;
}

async function terminate(round, service) {
  const { faults, figures, notes, consumer } = round;
  const { url } = service;
  const sentAt = performance.now();
  const ended = service.terminate();
  const exit = await Promise.race([ended, sleep(ENDED_WITHIN_MS)]);
  const tookMs = Math.round(performance.now() - sentAt);
  figures.kills += 1;
  round.watchHeld();
  notes.push(`${service.name} ended in ${tookMs} ms`);
  if (exit === undefined) faults.push(`${service.name} did not end in ${tookMs} ms`);
  else if (exit.code !== 0) faults.push(`${service.name} ended with ${exit.code ?? exit.signal}`);
  const inFlight = consumer.attempts.filter((attempt) => {
    return (
      attempt.base === url && attempt.sentAt < sentAt - ACCEPTED_AFTER_MS && attempt.sentAt + attempt.tookMs > sentAt
    );
  });
  notes.push(`${inFlight.length} were in flight`);
  const cut = inFlight.filter(({ status }) => status === 0).length;
  const late = inFlight.filter((attempt) => attempt.sentAt + attempt.tookMs > sentAt + ANSWERED_WITHIN_MS).length;
  if (cut + late > 0)
    faults.push(`of ${inFlight.length} in flight at ${service.name} ${cut} were cut and ${late} were late`);
  await service.start();
}
