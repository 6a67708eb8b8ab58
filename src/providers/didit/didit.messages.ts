import { z } from 'zod';
import { type Instant, instantOfEpoch } from '../../platform/clock.js';
import type { JsonObject, JsonValue } from '../../platform/json.js';
import { customerPage } from '../vendor/vendor-client.js';

const text = z.string().nullish();
const moment = z.iso.datetime({ offset: true }).transform((at): Instant => instantOfEpoch(Date.parse(at)));

/** The answer to a start: a new session, or the unfinished one of that reference. No list of statuses is closed here: the table of outcomes is. */
export const diditCreated = z.object({
  session_id: z.guid(),
  url: customerPage,
  vendor_data: text,
  status: z.string().min(1),
  workflow_id: text,
  workflow_version: z.int().nullish().catch(null),
});

/** What is read of a new session. */
export type DiditCreated = z.output<typeof diditCreated>;

/** A session as it is now, with what was found out. */
export const diditDecision = z.object({
  session_id: z.guid(),
  session_kind: text,
  session_url: customerPage.nullish().catch(null),
  status: z.string().min(1),
  environment: text,
  workflow_id: text,
  vendor_data: text,
  // When people have decided something, in whatever order.
  reviews: z
    .array(z.object({ created_at: moment }))
    .nullish()
    .catch(null),
});

/** What is read of a session. */
export type DiditDecision = z.output<typeof diditDecision>;

/** The answer to a search, newest first. */
export const diditSessions = z.object({ results: z.array(z.object({ session_id: z.guid(), vendor_data: text })) });

/** The answer to a deletion, where there is one. */
export const diditDeleted = z.object({ session_id: z.guid() });

/** The body of a refusal that is about no field of the request. */
export const diditRefusal = z.object({ detail: z.string() });

const found = z.object({
  status: text.catch(null),
  warnings: z.array(z.unknown()).nullish().catch(null),
});
const warning = z.object({ risk: z.string(), log_type: text.catch(null) });

/** What one part of the workflow found. */
export interface DiditReport {
  readonly feature: string;
  readonly status: string | null;
  /** What it found to be wrong or odd. `log_type` is `error` where that alone declines. */
  readonly warnings: readonly z.output<typeof warning>[];
}

/** The lists of a decision, by what is in them. Each part of a workflow can be there more than once. */
const LISTS: Readonly<Record<string, string>> = {
  id_verifications: 'id_verification',
  nfc_verifications: 'nfc',
  liveness_checks: 'liveness',
  face_matches: 'face_match',
  poa_verifications: 'proof_of_address',
  document_ai_documents: 'document_ai',
  phone_verifications: 'phone',
  email_verifications: 'email',
  aml_screenings: 'aml',
  ip_analyses: 'ip_analysis',
  database_validations: 'database_validation',
  questionnaire_responses: 'questionnaire',
};

/** What the parts of the workflow found, of a decision as received. What has no form that we know is left out. */
export function reportsIn(raw: JsonValue): readonly DiditReport[] {
  const session = raw as JsonObject;
  return Object.entries(LISTS).flatMap(([list, feature]) => {
    const items = z.array(z.unknown()).safeParse(session[list]).data ?? [];
    return items.flatMap((item) => {
      const { data } = found.safeParse(item);
      if (data === undefined) return [];
      const warnings = (data.warnings ?? []).flatMap((one) => warning.safeParse(one).data ?? []);
      return [{ feature, status: data.status ?? null, warnings }];
    });
  });
}

/** A webhook, as far as every kind has it. */
export const diditEvent = z.object({
  webhook_type: z.string().min(1),
  timestamp: z.int(),
  event_id: z.string().min(1).max(255).nullish(),
  environment: text,
});

/** What a webhook about a session is about. */
export const diditNews = z.object({ session_id: z.guid(), session_kind: text, vendor_data: text });
