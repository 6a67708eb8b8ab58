import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { addMilliseconds, type Clock, type Instant, instant } from '../../../src/platform/clock.js';
import { type ArrivedRequest, playVendor, type PlayedVendor, type Reply, type Route } from '../played-vendor.js';
import { analysed, businessOf, type KeptBusiness, type MiddeskEntry, reviewOf, triggered } from './middesk.business.js';

/** Middesk on loopback. It has no contract to be held to, so it refuses itself whatever is not documented. */
export interface MiddeskVendor extends PlayedVendor {
  /** What is found out about businesses of that name from now on. */
  put(name: string, entry: MiddeskEntry): void;
  /** What is known of that business from now on: its customer decides, a late answer arrives. */
  change(id: string, entry: MiddeskEntry): void;
  /** Puts businesses of somebody else into the list, each a second newer than the one before. */
  fill(count: number): void;
  /** How many businesses were made for our reference. */
  billed(externalId: string): number;
}

/** How the vendor is played. */
export interface MiddeskPlay {
  readonly key: string;
  /** How many businesses a page has at most, whatever is asked for. */
  readonly pageSize?: number;
  /** When the first business is made. */
  readonly from?: string;
  /** By which an analyst's review ends; left out: none does. */
  readonly clock?: Clock;
  /** In which order the list comes; nothing is documented of it. */
  readonly order?: 'newest first' | 'oldest first' | 'always the first page';
}

const words = z.string().min(1);
const sentBusiness = z.strictObject({
  name: words,
  addresses: z.array(z.strictObject({ full_address: words })).min(1),
  tin: z.strictObject({ tin: z.string().regex(/^\d{9}$/) }).optional(),
  website: z.strictObject({ url: z.url() }).optional(),
  people: z.array(z.strictObject({ name: words })).optional(),
  orders: z.array(z.strictObject({ product: z.enum(['identity', 'tin', 'website', 'kyc']) })).optional(),
  external_id: words,
  unique_external_id: words,
});

/** Starts a vendor that keeps no business. */
export async function startMiddeskVendor(play: MiddeskPlay): Promise<MiddeskVendor> {
  const account = new Account(play);
  const bound = (route: Route): Route => {
    return (request, params) =>
      request.headers['authorization'] === `Bearer ${play.key}` ? route(request, params) : refusal(401, 'Unauthorized');
  };
  const shown = (show: (business: KeptBusiness) => Reply['body']): Route => {
    return bound((_request, { id = '' }) => {
      const business = account.businesses.find((one) => one.id === id);
      const body = business && show(analysed(business, play.clock?.now() ?? null));
      return body === undefined ? refusal(404, 'Business not found') : { status: 200, body };
    });
  };
  const vendor = await playVendor({
    basePath: '/v1',
    routes: {
      'POST /businesses': bound((request) => account.create(request)),
      'GET /businesses': bound((request) => account.list(request)),
      'GET /businesses/:id': shown(businessOf),
      'GET /businesses/:id/review': shown(reviewOf),
    },
  });
  return {
    ...vendor,
    put: (name, entry) => void account.entries.set(name, entry),
    change: (id, entry) => {
      for (const business of account.businesses) if (business.id === id) business.entry = entry;
    },
    fill: (count) => {
      for (let index = 0; index < count; index += 1) account.keep(`somebody-${String(index)}`, 'Somebody Else');
    },
    billed: (id) => account.businesses.filter(({ sent }) => sent.external_id === id).length,
  };
}

class Account {
  readonly businesses: KeptBusiness[] = [];
  readonly entries = new Map<string, MiddeskEntry>();
  readonly #from: Instant;

  constructor(private readonly play: MiddeskPlay) {
    this.#from = instant(play.from ?? '2026-01-31T08:00:00.000000Z');
  }

  create({ json }: ArrivedRequest): Reply {
    const sent = sentBusiness.safeParse(json);
    if (!sent.success) {
      const errors = sent.error.issues.map(({ path, message }) => ({ message, parameter: path.join('.') }));
      return { status: 422, body: { errors } };
    }
    // An assumption: the name says that it is unique.
    if (this.businesses.some((one) => one.sent.unique_external_id === sent.data.unique_external_id))
      return refusal(422, 'Unique external has already been taken', 'unique_external_id');
    const entry = { ...triggered(sent.data), ...this.entries.get(sent.data.name) };
    return { status: 201, body: businessOf(this.#add({ sent: sent.data, entry })) };
  }

  keep(reference: string, name: string): void {
    const sent = { name, addresses: [], external_id: reference, unique_external_id: reference };
    this.#add({ sent, entry: {} });
  }

  list({ query }: ArrivedRequest): Reply {
    const { pageSize = 25, order = 'newest first' } = this.play;
    const size = Math.min(Number(query.get('per_page') ?? 25), pageSize);
    const page = order === 'always the first page' ? 1 : Number(query.get('page') ?? 1);
    if (!(size >= 1 && page >= 1)) return refusal(400, 'page and per_page must be positive');
    const all = order === 'oldest first' ? this.businesses : this.businesses.toReversed();
    const data = all.slice((page - 1) * size, page * size).map(businessOf);
    return {
      status: 200,
      body: { object: 'list', data, has_more: page * size < all.length, total_count: all.length },
    };
  }

  #add(made: Pick<KeptBusiness, 'sent' | 'entry'>): KeptBusiness {
    const createdAt = addMilliseconds(this.#from, this.businesses.length * 1000);
    const { analysisMs: lasts } = made.entry;
    const begun = this.play.clock?.now();
    const analysedAt = begun && lasts !== undefined ? addMilliseconds(begun, lasts) : null;
    const business = { id: randomUUID(), createdAt, analysedAt, ...made };
    this.businesses.push(business);
    return business;
  }
}

function refusal(status: number, message: string, parameter?: string): Reply {
  return { status, body: { errors: [{ message, ...(parameter !== undefined && { parameter }) }] } };
}
