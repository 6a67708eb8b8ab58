import { z } from 'zod';
import { epochMilliseconds, instantOfEpoch, type Instant } from '../../platform/clock.js';
import { REASONS, type Reason } from '../reasons.js';

/** A moment that is in the calendar: the pattern alone lets 30 February pass. */
function isInstant(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(text)) return false;
  const milliseconds = epochMilliseconds(text as Instant);
  return !Number.isNaN(milliseconds) && instantOfEpoch(milliseconds, Number(text.slice(23, 26))) === text;
}

const moment = z
  .string()
  .refine(isInstant)
  .transform((text) => text as Instant);

const link = z.object({ url: z.url({ protocol: /^https?$/ }), expires_at: moment });

const checkId = z.string().regex(/^sbx_[0-9a-z]{1,64}$/);

/** A check as the vendor shows it. `status` and `code` stay open here: the adapter's tables say which it knows. */
export const vendorCheck = z.object({
  id: checkId,
  client_reference: z.string(),
  status: z.string(),
  code: z.string().nullable(),
  sequence: z.int().min(1),
  decided_at: moment.nullable(),
  valid_until: moment.nullable(),
  subject: z.record(z.string(), z.unknown()).nullable(),
  link: link.nullable(),
});

/** A message that passed {@link vendorCheck}. */
export type VendorCheck = z.infer<typeof vendorCheck>;

/** The answer to a search by client reference: newest first. */
export const vendorChecks = z.object({ data: z.array(vendorCheck) });

/** The answer to asking for a fresh link. */
export const vendorLink = z.object({ link });

/** A callback, as far as every kind of event has it. */
export const vendorEvent = z.object({
  event_id: z
    .string()
    .regex(/^evt_[0-9a-z]{1,64}$/)
    .optional(),
  type: z.string(),
  data: z.unknown().optional(),
});

/** The data of a `check.changed`. The client reference is whatever we gave at the start: a verification's id. */
export const vendorNews = z.object({
  check_id: checkId,
  client_reference: z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .optional(),
});

/** What of the subject may be shown to everybody who may read the verification. */
export const shownSubject = z.object({
  document_type: z.enum(['passport', 'identity_card', 'driving_licence']).optional().catch(undefined),
  issuing_country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional()
    .catch(undefined),
});

/** The vendor's words for a no, and ours. */
export const DECLINE_REASONS: ReadonlyMap<string, Reason> = new Map(
  REASONS.negative.map((reason) => [reason.toUpperCase(), reason]),
);
