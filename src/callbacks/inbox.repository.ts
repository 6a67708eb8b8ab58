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
import type { Observation } from '../providers/observation.js';
import type { CallbackHint } from '../providers/provider-adapter.js';
import { type Place, Vault } from '../vault/index.js';
import { type ClaimedRow, NOTIFY_DUE } from '../work/index.js';
import type { News } from './callback-target.js';
import { INBOX, InboxStatements, OUTDATED } from './inbox.statements.js';

/** A genuine delivery: what it points at, and by whose connection it came. */
export interface Delivery {
  readonly scope: TenantScope;
  readonly provider: string;
  /** SHA-256 of the body: what tells equal news without a number apart. */
  readonly digest: Buffer;
  readonly hints: readonly CallbackHint[];
  readonly receivedAt: Instant;
}

/** An item that waits to be heard. */
export interface WaitingItem {
  readonly news: News;
  readonly receivedAt: Instant;
  /** How often equal news had come when it was read. */
  readonly deliveries: number;
}

/** How an item ended. */
export type InboxOutcome = 'heard' | 'unknown_check' | 'unanswered';

interface ItemRow extends SqlRow {
  readonly provider: string;
  readonly reference: string | null;
  readonly our_reference: string | null;
  readonly ring_key_id: string | null;
  readonly wrapped_key: Buffer | null;
  readonly sealed: Buffer | null;
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

  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly ids: Ids,
  ) {
    this.#statements = new InboxStatements(database.ownRows);
  }

  /** Stores what a delivery points at, once, and wakes whoever hears it. */
  async add(delivery: Delivery): Promise<void> {
    const { scope, hints } = delivery;
    if (hints.length === 0) return;
    await this.database.tenant(scope, async (tx) => {
      // One order for all deliveries: two that hold the same events wait for each other instead of for ever.
      const items = hints.map((hint) => ({ hint, key: dedupKeyOf(hint, delivery.digest) }));
      items.sort((one, other) => Buffer.compare(one.key, other.key));
      await Promise.all(items.map(({ hint, key }) => this.#insert(tx, delivery, hint, key)));
      await tx.finish(NOTIFY_DUE);
    });
  }

  /** A claimed item; null where it has been settled since. */
  async read({ scope, id }: ClaimedRow): Promise<WaitingItem | null> {
    const [row] = await this.database.one<ItemRow>(scope, this.#statements.read, [...tenantValues(scope), id]);
    if (!row) return null;
    const { provider, reference, our_reference: ourReference, received_at: receivedAt, deliveries } = row;
    const news: News = {
      provider,
      ...(reference !== null && { reference }),
      ...(ourReference !== null && { ourReference }),
      ...(row.sealed && { observation: this.#opened(scope, id, row) }),
    };
    return { news, receivedAt: databaseTime(receivedAt), deliveries };
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
    hint: CallbackHint,
    key: Buffer,
  ): Promise<SqlRow[]> {
    const id = this.ids.next();
    const { eventId, reference = null, ourReference = null, observation } = hint;
    const named = [...tenantValues(scope), id, provider, key, reference, ourReference, receivedAt];
    const values: SqlValue[] = [...named, ...this.#sealed(scope, id, observation)];
    return tx.query(eventId === undefined ? this.#statements.addNews : this.#statements.addEvent, values);
  }

  #sealed(scope: TenantScope, id: string, observation: Observation | undefined): SqlValue[] {
    if (observation === undefined) return [null, null, null];
    const { dataKey, ringKeyId, wrapped } = this.vault.newDataKey(placeOf(scope, id, 'wrapped_key'));
    const sealed = this.vault.seal(dataKey, placeOf(scope, id, 'sealed'), JSON.stringify(observation));
    return [ringKeyId, wrapped, sealed];
  }

  #opened(scope: TenantScope, id: string, row: ItemRow): Observation {
    const { ring_key_id: ringKeyId, wrapped_key: wrapped, sealed } = row;
    if (ringKeyId === null || !wrapped || !sealed) throw new Error('a sealed item without its key');
    const dataKey = this.vault.openDataKey(placeOf(scope, id, 'wrapped_key'), { ringKeyId, wrapped });
    return JSON.parse(this.vault.open(dataKey, placeOf(scope, id, 'sealed'), sealed)) as Observation;
  }
}

/** Equal for the same event, or for equal news where the vendor numbers none; for each check that it points at. */
function dedupKeyOf({ eventId, reference = '', ourReference = '' }: CallbackHint, digest: Buffer): Buffer {
  const news = eventId === undefined ? ['body', digest.toString('base64')] : ['event', eventId];
  return hash('sha256', JSON.stringify([...news, reference, ourReference]), 'buffer');
}

function placeOf(scope: TenantScope, id: string, column: 'wrapped_key' | 'sealed'): Place {
  return { scope, column: `callback_inbox.${column}`, row: id };
}

/** The inbox as due rows: no provider fills a pass of a tenant. */
export const INBOX_DUE = { name: INBOX, lane: 'provider' } as const;
