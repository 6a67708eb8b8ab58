import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../context/index.js';
import { type EventRecord, EventsRepository } from '../events/index.js';
import { type Evidence, EvidenceRepository } from '../evidence/index.js';
import { Clock, instant } from '../platform/clock.js';
import { canonicalJson } from '../platform/json.js';
import { Cursors } from './cursors.js';
import { VerificationDoor } from './verification-door.js';
import type { ShownVerification } from './store/verification.entity.js';
import { notFound } from './verification-overrides.js';
import { type ListFilter, type ListPosition, VerificationsRepository } from './store/verifications.repository.js';

/** A page of a list; `nextCursor` is null on the last. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** Which page of a list, and how long. */
export interface PageRequest {
  /** 1-100; 25 unless told. */
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** A list that is read a page at a time. */
interface PagedList<Item> {
  /** Binds a cursor to the list and its filters. */
  readonly name: string;
  readonly fetch: (after: string | null, count: number) => Promise<Item[]>;
  readonly positionOf: (item: Item) => string;
}

const DEFAULT_LIMIT = 25;
const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** Reads verifications and what hangs on them, a bounded page at a time. */
@Injectable()
export class VerificationReader {
  constructor(
    private readonly repository: VerificationsRepository,
    private readonly events: EventsRepository,
    private readonly evidenceItems: EvidenceRepository,
    private readonly door: VerificationDoor,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  async get(ctx: RequestContext, id: string): Promise<ShownVerification> {
    const found = await this.repository.find(ctx, id);
    if (!found) throw notFound();
    return found;
  }

  current(ctx: RequestContext, customerId: string, verificationType: string): Promise<ShownVerification | null> {
    return this.repository.findCurrent(ctx, customerId, verificationType, this.clock.now());
  }

  list(ctx: RequestContext, filter: ListFilter, page: PageRequest): Promise<Page<ShownVerification>> {
    return this.#page(ctx, page, {
      name: `verifications ${canonicalJson({ ...filter })}`,
      fetch: (after, count) => this.repository.list(ctx, filter, after === null ? null : positionOf(after), count),
      positionOf: ({ createdAt, id }) => `${createdAt}|${id}`,
    });
  }

  async history(ctx: RequestContext, id: string, page: PageRequest): Promise<Page<EventRecord>> {
    await this.get(ctx, id);
    return this.#page(ctx, page, {
      name: `history ${id}`,
      fetch: (after, count) => this.events.history(ctx, id, after ?? '0', count),
      positionOf: ({ sequence }) => sequence,
    });
  }

  /** The reading itself is an event, committed before anything is decrypted. */
  evidence(ctx: RequestContext, id: string, page: PageRequest): Promise<Page<Evidence>> {
    return this.#page(ctx, page, {
      name: `evidence ${id}`,
      fetch: async (after, count) => {
        await this.#noteReading(ctx, id);
        return this.evidenceItems.list(ctx, id, after ?? NIL_UUID, count);
      },
      positionOf: (item) => item.id,
    });
  }

  #noteReading(ctx: RequestContext, id: string): Promise<void> {
    const now = this.clock.now();
    return this.repository.transaction(ctx, async (tx) => {
      const locked = await this.repository.lock(tx, ctx, id);
      if (!locked) throw notFound();
      await this.repository.note(tx, ctx, this.door.event(locked, 'verification.evidence_read', ctx.actor.id, now));
    });
  }

  async #page<Item>(ctx: RequestContext, page: PageRequest, list: PagedList<Item>): Promise<Page<Item>> {
    const { limit = DEFAULT_LIMIT, cursor } = page;
    const after = cursor === undefined ? null : this.cursors.read(ctx, list.name, cursor);
    // One more than asked for tells whether there is a next page, without a count.
    const found = await list.fetch(after, limit + 1);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    const more = found.length > limit && last !== undefined;
    return { items, nextCursor: more ? this.cursors.issue(ctx, list.name, list.positionOf(last)) : null };
  }
}

function positionOf(text: string): ListPosition {
  const [createdAt = '', id = ''] = text.split('|');
  return { createdAt: instant(createdAt), id };
}
