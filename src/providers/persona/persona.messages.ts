import { z } from 'zod';
import { customerPage } from '../vendor/vendor-client.js';

const moment = z.iso.datetime({ offset: true }).nullish().catch(null);
const id = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_[A-Za-z0-9]{1,100}$`));

/** The id of an inquiry. */
export const inquiryId = id('inq');

/** An inquiry, as far as it is read. Its status stays open: Persona adds values without a new version. */
export const personaInquiry = z.object({
  type: z.literal('inquiry'),
  id: inquiryId,
  attributes: z.object({
    status: z.string().min(1),
    note: z.string().nullish(),
    'completed-at': moment,
    'failed-at': moment,
    'decisioned-at': moment,
    'expired-at': moment,
    'redacted-at': moment,
  }),
  relationships: z
    .object({ 'inquiry-template-version': z.object({ data: z.object({ id: id('itmplv') }) }) })
    .nullish()
    .catch(null),
});

/** A message that passed {@link personaInquiry}. */
export type PersonaInquiry = z.output<typeof personaInquiry>;

/** The answer to a start. */
export const createdInquiry = z.object({
  data: personaInquiry,
  meta: z.object({ 'one-time-link': customerPage.nullish() }),
});

/** An inquiry with what belongs to it. */
export const readInquiry = z.object({ data: personaInquiry, included: z.array(z.unknown()).nullish() });

/** An inquiry with a fresh link. */
export const linkedInquiry = z.object({ data: personaInquiry, meta: z.object({ 'one-time-link': customerPage }) });

/** The answer to a search, newest first. */
export const inquiryList = z.object({ data: z.array(personaInquiry) });

/** A verification within an inquiry: one piece of the flow, such as a document or a face. */
export const personaVerification = z.object({
  type: z.string().regex(/^verification\/[a-z0-9-]{1,60}$/),
  attributes: z.object({
    status: z.string(),
    'created-at': moment,
    checks: z
      .array(z.object({ name: z.string(), status: z.string(), requirement: z.string().nullish() }))
      .nullish()
      .catch(null),
  }),
});

/** What is read of a verification. */
export type PersonaVerification = z.output<typeof personaVerification>;

/** The body of a refusal. One that names nothing is not Persona's. */
export const personaErrors = z.object({
  errors: z
    .array(
      z.object({
        title: z.string().min(1),
        details: z.string().nullish(),
        /** The member of the request that is refused, where it is one. */
        source: z.unknown().optional(),
      }),
    )
    .min(1),
});

/** An event, as far as every kind has it. */
export const personaEvent = z.object({
  data: z.object({
    type: z.literal('event'),
    id: id('evt'),
    attributes: z.object({ name: z.string().min(1), payload: z.object({ data: z.unknown() }) }),
  }),
});

/** What an event about an inquiry is about. Its owner may have kept attributes out of it. */
export const inquiryNews = z.object({
  type: z.literal('inquiry'),
  id: inquiryId,
  attributes: z.object({ note: z.unknown().optional() }).nullish(),
});

/** What an event about a verification is about; not every one belongs to an inquiry. */
export const verificationNews = z.object({
  relationships: z.object({ inquiry: z.object({ data: z.object({ id: inquiryId }).nullish() }).nullish() }).nullish(),
});
