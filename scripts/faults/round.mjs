import { setTimeout as sleep } from 'node:timers/promises';
import { connected } from './cluster/database.mjs';
import { Consumer } from './consumer/consumer.mjs';
import { load } from './consumer/load.mjs';
import { requestOf, USUAL } from './consumer/requests.mjs';
import { judge } from './oracle/oracle.mjs';
import { readWorld } from './oracle/world.mjs';
import { randomOf } from './random.mjs';
import { RESUMED_WITHIN_MS, watchHeldRows } from './watch.mjs';

const TENANTS = 2;
/** So many can fill a worker's hands: ten rows of a tenant's are the most. */
const TENANTS_OF_SIGTERM = 3;
const REPEATED_AT_ONCE = 8;
const MOST_LOOKS = 10;
/** Connection (5 s), answer (8 s) and the wait for the provider (1 s), and what a busy machine needs. */
const LONGEST_ANSWER_MS = 25_000;

/** The vendor takes its time, and one answer in so many is lost. */
const SLOW = { mostMs: 800, lostOf: 25 };

/** One round of one scenario: tenants of its own, a consumer, what was done and what is wrong. Its plan comes from its seed alone. */
export class Round {
  /** @type {string[]} */
  faults = [];
  /** @type {import('./consumer/requests.mjs').Wanted[]} */
  requests = [];
  figures = { kills: 0, slowestResumeMs: 0 };
  /** What the scenario has to tell besides. @type {string[]} */
  notes = [];
  #watches = [];
  #traffic;
  #heldAtKills = new Set();

  /** To be opened with {@link openRound}. */
  constructor(scenario, seed, cluster, settings, tenants) {
    this.scenario = scenario;
    this.seed = seed;
    this.cluster = cluster;
    this.settings = settings;
    this.tenants = tenants;
    this.random = randomOf(seed);
    // Of its own: who asks first is chance, and must not change the plan.
    this.#traffic = randomOf(seed + 1_000_003);
    this.consumer = new Consumer(() => this.#address(), { alone: scenario === 'sigterm' });
  }

  /** Sends so many requests over a time, of the given kinds in turn, to both tenants; reads beside them what was acknowledged. */
  async load({ creates = this.settings.creates, overMs, kinds = USUAL, reads = true, line = SLOW }) {
    const first = this.random.below(kinds.length);
    const requests = Array.from({ length: creates }, (_, index) => {
      return requestOf(kinds[(first + index) % kinds.length], this.tenants[index % this.tenants.length]);
    });
    this.requests.push(...requests);
    this.cluster.line?.behave({
      delayMs: () => this.#traffic.between(0, line.mostMs),
      loses: () => line.lostOf > 0 && this.#traffic.below(line.lostOf) === 0,
    });
    await load(this.consumer, requests, { overMs, random: this.#traffic, reads });
  }

  /** Kills a service (`kill -9`), starts it again at once, and watches what it had in hand. Resolves when it serves again. */
  async killAndRestart(service) {
    this.figures.kills += 1;
    const gone = service.kill();
    this.watchHeld();
    await gone;
    await service.start();
  }

  /** From now on watches the rows in hand; the round ends when all have been taken over. */
  watchHeld() {
    const ids = this.tenants.map(({ organizationId }) => organizationId);
    const watch = watchHeldRows(this.cluster.database, ids).then(({ rows, slowestMs, left }) => {
      for (const { id, attempts } of rows) this.#heldAtKills.add(`${id} ${attempts}`);
      this.figures.slowestResumeMs = Math.max(this.figures.slowestResumeMs, slowestMs);
      if (left > 0) this.faults.push(`${left} rows were never taken over`);
      else if (slowestMs > RESUMED_WITHIN_MS) this.faults.push(`work lay still for ${Math.round(slowestMs)} ms`);
    });
    this.#watches.push(watch);
    return watch;
  }

  /** What is wrong, all in all; to be asked when everything has settled. */
  async judge() {
    await Promise.all(this.#watches);
    const acknowledged = [...this.consumer.acknowledged.values()];
    const [acknowledgements, replays] = [acknowledged, await this.#repeatAll(acknowledged)].map((list) => {
      return list.map(({ wanted, ...told }) => ({ ...told, key: wanted.key, tenant: wanted.tenant.organizationId }));
    });
    const tenants = this.tenants.map(({ organizationId }) => organizationId);
    const { database, vendor } = this.cluster;
    const about = { tenants, requests: this.requests, acknowledgements, replays };
    const look = () => connected(database.ownerUrl, (client) => readWorld(client, about, vendor));
    let world = await look();
    // A review may be asked about just now; who keeps it longer than that takes is stuck.
    for (let turn = 0; turn < MOST_LOOKS && world.rows.some(({ leased }) => leased); turn += 1) {
      await sleep(1_000);
      world = await look();
    }
    const found = judge(world);
    const slowest = this.slowestAnswerMs();
    const slow = slowest > LONGEST_ANSWER_MS ? [`an answer took ${Math.round(slowest)} ms`] : [];
    const untold = this.requests.length === 0 || acknowledgements.length === 0 ? ['nothing was acknowledged'] : [];
    const faults = [...this.faults, ...this.consumer.faults, ...slow, ...untold, ...found.map(({ text }) => text)];
    return { faults, found };
  }

  /** Claims that were in somebody's hands when a process was killed. */
  get heldAtKills() {
    return this.#heldAtKills.size;
  }

  /** Everything once more, some at a time: a consumer may come back long after. */
  async #repeatAll(acknowledged) {
    const waiting = acknowledged.map(({ wanted }) => wanted);
    const replays = [];
    const repeatOn = async () => {
      for (let wanted = waiting.pop(); wanted; wanted = waiting.pop()) replays.push(await this.consumer.repeat(wanted));
    };
    await Promise.all(Array.from({ length: REPEATED_AT_ONCE }, repeatOn));
    return replays.filter((replay) => replay !== null);
  }

  slowestAnswerMs() {
    return this.consumer.attempts.reduce((most, { tookMs }) => Math.max(most, tookMs), 0);
  }

  #address() {
    const serving = this.cluster.services.filter(({ role, url }) => role === 'api' && url !== null);
    return serving.length === 0 ? null : this.#traffic.one(serving).url;
  }
}

/** A round with tenants that nobody else has. */
export async function openRound(scenario, seed, cluster, settings) {
  const length = scenario === 'sigterm' ? TENANTS_OF_SIGTERM : TENANTS;
  const tenants = await Promise.all(Array.from({ length }, () => cluster.tenant()));
  return new Round(scenario, seed, cluster, settings, tenants);
}
