import { z } from 'zod';
import type { JsonObject } from '../../../src/platform/json.js';

/** What of a session a test decides. */
export interface IdenfyEntry {
  readonly status?: string;
  readonly final?: boolean;
  readonly autoDocument?: string | null;
  readonly autoFace?: string | null;
  readonly manualDocument?: string | null;
  readonly manualFace?: string | null;
  readonly fraudTags?: readonly string[];
  readonly mismatchTags?: readonly string[];
  /** Members as they are shown, in place of what they would be. */
  readonly shown?: JsonObject;
}

const name = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\d~!@#$%^*()_+={}[\]|:;",/?]+$/);

/** A session as it is sent in: what is documented, and nothing else. */
export const sentToken = z.strictObject({
  clientId: z.string().min(1).max(100),
  tokenType: z.enum(['IDENTIFICATION', 'DOCUMENT']),
  expiryTime: z.int().min(0).max(2_592_000),
  sessionLength: z.int().min(60).max(3_600).optional(),
  locale: z.string().max(7).optional(),
  country: z.string().length(2).optional(),
  firstName: name.optional(),
  lastName: name.optional(),
  dateOfBirth: z.iso.date().optional(),
  successUrl: z.url().optional(),
  errorUrl: z.url().optional(),
  unverifiedUrl: z.url().optional(),
});

/** A question about a session. */
export const sentReference = z.strictObject({ scanRef: z.string() });

/** A session that the vendor keeps. */
export interface KeptSession {
  readonly scanRef: string;
  readonly sent: z.output<typeof sentToken>;
  entry: IdenfyEntry;
}

/** How the session stands, as the API shows it. */
export function statusOf({ scanRef, sent, entry }: KeptSession): JsonObject {
  const { status = 'ACTIVE', final, fraudTags = [], mismatchTags = [] } = entry;
  const isApproved = status === 'APPROVED';
  const face = isApproved && sent.tokenType === 'IDENTIFICATION' ? 'FACE_MATCH' : '';
  return {
    fraudTags,
    mismatchTags,
    autoDocument: entry.autoDocument ?? (isApproved ? 'DOC_VALIDATED' : ''),
    autoFace: entry.autoFace ?? face,
    manualDocument: entry.manualDocument ?? '',
    manualFace: entry.manualFace ?? '',
    scanRef,
    clientId: sent.clientId,
    status,
    ...(final !== undefined && { final }),
    ...entry.shown,
  };
}

/** What a callback says of the session: with all that the document says. */
export function newsOf(session: KeptSession): JsonObject {
  const { status, fraudTags, mismatchTags, autoDocument, autoFace, manualDocument, manualFace } = statusOf(session);
  const { firstName = 'Canary-Erika', lastName = 'Canary-Mustermann' } = session.sent;
  return {
    final: session.entry.final ?? true,
    platform: 'PC',
    status: {
      overall: status ?? null,
      ...{ fraudTags, mismatchTags, autoDocument, autoFace, manualDocument, manualFace },
    },
    data: { docFirstName: firstName, docLastName: lastName, docNumber: 'CANARY01X00T47', docDob: '1964-08-12' },
    fileUrls: { FRONT: 'https://s3.eu-west-1.amazonaws.com/canary-token/FRONT.png' },
    scanRef: session.scanRef,
    externalRef: null,
    clientId: session.sent.clientId,
    startTime: 1769846400,
    finishTime: 1769846460,
  } as JsonObject;
}
