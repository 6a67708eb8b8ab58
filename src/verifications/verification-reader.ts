import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../context/index.js';
import { type EventRecord, EventsRepository } from '../events/index.js';
import { type Evidence, EvidenceRepository } from '../evidence/index.js';
import { Clock, instant } from '../platform/clock.js';
import { canonicalJson } from '../platform/json.js';
import { Cursors } from './cursors.js';
import { VerificationDoor } from './verification-door.js';
import type { Verification } from './verification.entity.js';
import { notFound } from './verification-overrides.js';
import { type ListFilter, type ListPosition, VerificationsRepository } from './verifications.repository.js';

/** A page of a list; `nextCursor` is null on the last. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** Which page. */
export interface PageRequest {
  /** 1-100; 25 unless told. */
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
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

  async get(ctx: RequestContext, id: string): Promise<Verification> {
    const found = await this.repository.find(ctx, id);
    if (!found) throw notFound();
    return found;
  }

  current(ctx: RequestContext, customerId: string, verificationType: string): Promise<Verification | null> {
    return this.repository.findCurrent(ctx, customerId, verificationType, this.clock.now());
  }

  list(ctx: RequestContext, filter: ListFilter, page: PageRequest): Promise<Page<Verification>> {
    const fetch = (after: string | null, count: number): Promise<Verification[]> =>
      this.repository.list(ctx, filter, after === null ? null : positionOf(after), count);
    return this.#page(
      ctx,
      `verifications ${canonicalJson({ ...filter })}`,
      page,
      fetch,
      (item) => `${item.createdAt}|${item.id}`,
    );
  }

  async history(ctx: RequestContext, id: string, page: PageRequest): Promise<Page<EventRecord>> {
    await this.get(ctx, id);
    const fetch = (after: string | null, count: number): Promise<EventRecord[]> =>
      this.events.history(ctx, id, after ?? '0', count);
    return this.#page(ctx, `history ${id}`, page, fetch, (event) => event.sequence);
  }

  /** The reading itself is an event, committed before anything is decrypted. */
  async evidence(ctx: RequestContext, id: string, page: PageRequest): Promise<Page<Evidence>> {
    const now = this.clock.now();
    await this.repository.transaction(ctx, async (tx) => {
      const locked = await this.repository.lock(tx, ctx, id);
      if (!locked) throw notFound();
      await this.repository.note(tx, ctx, this.door.event(locked, 'verification.evidence_read', ctx.actor.id, now));
    });
    const fetch = (after: string | null, count: number): Promise<Evidence[]> =>
      this.evidenceItems.list(ctx, id, after ?? NIL_UUID, count);
    return this.#page(ctx, `evidence ${id}`, page, fetch, (item) => item.id);
  }

  async #page<Item>(
    ctx: RequestContext,
    list: string,
    { limit = DEFAULT_LIMIT, cursor }: PageRequest,
    fetch: (after: string | null, count: number) => Promise<Item[]>,
    positionAfter: (item: Item) => string,
  ): Promise<Page<Item>> {
    const after = cursor === undefined ? null : this.cursors.read(ctx, list, cursor);
    // One more than asked for tells whether there is a next page, without a count.
    const found = await fetch(after, limit + 1);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    const more = found.length > limit && last !== undefined;
    return { items, nextCursor: more ? this.cursors.issue(ctx, list, positionAfter(last)) : null };
  }
}

function positionOf(text: string): ListPosition {
  const [createdAt = '', id = ''] = text.split('|');
  return { createdAt: instant(createdAt), id };
}
