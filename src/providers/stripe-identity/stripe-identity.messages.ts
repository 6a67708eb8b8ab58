import { z } from 'zod';
import { customerPage } from '../vendor/vendor-client.js';

const text = z.string().nullish();
/** Seconds since 1970, up to the year 9999. */
const seconds = z.int().min(0).max(253_402_300_799);
const failure = z.object({ code: text }).nullish().catch(null);
const part = z.object({ status: text, error: failure }).nullish().catch(null);

/** A report, as far as it is read. The names, numbers and addresses in it are not. */
export const stripeReport = z.object({
  id: z.string().regex(/^vr_\w{1,250}$/),
  created: seconds,
  document: part,
  selfie: part,
  id_number: part,
  email: part,
  phone: part,
});

/** What is read of a report. */
export type StripeReport = z.output<typeof stripeReport>;

/** A session, as far as it is read. `status` and the codes stay open here: the adapter's tables say which it knows. */
export const stripeSession = z.object({
  object: z.literal('identity.verification_session'),
  id: z.string().regex(/^vs_\w{1,250}$/),
  status: z.string().min(1),
  livemode: z.boolean(),
  created: seconds.nullish().catch(null),
  client_reference_id: text,
  metadata: z.record(z.string(), z.string()).nullish(),
  type: text,
  verification_flow: text,
  url: customerPage.nullish().catch(null),
  last_error: z.object({ code: text }).nullish(),
  redaction: z.object({ status: z.string() }).nullish(),
  // An id where it was not asked for whole, or may not be read with this key.
  last_verification_report: stripeReport.nullish().catch(null),
});

/** What is read of a session. */
export type StripeSession = z.output<typeof stripeSession>;

/** The answer to a search: newest first. */
export const stripeSessions = z.object({ object: z.literal('list'), data: z.array(stripeSession) });

/** The body of a refusal. */
export const stripeError = z.object({ error: z.object({ type: z.string() }) });

/** An event, as far as every kind has it. */
export const stripeEvent = z.object({
  object: z.literal('event'),
  id: z.string().regex(/^evt_\w{1,250}$/),
  type: z.string().min(1),
  livemode: z.boolean(),
  data: z.unknown().optional(),
});

/** The data of an event about a session. The shape of the rest is that of the version which the endpoint was made with. */
export const stripeNews = z.object({
  object: stripeSession.pick({ object: true, id: true, livemode: true, client_reference_id: true, metadata: true }),
});
