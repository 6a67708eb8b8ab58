import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../../platform/clock.js';
import { canonicalJson, type JsonObject } from '../../../platform/json.js';
import { isDecided, type StoredCheck } from './check.record.js';
import { firstState, outcomeOf, type Decision } from './check.script.js';
import { VendorJournal, type JournalEntry, type JournalEvent, type JournalLine } from './journal.js';
import type { CheckRequest } from './requests.js';

/** Limits on what the vendor holds. The oldest goes first. */
export interface VendorLimits {
  readonly checks: number;
  readonly journalEntries: number;
}

/** The vendor's memory: checks by id, key and reference, links, and the journal that they can be rebuilt from. */
export class CheckStore {
  readonly #checks = new Map<string, StoredCheck>();
  readonly #idsByKey = new Map<string, string>();
  readonly #subjects = new Map<string, JsonObject>();
  readonly #reads = new Map<string, number>();
  readonly #faults = new Map<string, number>();
  readonly #journal: VendorJournal;

  constructor(
    private readonly clock: Clock,
    private readonly limits: VendorLimits,
    journalFile: string | null,
    /** Hears of each change after a check's start. */
    private readonly changed: (check: StoredCheck) => void,
  ) {
    this.#journal = new VendorJournal(journalFile, limits.journalEntries, (line) => this.#replay(line));
  }

  /**
   * The check of this key: made and journalled as billable the first time, the same one afterwards.
   * Null where the key came with another request.
   */
  start(key: string, request: CheckRequest): { readonly check: StoredCheck; readonly replayed: boolean } | null {
    const fingerprint = createHash('sha256')
      .update(canonicalJson(request as unknown as JsonObject))
      .digest('hex');
    const known = this.get(this.#idsByKey.get(key) ?? '');
    if (known !== undefined) return known.fingerprint === fingerprint ? { check: known, replayed: true } : null;
    const { client_reference, type, subject, ...script } = request;
    const now = this.clock.now();
    const first = firstState(outcomeOf(script));
    const check: StoredCheck = {
      id: `sbx_${randomBytes(12).toString('hex')}`,
      client_reference,
      type,
      status: first.status,
      code: first.code ?? null,
      sequence: 1,
      created_at: now,
      decided_at: isDecided(first.status) ? now : null,
      script,
      key,
      fingerprint,
      redacted: false,
    };
    this.#subjects.set(check.id, subject);
    this.#put(check);
    const event = {
      kind: 'started',
      check_id: check.id,
      client_reference,
      idempotency_key: key,
      billable: true,
    } as const;
    this.#journal.record(now, event, check);
    return { check, replayed: false };
  }

  get(id: string): StoredCheck | undefined {
    return this.#checks.get(id);
  }

  /** Reads a check as a client does: the reading itself may be the one that finds it decided. */
  read(id: string): StoredCheck | undefined {
    const check = this.get(id);
    if (check === undefined) return undefined;
    const reads = this.#count(this.#reads, id);
    if (check.status !== 'processing' || reads < check.script.decide_after) return check;
    const then = outcomeOf(check.script);
    if (then === 'pending_then_verified') return this.decide(check, { status: 'approved' });
    if (then === 'pending_then_failed') return this.decide(check, { status: 'declined', code: 'PROVIDER_REJECTED' });
    return check;
  }

  /** The checks with this client reference, newest first. */
  find(clientReference: string): readonly StoredCheck[] {
    return [...this.#checks.values()].filter((check) => check.client_reference === clientReference).reverse();
  }

  /** Moves a check to another status and journals it. */
  decide(check: StoredCheck, { status, code = null, decidedAt }: Decision): StoredCheck {
    const now = this.clock.now();
    const decided_at = isDecided(status) ? (decidedAt ?? now) : null;
    const changed = { ...check, status, code, decided_at, sequence: check.sequence + 1 };
    this.#put(changed);
    this.#journal.record(now, { kind: 'changed', check_id: check.id, status, code }, changed);
    this.changed(changed);
    return changed;
  }

  /** What the client told about the subject; null once erased, or after a restart: it is never written to a file. */
  subjectOf(check: StoredCheck): JsonObject | null {
    return this.#subjects.get(check.id) ?? null;
  }

  /** Erases the subject. */
  redact(check: StoredCheck): void {
    const redacted = { ...check, redacted: true };
    this.#subjects.delete(check.id);
    this.#put(redacted);
    const event = { kind: 'changed', check_id: check.id, status: check.status, code: check.code } as const;
    this.#journal.record(this.clock.now(), event, redacted);
  }

  /** Whether a fault that strikes a client reference `times` times (null: always) strikes now; counts it if so. */
  strikes(clientReference: string, times: number | null): boolean {
    if (times !== null && (this.#faults.get(clientReference) ?? 0) >= times) return false;
    this.#count(this.#faults, clientReference);
    return true;
  }

  /** Journals a request and how it was answered, or a callback. */
  note(event: Extract<JournalEvent, { kind: 'called' | 'delivered' }>): void {
    this.#journal.record(this.clock.now(), event);
  }

  journal(after?: number): readonly JournalEntry[] {
    return this.#journal.entries(after);
  }

  close(): void {
    this.#journal.close();
  }

  #put(check: StoredCheck): void {
    this.#checks.set(check.id, check);
    this.#idsByKey.set(check.key, check.id);
    if (this.#checks.size <= this.limits.checks) return;
    const [oldest] = this.#checks.values();
    if (oldest === undefined) return;
    this.#checks.delete(oldest.id);
    this.#idsByKey.delete(oldest.key);
    this.#subjects.delete(oldest.id);
    this.#reads.delete(oldest.id);
  }

  #count(counts: Map<string, number>, name: string): number {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    dropOldest(counts, this.limits.checks);
    return count;
  }

  #replay({ entry, check }: JournalLine): void {
    if (check !== undefined) this.#put(check);
    if (entry.kind !== 'called') return;
    if (entry.fault !== null && entry.client_reference !== null) this.#count(this.#faults, entry.client_reference);
    if (entry.call === READ_CALL && entry.check_id !== null) this.#count(this.#reads, entry.check_id);
  }
}

/** The route whose calls count as readings; in the journal they stand by this name. */
export const READ_CALL = 'GET /v1/checks/{id}';

function dropOldest(map: Map<string, unknown>, limit: number): void {
  if (map.size <= limit) return;
  for (const name of map.keys()) {
    map.delete(name);
    return;
  }
}
