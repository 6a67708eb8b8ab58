import { z } from 'zod';
import { type Instant, instantOfEpoch } from '../../platform/clock.js';

const text = z.string().nullish();
const number = z.number().nullish();

/** A session that was made just now. */
export const yotiCreated = z.object({ id: z.uuid(), status: z.string().min(1), expires_at: text });

/** What is read of a new session. */
export type YotiCreated = z.output<typeof yotiCreated>;

const block = z.object({ allowed: z.boolean(), threshold: number, attempts_remaining: number }).nullish();

/** A session and what became of it, as far as it is read. Neither statuses nor methods are closed here: the tables of outcomes are. */
export const yotiSession = z.object({
  id: z.uuid(),
  status: z.string().min(1),
  type: text,
  sdk_id: text,
  reference_id: text,
  method: text,
  age: number,
  retry_enabled: z.boolean().nullish(),
  resume_enabled: z.boolean().nullish(),
  created_at: text,
  expires_at: text,
  updated_at: text,
  age_estimation: block,
  digital_id: block,
  doc_scan: block,
  credit_card: block,
});

/** What is read of a session. */
export type YotiSession = z.output<typeof yotiSession>;

/** Of which session a notification is. What it says besides is learned by asking. */
export const yotiNews = z.object({
  session_key: z.uuid(),
  reference_id: text,
  /** When it was sent, in seconds since 1970. */
  timestamp: z.int(),
});

/** A time of the vendor's; null where it is none, or not in the calendar. */
export function momentOf(written: string | null | undefined): Instant | null {
  const whole = z.iso.datetime({ offset: true }).safeParse(written ?? '');
  const milliseconds = whole.success ? Date.parse(whole.data) : NaN;
  if (Number.isNaN(milliseconds)) return null;
  const beyond = /\.\d{3}(\d{1,3})/.exec(written ?? '')?.[1] ?? '';
  return instantOfEpoch(milliseconds, Number(beyond.padEnd(3, '0')));
}
