import { z } from 'zod';
import { type Instant, instantOfEpoch } from '../../platform/clock.js';
import { customerPage } from '../vendor/vendor-client.js';

const text = z.string().nullish();
const id = z.string().regex(/^[0-9a-f]{24}$/);
const version = z.int().nullish().catch(null);

/** A client, as far as it is read: whom checks are about. */
export const complycubeClient = z.object({
  id,
  externalId: text,
  metadata: z.record(z.string(), z.unknown()).nullish(),
});

/** What is read of a client. */
export type ComplyCubePerson = z.output<typeof complycubeClient>;

/** A session of the hosted page. It has no id. */
export const complycubePage = z.object({ redirectUrl: customerPage });

/** A check, as far as it is read. Neither types nor statuses nor outcomes are closed here: the tables of outcomes are. */
export const complycubeCheck = z.object({
  id,
  clientId: id,
  type: z.string().min(1),
  status: z.string().min(1),
  result: z.looseObject({ outcome: text }).nullish(),
  createdAt: text,
  updatedAt: text,
});

/** What is read of a check. */
export type ComplyCubeCheck = z.output<typeof complycubeCheck>;

/** A session of a workflow, as far as it is read. */
export const complycubeSession = z.object({
  id,
  clientId: id,
  status: z.string().min(1),
  outcome: text,
  workflowTemplateId: id,
  workflowVersion: version,
  createdAt: text,
  updatedAt: text,
});

/** What is read of a session. */
export type ComplyCubeSession = z.output<typeof complycubeSession>;

const listOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ totalItems: z.int().nullish(), items: z.array(item) });

/** The answer to a search for clients, the newest first. */
export const complycubeClients = listOf(complycubeClient);

/** The checks of a client. */
export const complycubeChecks = listOf(complycubeCheck);

/** The sessions of a client. */
export const complycubeSessions = listOf(complycubeSession);

/** The body of a 404 that is ComplyCube's own. */
export const complycubeGone = z.object({ type: z.literal('resource_not_found') });

/** Whose a check or a session is. */
export const complycubeOwned = z.object({ id, clientId: id });

/** A callback, as far as every kind has it. */
export const complycubeEvent = z.object({
  id: z.string().min(1).max(255),
  type: z.string().min(1),
  payload: z.looseObject({}),
});

/** What a callback about a check or a session says of it. Not every version of the API names the client. */
export const complycubeNews = z.object({ id, clientId: id.nullish() });

/** A time of the vendor's; null where it is none, or not in the calendar. */
export function momentOf(written: string | null | undefined): Instant | null {
  const whole = z.iso.datetime({ offset: true }).safeParse(written ?? '');
  const milliseconds = whole.success ? Date.parse(whole.data) : NaN;
  return Number.isNaN(milliseconds) ? null : instantOfEpoch(milliseconds);
}
