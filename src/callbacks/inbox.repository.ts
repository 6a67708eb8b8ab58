import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  byTenant,
  Database,
  databaseTime,
  type SqlRow,
  type SqlValue,
  type TenantScope,
  tenantValues,
  type Transaction,
} from '../database/index.js';
import type { Instant } from '../platform/clock.js';
import { Ids } from '../platform/ids.js';
import type { CallbackHint } from '../providers/provider-adapter.js';
import { Vault } from '../vault/index.js';
import { type ClaimedRow, NOTIFY_DUE } from '../work/index.js';
import type { News } from './callback-target.js';
import { InboxStatements, OUTDATED } from './inbox.statements.js';
import { type SealedColumns, SealedWords, Unopened } from './sealed-words.js';

/** A genuine delivery: what it points at, and by whose connection it came. */
export interface Delivery {
  readonly scope: TenantScope;
  readonly provider: string;
  /** SHA-256 of the body: what tells equal news without a number apart. */
  readonly digest: Buffer;
  readonly hints: readonly CallbackHint[];
  /** Whose check each hint seems to be about, in their order; those of which it isn't said share a lane. */
  readonly about?: readonly (TenantScope | null)[];
  readonly receivedAt: Instant;
}

/** An item that waits to be heard. */
export interface WaitingItem {
  readonly provider: string;
  /** Or why nobody can read it. */
  readonly news: News | Unopened;
  readonly receivedAt: Instant;
  /** How often equal news had come when it was read. */
  readonly deliveries: number;
}

/** How an item ended. */
export type InboxOutcome = 'heard' | 'unknown_check' | 'unanswered' | 'unreadable';

interface NewItem {
  readonly hint: CallbackHint;
  readonly key: Buffer;
  readonly about: TenantScope | null;
}

interface ItemRow extends SqlRow, SealedColumns {
  readonly provider: string;
  readonly reference: string | null;
  readonly our_reference: string | null;
  readonly received_at: string;
  readonly deliveries: number;
}

interface OutdatedRow extends SqlRow {
  readonly organization_id: string;
  readonly livemode: boolean;
  readonly id: string;
}

/** Genuine callbacks, kept until they are heard and for 30 days after: so long a vendor's event is known to be a repetition. */
@Injectable()
export class InboxRepository {
  readonly #statements: InboxStatements;
  readonly #sealed: SealedWords;

  constructor(
    private readonly database: Database,
    vault: Vault,
    private readonly ids: Ids,
  ) {
    this.#statements = new InboxStatements(database.ownRows);
    this.#sealed = new SealedWords(vault);
  }

  /** Stores what a delivery points at, once, and wakes whoever hears it. */
  async add(delivery: Delivery): Promise<void> {
    const { scope, hints } = delivery;
    if (hints.length === 0) return;
    await this.database.tenant(scope, async (tx) => {
      // One order for all deliveries: two that hold the same events wait for each other instead of for ever.
      const items = hints.map((hint, place) => {
        return { hint, key: dedupKeyOf(hint, delivery.digest), about: delivery.about?.[place] ?? null };
      });
      items.sort((one, other) => Buffer.compare(one.key, other.key));
      await Promise.all(items.map((item) => this.#insert(tx, delivery, item)));
      await tx.finish(NOTIFY_DUE);
    });
  }

  /** A claimed item; null where it has been settled since. */
  async read({ scope, id }: ClaimedRow): Promise<WaitingItem | null> {
    const [row] = await this.database.one<ItemRow>(scope, this.#statements.read, [...tenantValues(scope), id]);
    if (!row) return null;
    const { provider, reference, our_reference: ourReference, received_at: receivedAt, deliveries } = row;
    const named = {
      provider,
      ...(reference !== null && { reference }),
      ...(ourReference !== null && { ourReference }),
    };
    const opened = row.sealed && this.#sealed.open({ scope, id }, row);
    const news = opened instanceof Unopened ? opened : { ...named, ...opened };
    return { provider, news, receivedAt: databaseTime(receivedAt), deliveries };
  }

  /** Ends an item. False where equal news has come since it was read, or where somebody else has claimed it. */
  async settle(row: ClaimedRow, item: WaitingItem, outcome: InboxOutcome, now: Instant): Promise<boolean> {
    const values = [...tenantValues(row.scope), row.id, row.attempt, item.deliveries, outcome, now];
    return (await this.database.one(row.scope, this.#statements.settle, values)).length === 1;
  }

  /** Removes some of what was settled 30 days before `now` or earlier; returns how many it found. */
  async purge(now: Instant): Promise<number> {
    const rows = await this.database.unscoped<OutdatedRow>('old_callbacks', OUTDATED, [now]);
    const scopeOf = ({ organization_id: organizationId, livemode }: OutdatedRow): TenantScope => ({
      organizationId,
      livemode,
    });
    for (const { scope, things: own } of byTenant(rows, scopeOf)) {
      await this.database.one(scope, this.#statements.purge, [...tenantValues(scope), own.map(({ id }) => id), now]);
    }
    return rows.length;
  }

  #insert(
    tx: Transaction,
    { scope, provider, receivedAt }: Delivery,
    { hint, key, about }: NewItem,
  ): Promise<SqlRow[]> {
    const id = this.ids.next();
    const { eventId, reference = null, ourReference = null, observation } = hint;
    const named = [...tenantValues(scope), id, provider, key, reference, ourReference, receivedAt];
    const sealed = observation ? this.#sealed.seal({ scope, id }, observation) : [null, null, null];
    const values: SqlValue[] = [...named, ...sealed, about?.organizationId ?? null, about?.livemode ?? null];
    return tx.query(eventId === undefined ? this.#statements.addNews : this.#statements.addEvent, values);
  }
}

/** Equal for the same event, or for equal news where the vendor numbers none; for each check that it points at. */
function dedupKeyOf({ eventId, reference = '', ourReference = '' }: CallbackHint, digest: Buffer): Buffer {
  const news = eventId === undefined ? ['body', digest.toString('base64')] : ['event', eventId];
  return hash('sha256', JSON.stringify([...news, reference, ourReference]), 'buffer');
}
