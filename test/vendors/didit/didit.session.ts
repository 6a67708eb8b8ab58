import { z } from 'zod';
import type { JsonObject, JsonValue } from '../../../src/platform/json.js';

/** A review as a person makes it. */
export interface PlayedReview {
  readonly new_status: string;
  readonly created_at: string;
}

/** What of a session a test decides. */
export interface DiditEntry {
  readonly status?: string;
  readonly reviews?: readonly PlayedReview[] | null;
  /** Risks of the document, by what they led to. */
  readonly risks?: Readonly<Record<string, 'error' | 'warning' | 'information'>>;
  /** Members in place of those that the answer would have. */
  readonly members?: JsonObject;
}

const words = z.string().min(1);

/** A session as it is sent in: what is documented, and nothing else. */
export const sentSession = z.strictObject({
  workflow_id: z.guid(),
  vendor_data: words.max(255).optional(),
  callback: z.url().optional(),
  callback_method: z.enum(['initiator', 'completer', 'both']).optional(),
  metadata: z.json().optional(),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Z]{2})?$/)
    .optional(),
  contact_details: z
    .strictObject({
      email: z.email().optional(),
      phone: z
        .string()
        .regex(/^\+\d+$/)
        .optional(),
      send_notification_emails: z.boolean().optional(),
    })
    .optional(),
  expected_details: z
    .strictObject({ first_name: words.optional(), last_name: words.optional(), date_of_birth: z.iso.date().optional() })
    .optional(),
  sandbox_scenario: words.optional(),
});

/** A session that the vendor keeps. */
export interface KeptSession {
  readonly id: string;
  readonly number: number;
  readonly token: string;
  readonly createdAt: string;
  readonly environment: 'live' | 'sandbox';
  /** Of its workflow. */
  readonly version: number;
  readonly sent: z.output<typeof sentSession>;
  /** The same as it arrived. */
  readonly arrived: JsonObject;
  callback: string | null;
  entry: DiditEntry;
  isDeleted: boolean;
}

/** The status as the API has it. */
export function statusOf({ entry }: KeptSession): string {
  return entry.status ?? 'Not Started';
}

/** Whether a start for the same reference gives this one. */
export function isUnfinished(session: KeptSession): boolean {
  return ['Not Started', 'In Progress', 'Resubmitted', 'Awaiting User'].includes(statusOf(session));
}

/** Where the customer goes. */
export function pageOf({ token, sent }: KeptSession, withLanguage = false): string {
  const language = withLanguage && sent.language !== undefined ? `/${sent.language}` : '';
  return `https://verify.didit.me${language}/session/${token}`;
}

/** The answer to a start. */
export function createdOf(session: KeptSession): JsonObject {
  const { id, number, token, version, sent, arrived, callback, entry } = session;
  return {
    session_id: id,
    session_number: number,
    session_token: token,
    url: pageOf(session, true),
    vendor_data: sent.vendor_data ?? null,
    metadata: arrived['metadata'] ?? null,
    status: statusOf(session),
    workflow_id: sent.workflow_id,
    workflow_version: version,
    callback,
    ...entry.members,
  };
}

const MEDIA = 'https://media.didit.example/canary-media';

/** A session with what was found out. Lists are null until the customer has sent in something. */
export function decisionOf(session: KeptSession): JsonObject {
  const { id, number, sent, arrived, createdAt, environment, callback, entry } = session;
  const isUntouched = statusOf(session) === 'Not Started';
  return {
    session_id: id,
    session_kind: 'user',
    session_number: number,
    session_url: pageOf(session),
    status: statusOf(session),
    environment,
    workflow_id: sent.workflow_id,
    features: ['ID_VERIFICATION', 'LIVENESS'],
    vendor_data: sent.vendor_data ?? null,
    metadata: arrived['metadata'] ?? null,
    expected_details: arrived['expected_details'] ?? null,
    contact_details: arrived['contact_details'] ?? null,
    callback,
    id_verifications: isUntouched ? null : [documentOf(session)],
    nfc_verifications: null,
    liveness_checks: isUntouched ? null : [faceOf(session)],
    reviews: reviewsOf(entry),
    created_at: createdAt,
    expires_at: '2026-12-24T08:54:25.443172Z',
    ...entry.members,
  };
}

function documentOf({ sent, entry }: KeptSession): JsonObject {
  const { first_name: first = 'Canary-Erika', last_name: last = 'Canary-Mustermann' } = sent.expected_details ?? {};
  return {
    node_id: 'feature_ocr_1',
    status: entry.status === 'Declined' ? 'Declined' : 'Approved',
    document_type: 'Identity Card',
    document_number: 'CANARY01X00T47',
    first_name: first,
    last_name: last,
    date_of_birth: sent.expected_details?.date_of_birth ?? '1964-08-12',
    issuing_state: 'DEU',
    address: 'Canary-Strasse 1',
    front_image: `${MEDIA}/front.jpg?token=canary-token`,
    warnings: Object.entries(entry.risks ?? {}).map(([risk, type]) => ({
      feature: 'ID_VERIFICATION',
      risk,
      additional_data: { name: last },
      log_type: type,
      short_description: `Words about ${last}`,
      node_id: 'feature_ocr_1',
    })),
  };
}

function faceOf({ entry }: KeptSession): JsonObject {
  return {
    node_id: 'feature_liveness_1',
    status: entry.status === 'In Review' ? 'In Review' : 'Approved',
    method: 'PASSIVE',
    score: 89.92,
    age_estimation: 24.3,
    video_url: `${MEDIA}/video.mp4?token=canary-token`,
    warnings: [],
  };
}

function reviewsOf({ reviews = [] }: DiditEntry): JsonValue {
  if (reviews === null) return null;
  return reviews.map((one) => ({ user: 'canary-reviewer@example.com', comment: 'Words of a person', ...one }));
}
