import { z } from 'zod';

const text = z.string().min(1).nullish();

/**
 * A record of `GET /lei-records/{lei}` (LEI-CDF 2.1 as JSON:API), as far as it is read. Sparse records occur: all but the identifier may be
 * missing, and no list of statuses is closed here.
 */
export const gleifRecord = z.object({
  meta: z.object({ goldenCopy: z.object({ publishDate: text }).nullish() }).nullish(),
  data: z.object({
    id: z.string(),
    attributes: z.object({
      entity: z.object({
        legalName: z.object({ name: text }).nullish(),
        legalAddress: z.object({ country: text }).nullish(),
        registeredAs: text,
        jurisdiction: text,
        category: text,
        status: text,
        successorEntity: z.object({ lei: text }).nullish(),
      }),
      registration: z.object({ status: z.string(), nextRenewalDate: text, corroborationLevel: text }),
    }),
  }),
});

/** What is read of a record. */
export type GleifRecord = z.output<typeof gleifRecord>;
