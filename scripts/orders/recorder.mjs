import { reduce } from '../../dist/src/verifications/lifecycle/reducer.js';
import { stateOf } from '../../dist/src/verifications/store/verification.row.js';

const CLOCK = { kind: 'clock' };

/** Writes down, by verification and version, what was told to have passed a door, and when that was: an own account beside the events. */
export class Recorder {
  /** What can't be: versions that were acknowledged to two, rows that were swept and not over. */
  faults = [];
  #clock;
  #deeds = new Map();

  /** @param {import('../../dist/src/platform/clock.js').Clock} clock the one of all applications on the database */
  constructor(clock) {
    this.#clock = clock;
  }

  /** Listens at the door of an application. */
  listenAt(door) {
    const { passLocked, passKnown, passTogether } = door;
    door.passLocked = async (...given) => this.#heard(given[2], await passLocked.apply(door, given));
    door.passKnown = async (...given) => this.#heard(given[1], await passKnown.apply(door, given));
    door.passTogether = async (...given) => this.#swept(given[2], await passTogether.apply(door, given));
  }

  /**
   * What happened to a verification, by version; forgotten once asked for.
   * @returns {import('./history.mjs').Deeds}
   */
  takeDeeds(id) {
    const known = this.#deeds.get(id) ?? new Map();
    this.#deeds.delete(id);
    return known;
  }

  #heard(happening, passage) {
    if (passage?.kind === 'changed') this.#record(passage.verification, happening);
    return passage;
  }

  /** It says how many, not which: those for which time makes a difference. */
  #swept(locked, changed) {
    const now = this.#clock.now();
    const over = locked.filter((row) => isOver(row, now));
    if (over.length !== changed) this.faults.push(`${changed} rows swept, ${over.length} over`);
    for (const { id, version } of over) this.#record({ id, version: version + 1 }, CLOCK);
    return changed;
  }

  #record({ id, version }, happening) {
    if (!this.#deeds.has(id)) this.#deeds.set(id, new Map());
    const known = this.#deeds.get(id);
    // A door that takes the other way calls itself: the same happening is told twice.
    if (known.has(version) && known.get(version).happening !== happening)
      this.faults.push(`${id}: version ${version} was acknowledged to two`);
    known.set(version, { happening, now: this.#clock.now() });
  }
}

function isOver(row, now) {
  const state = stateOf(row);
  return JSON.stringify(reduce(state, CLOCK, now).state) !== JSON.stringify(state);
}
