import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { addMilliseconds, Clock, type Instant } from '../platform/clock.js';
import type { ClaimedRow, DueRows, DueWork } from '../work/index.js';
import { type CalledCheck, CallbackTarget, type Hearing, type News } from './callback-target.js';
import { type InboxOutcome, InboxRepository, type WaitingItem } from './inbox.repository.js';
import { INBOX_DUE } from './inbox.statements.js';
import { Unopened } from './sealed-words.js';

const HOUR_MS = 3_600_000;
/** How long a check that nobody knows is waited for. */
const UNKNOWN_FOR_MS = 24 * HOUR_MS;
/** How long a provider that calls, and then does not answer, is asked. */
const UNANSWERED_FOR_MS = 7 * 24 * HOUR_MS;
/** How long a key that somebody took out of the ring may come back. */
const UNREADABLE_FOR_MS = UNANSWERED_FOR_MS;
/** A check that is being stored appears at once, or its process died and it is found out about within the hour. */
const FIRST_LOOK_MS = 1_000;
const LAST_LOOK_MS = HOUR_MS / 4;
const MOST_TOLD = 1_000;

type ReadItem = WaitingItem & { readonly news: News };

/** How long is waited, and how it ends where that was in vain. */
interface Patience {
  readonly forMs: number;
  readonly outcome: InboxOutcome;
}

/** What is done with an accepted callback: its check is found and asked about. The check decides nothing by the callback's own words. */
@Injectable()
export class InboxWork implements DueWork {
  readonly table = INBOX_DUE;
  readonly #logger = new Logger(InboxWork.name);
  /** The checks that have heard news which others wait for: each question costs the vendor one. Forgotten, it is asked once more. */
  readonly #told = new LRUCache<string, Set<string>>({ max: MOST_TOLD });

  constructor(
    private readonly inbox: InboxRepository,
    private readonly target: CallbackTarget,
    private readonly rows: DueRows,
    private readonly clock: Clock,
  ) {}

  /** Tells the checks that the item points at, and settles it; or puts it off. */
  async handle(row: ClaimedRow): Promise<void> {
    const item = await this.inbox.read(row);
    if (!item) return;
    const { news } = item;
    if (news instanceof Unopened) return this.#waitForKey(row, item, news);
    const checks = await this.target.find(row.scope, news);
    // The row may be committed a moment after the vendor calls, or never have been ours.
    if (checks.length === 0) await this.#wait(row, item, { forMs: UNKNOWN_FOR_MS, outcome: 'unknown_check' });
    else await this.#tell(row, { ...item, news }, checks);
  }

  async #tell(row: ClaimedRow, item: ReadItem, checks: readonly CalledCheck[]): Promise<void> {
    const later: (Hearing & { kind: 'later' })[] = [];
    const name = `${row.id} ${String(item.deliveries)}`;
    const told = this.#told.get(name) ?? new Set<string>();
    for (const check of checks.filter(({ id }) => !told.has(id))) {
      const hearing = await this.target.hear(check, item.news, row.attempt);
      if (hearing.kind === 'later') later.push(hearing);
      else told.add(check.id);
    }
    const [first] = later.sort((one, other) => (one.at < other.at ? -1 : 1));
    if (!first) return this.#settle(row, item, 'heard');
    this.#told.set(name, told);
    const over = addMilliseconds(item.receivedAt, UNANSWERED_FOR_MS) <= this.clock.now();
    return over && first.why === 'unanswered'
      ? this.#settle(row, item, 'unanswered')
      : this.rows.postpone(row, first.at);
  }

  /** A thing for an operator, who may have taken the key away too early: each try says so. */
  async #waitForKey(row: ClaimedRow, item: WaitingItem, { fault, ringKeyId }: Unopened): Promise<void> {
    const about = { provider: item.provider, inbox_id: row.id, attempt: row.attempt };
    this.#logger.error({ event: 'callback_not_opened', fault, ring_key_id: ringKeyId, ...about });
    await this.#wait(row, item, { forMs: UNREADABLE_FOR_MS, outcome: 'unreadable' });
  }

  async #wait(row: ClaimedRow, item: WaitingItem, { forMs, outcome }: Patience): Promise<void> {
    const now = this.clock.now();
    const end = addMilliseconds(item.receivedAt, forMs);
    if (end <= now) return this.#settle(row, item, outcome);
    const pause = Math.min(FIRST_LOOK_MS * 2 ** Math.min(row.attempt - 1, 20), LAST_LOOK_MS);
    return this.rows.postpone(row, earlier(addMilliseconds(now, pause), end));
  }

  async #settle(row: ClaimedRow, item: WaitingItem, outcome: InboxOutcome): Promise<void> {
    const now = this.clock.now();
    // Equal news that came while we looked may be about what has happened since.
    if (!(await this.inbox.settle(row, item, outcome, now))) return this.rows.postpone(row, now);
    if (outcome !== 'heard') {
      this.#logger.warn({ event: 'callback_not_applied', provider: item.provider, outcome, inbox_id: row.id });
    }
  }
}

function earlier(one: Instant, other: Instant): Instant {
  return one < other ? one : other;
}
