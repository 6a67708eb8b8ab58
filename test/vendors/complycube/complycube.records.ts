import { z } from 'zod';
import type { JsonObject } from '../../../src/platform/json.js';

/** What of a check a test decides. */
export interface CheckEntry {
  readonly id?: string;
  readonly type: string;
  readonly status?: string;
  readonly outcome?: string | null;
  readonly rejectionReasons?: readonly string[];
  readonly createdAt?: string | null;
  readonly updatedAt?: string | null;
  /** Whose it is, where it is another's. */
  readonly clientId?: string;
}

/** What of a session of a workflow a test decides. */
export interface SessionEntry {
  readonly id?: string;
  readonly status: string;
  readonly outcome?: string | null;
  readonly workflowTemplateId?: string;
  readonly createdAt?: string | null;
  readonly updatedAt?: string | null;
  readonly clientId?: string;
}

/** A client as it is sent in: what is documented, and nothing else. */
export const sentClient = z.strictObject({
  type: z.literal('person'),
  email: z.email(),
  personDetails: z.strictObject({
    firstName: z.string().min(1),
    lastName: z.string().min(1),
    dob: z.iso.date().optional(),
    nationality: z.string().length(2).optional(),
  }),
  externalId: z.string().min(1),
  metadata: z.record(z.string().max(40), z.string().max(500)),
});

const checkType = z.enum([
  'standard_screening_check',
  'extensive_screening_check',
  'document_check',
  'identity_check',
  'enhanced_identity_check',
  'proof_of_address_check',
  'face_authentication_check',
  'age_estimation_check',
]);
const urls = { clientId: z.string(), successUrl: z.url(), cancelUrl: z.url() };
const LANGUAGES = ['en', 'ar', 'de', 'es', 'fr', 'hi', 'hk', 'id', 'it', 'ja', 'ko', 'nl', 'no', 'pl', 'pt', 'sv'];

/** A page as it is asked for: for checks, or for a workflow. */
export const sentPage = z.union([
  z.strictObject({ ...urls, checkTypes: z.array(checkType).min(1), language: z.enum(LANGUAGES).optional() }),
  z.strictObject({ ...urls, workflowTemplateId: z.string().regex(/^[0-9a-f]{24}$/) }),
]);

/** A client that the vendor keeps. */
export interface KeptClient {
  readonly id: string;
  readonly createdAt: string;
  readonly sent: z.output<typeof sentClient>;
  pages: number;
  /** Members as they are shown, in place of what they would be. */
  shown: JsonObject;
  checks: readonly CheckEntry[];
  sessions: readonly SessionEntry[];
}

/** The client as the API shows it. */
export function clientOf({ id, createdAt, sent, shown }: KeptClient): JsonObject {
  const { firstName, lastName } = sent.personDetails;
  const details = JSON.parse(JSON.stringify(sent)) as JsonObject;
  return { id, entityName: `${firstName} ${lastName}`, ...details, createdAt, updatedAt: createdAt, ...shown };
}

const AT = '2026-01-31T08:00:00.000Z';

/** The checks as the API lists them. */
export function checksOf(client: KeptClient): readonly JsonObject[] {
  return client.checks.map((entry, index) => {
    const { type, status = 'complete', outcome = status === 'complete' ? 'clear' : null, createdAt = AT } = entry;
    const { rejectionReasons, updatedAt = '2026-01-31T08:01:00.000Z' } = entry;
    return {
      id: entry.id ?? idOf(client.id, 'c', index),
      clientId: entry.clientId ?? client.id,
      entityName: `${client.sent.personDetails.firstName} ${client.sent.personDetails.lastName}`,
      type,
      status,
      enableMonitoring: false,
      ...(outcome !== null && {
        result: {
          outcome,
          breakdown: {
            extractedData: { documentDetails: { documentNumber: 'CANARY01X00T47' } },
            ...(rejectionReasons && { clientValidation: { rejectionReasons } }),
          },
        },
      }),
      images: [{ downloadLink: 'https://api.complycube.com/canary-token' }],
      createdAt,
      updatedAt,
    };
  });
}

/** The sessions of workflows as the API lists them. */
export function sessionsOf(client: KeptClient): readonly JsonObject[] {
  return client.sessions.map((entry, index) => ({
    id: entry.id ?? idOf(client.id, 'd', index),
    clientId: entry.clientId ?? client.id,
    entityName: `${client.sent.personDetails.firstName} ${client.sent.personDetails.lastName}`,
    status: entry.status,
    workflowTemplateId: entry.workflowTemplateId ?? client.sent.metadata['workflow_template_id'] ?? null,
    workflowTemplateName: 'Liveness and document',
    workflowVersion: 2,
    ...(entry.outcome !== undefined && { outcome: entry.outcome }),
    createdAt: entry.createdAt === undefined ? AT : entry.createdAt,
    updatedAt: entry.updatedAt === undefined ? '2026-01-31T08:01:00.000Z' : entry.updatedAt,
  }));
}

function idOf(client: string, letter: string, index: number): string {
  return `${client.slice(0, 20)}${letter}${String(index).padStart(3, '0')}`;
}
