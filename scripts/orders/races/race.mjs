import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { at, WINDOW_HOURS } from '../application.mjs';
import { moveOf } from './moves.mjs';
import { storyRequest } from '../vendor.adapter.mjs';

const MILLISECOND = 1 / 3_600_000;
/** What a caller may be told instead of being served; anything else is a fault. */
const REFUSALS = ['INVALID_STATE_TRANSITION', 'VERSION_CONFLICT', 'CHECK_NOT_SUPPORTED', 'IDEMPOTENCY_IN_PROGRESS'];
const WORDS = [
  { outcome: 'verified', reason: 'identity_verified' },
  { outcome: 'failed', reason: 'document_fraud' },
  { outcome: 'expired', reason: 'session_expired' },
  { outcome: 'pending', reason: 'manual_review', awaiting: 'review' },
  { outcome: 'pending', reason: 'provider_processing', awaiting: 'provider' },
  { outcome: 'pending', reason: 'provider_unavailable', retry: { class: 'outage' } },
];

/**
 * What became of one race.
 * @typedef {object} Race
 * @property {object} ctx
 * @property {string} id
 * @property {number} version the row's before the race
 * @property {Outcome[]} outcomes
 */

/**
 * @typedef {{ name: string, override?: import('./moves.mjs').Override, version?: number, replayed?: boolean, refused?: string, fault?: string }} Outcome
 */

/** One race: a row is brought somewhere, then callbacks, polls, overrides, rechecks and the clock come to it at once. */
export class RaceStory {
  /** Of the row: its id, its round and its version before the race. */
  id;
  round = 1;
  version;
  #said = 0;
  /** While the create's own call is held back, its answer takes part in the race. */
  #opened = Promise.resolve();

  constructor(world, choice, number, ctx) {
    Object.assign(this, { world, choice, number, ctx });
    // Around the end of the waiting, around the end of a pass, or at no such time.
    this.hour = choice.among(WINDOW_HOURS, 60, 50, 50);
  }

  /** @returns {Promise<Race>} */
  async run() {
    const { world, choice, number } = this;
    world.vendor.tell(number, () => this.#answer());
    let open = () => undefined;
    if (choice.happens(0.5)) this.#opened = new Promise((resolve) => (open = resolve));
    await this.#begin();
    const moves = choice.times(choice.between(4, 7), () => moveOf(this)).flat();
    open();
    const outcomes = await Promise.all(moves.map((move) => this.#during(move)));
    return { ctx: this.ctx, id: this.id, version: this.version, outcomes };
  }

  /** A word of the provider, heard now, of this round or one before. */
  heard() {
    const round = this.choice.between(1, this.round);
    return { kind: 'observation', round, provider: 'acme', observation: this.#observation(), validityDays: 2 };
  }

  async #begin() {
    const { world, choice, ctx } = this;
    const [application] = world.applications;
    const request = storyRequest(this.number, randomUUID());
    const create = () => application.service.create(ctx, request, { respondAsync: true });
    this.id = (await world.clock.during(0, create)).verification.id;
    for (let step = choice.between(0, 3); step > 0; step -= 1) {
      await world.clock.during(10 - step, () => this.#prepare(application));
    }
    this.version = (await application.repository.find(ctx, this.id)).version;
  }

  async #prepare(application) {
    const { choice, ctx, id } = this;
    const recheck = { kind: 'recheck', actorId: 'key:rechecker', windowEndsAt: at(this.hour) };
    const happening = choice.happens(0.7) ? this.heard() : recheck;
    const passage = await application.door.pass(ctx, id, happening);
    if (passage?.kind === 'changed') this.round = passage.verification.round;
  }

  /** What a provider says now; two sayings in one race are often of one time. */
  #observation() {
    const { choice, world } = this;
    this.#said += 1;
    return {
      ...choice.among(...WORDS),
      observedAt: world.clock.now(),
      ...(choice.happens(0.9) && { reference: `story-${this.number}` }),
      ...(choice.happens(0.5) && { providerTime: at(choice.between(5, 8)) }),
      ...(choice.happens(0.5) && { providerSequence: choice.between(0, 3) }),
      ...(choice.happens(0.4) && { expiresAt: at(choice.among(60, 60, 200)) }),
      ...(choice.happens(0.3) && { payload: { said: this.#said } }),
      ...(choice.happens(0.3) && { answer: { said: this.#said } }),
    };
  }

  async #answer() {
    await this.#opened;
    await sleep(this.choice.between(0, 3));
    return this.#observation();
  }

  /** One move at its time; clocks of processes are a few milliseconds apart. */
  async #during({ name, override, play }) {
    const hour = this.hour + this.choice.between(-5, 5) * MILLISECOND;
    const delay = this.choice.among(0, 0, 1, 2, 4);
    if (delay > 0) await sleep(delay);
    try {
      const outcome = await this.world.clock.during(hour, play);
      return { name, override, version: outcome?.verification?.version, replayed: outcome?.replayed };
    } catch (error) {
      if (REFUSALS.includes(error.code)) return { name, override, refused: error.code };
      return { name, override, fault: `${name} ends with ${error.name} ${error.code ?? ''} ${error.message}` };
    }
  }
}
