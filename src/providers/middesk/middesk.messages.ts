import { z } from 'zod';

const text = z.string().nullish();
const moment = z.iso.datetime({ offset: true }).nullish().catch(null);

/**
 * A business, as far as it is read. No list of statuses is closed here, and only what every answer has is obligatory: an account orders what it
 * likes, and the rest is missing.
 */
export const middeskBusiness = z.object({
  id: z.uuid(),
  external_id: text,
  unique_external_id: text,
  status: z.string().min(1),
  updated_at: moment,
  tin: z.object({ mismatch: z.boolean().nullish() }).nullish(),
  watchlist: z.object({ hit_count: z.int().min(0) }).nullish(),
  registrations: z.array(z.object({ status: text })).nullish(),
  orders: z.array(z.object({ product: text, status: z.string() })).nullish(),
});

/** What is read of a business. */
export type MiddeskBusiness = z.output<typeof middeskBusiness>;

/** A review: what Middesk found out, task by task. */
export const middeskReview = z.object({
  updated_at: moment,
  tasks: z.array(z.object({ category: z.string(), key: z.string(), status: z.string() })),
});

/** What is read of a review. */
export type MiddeskReview = z.output<typeof middeskReview>;

/** A page of the list of businesses. Its rows say just enough to find one. */
export const middeskPage = z.object({
  data: z.array(z.object({ id: z.uuid(), external_id: text, unique_external_id: text, created_at: moment })),
  has_more: z.boolean(),
});

/** What is read of a page. */
export type MiddeskPage = z.output<typeof middeskPage>;

/** The body of a refusal. */
export const middeskErrors = z.object({ errors: z.array(z.object({ message: text, parameter: text })).min(1) });

/** An event, as far as every kind has it. */
export const middeskEvent = z.object({
  object: z.literal('event'),
  id: z.string().min(1).max(200),
  type: z.string().min(1),
  data: z.unknown().optional(),
});

/** The data of an event about a business. */
export const middeskBusinessNews = z.object({
  object: z.object({ id: z.uuid(), external_id: z.string().min(1).max(255).nullish() }),
});

/** The data of an event about a part of a business, which may say of which. */
export const middeskPartNews = z.object({ object: z.object({ business_id: z.uuid().nullish() }) });
