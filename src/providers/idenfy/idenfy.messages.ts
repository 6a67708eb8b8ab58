import { z } from 'zod';
import { customerPage } from '../vendor/vendor-client.js';

const text = z.string().nullish();

/** A session that was made just now. */
export const idenfyToken = z.object({
  authToken: z.string().regex(/^[\w.~-]{1,512}$/),
  // Older accounts are told the token alone.
  redirectUrl: customerPage.nullish().catch(null),
  scanRef: z.guid(),
  clientId: text,
  expiryTime: z.int().min(1).max(2_592_000).nullish().catch(null),
});

/** What is read of a new session. */
export type IdenfyToken = z.output<typeof idenfyToken>;

const tags = z.array(z.string()).nullish();

/** How a session stands. No list of statuses, results or tags is closed here: the tables of outcomes are. */
export const idenfyStatus = z.object({
  status: z.string().min(1),
  scanRef: z.guid(),
  clientId: text,
  // Not every version of the API says whether somebody will look at it again.
  final: z.boolean().nullish(),
  autoDocument: text,
  autoFace: text,
  manualDocument: text,
  manualFace: text,
  fraudTags: tags,
  mismatchTags: tags,
});

/** What is read of a session's standing. */
export type IdenfyStatus = z.output<typeof idenfyStatus>;

/** The answer to a search for sessions. It does not tell whose they are. */
export const idenfySessions = z.object({
  count: z.int().min(0),
  results: z.array(z.object({ scanRef: z.guid() })),
});

/** The body of a refusal. */
export const idenfyRefusal = z.object({ identifier: z.string().min(1) });

/** A callback about a session. */
export const idenfyNews = z.object({
  scanRef: z.guid(),
  clientId: text,
  status: z.looseObject({ overall: z.string().min(1) }),
});

/** A callback about a document that has run out, or soon will: what iDenfy approved stays approved. */
export const idenfyReminder = z.object({ scanRef: z.guid(), expirationThreshold: z.string().min(1) });
