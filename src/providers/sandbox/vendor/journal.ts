import { closeSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import type { Instant } from '../../../platform/clock.js';
import type { StoredCheck } from './check.record.js';

/** One thing that happened at the sandbox vendor; the oracle of tests. Holds no data about the subject. */
export type JournalEvent =
  /** A check was begun: this is what the vendor would bill. */
  | {
      readonly kind: 'started';
      readonly check_id: string;
      readonly client_reference: string;
      readonly idempotency_key: string;
      readonly billable: true;
    }
  /** A check got another status. */
  | { readonly kind: 'changed'; readonly check_id: string; readonly status: string; readonly code: string | null }
  /** A callback was sent. `answer` is the receiver's HTTP status; null where none came. Of a forged one the event is made up. */
  | {
      readonly kind: 'delivered';
      readonly check_id: string;
      readonly event_id: string | null;
      readonly forged: boolean;
      readonly answer: number | null;
      /** Counts the tries of one sending, from 1. */
      readonly attempt: number;
    }
  /** A request arrived. `answer` is the HTTP status; null where none was sent whole. */
  | {
      readonly kind: 'called';
      readonly call: string;
      readonly answer: number | null;
      readonly check_id: string | null;
      readonly client_reference: string | null;
      readonly fault: string | null;
    };

/** A {@link JournalEvent} with its place and time. `sequence` counts from 1 without gap. */
export type JournalEntry = JournalEvent & { readonly sequence: number; readonly at: Instant };

/** One line of the journal's file. `check` is the check after the event, where the event is about its state. */
export interface JournalLine {
  readonly entry: JournalEntry;
  readonly check?: StoredCheck;
}

/**
 * What happened, in order; at most `capacity` entries are kept in memory. With a file each line is written before the
 * vendor answers, and what concerns money or status is synced, so that a killed vendor finds its checks again.
 */
export class VendorJournal {
  readonly #entries: JournalEntry[] = [];
  #file: number | null;
  #sequence = 0;

  /** Opens the file (made where missing) and hands every readable line to `replay`, oldest first. */
  constructor(
    path: string | null,
    private readonly capacity: number,
    replay: (line: JournalLine) => void,
  ) {
    this.#file = path === null ? null : openSync(path, 'a+', 0o600);
    if (path !== null) this.#read(path, replay);
  }

  /** Appends an event. */
  record(at: Instant, event: JournalEvent, check?: StoredCheck): void {
    const entry: JournalEntry = { sequence: this.#sequence + 1, at, ...event };
    this.#keep(entry);
    if (this.#file === null) return;
    writeSync(this.#file, `${JSON.stringify({ entry, check })}\n`);
    if (check !== undefined) fsyncSync(this.#file);
  }

  /** The entries still in memory with a sequence above `after`, oldest first. */
  entries(after = 0): readonly JournalEntry[] {
    return this.#entries.filter((entry) => entry.sequence > after);
  }

  /** Ends the writing to the file: its descriptor's number may soon be another file's. */
  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #keep(entry: JournalEntry): void {
    this.#sequence = entry.sequence;
    this.#entries.push(entry);
    if (this.#entries.length > this.capacity) this.#entries.shift();
  }

  #read(path: string, replay: (line: JournalLine) => void): void {
    const text = readFileSync(path, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    // A kill in the middle of a write leaves half a line; the next line must not be glued to it.
    if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
    for (const line of whole.split('\n').slice(0, -1)) {
      const parsed = JSON.parse(line) as JournalLine;
      this.#keep(parsed.entry);
      replay(parsed);
    }
  }
}
