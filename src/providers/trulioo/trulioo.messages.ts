import { z } from 'zod';

/** A time in UTC, with its zone or without. */
const moment = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/)
  .transform((text) => Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`))
  .refine((at) => !Number.isNaN(at))
  .nullish()
  .catch(null);

/** One without a code counts as one of an unknown code. */
const errors = z
  .array(z.object({ Code: z.union([z.string(), z.number()]).nullish() }))
  .nullish()
  .transform((all) => (all ?? []).map(({ Code }) => String(Code ?? '')));

const source = z.object({
  DatasourceFields: z.array(z.object({ FieldName: z.string().nullish(), Status: z.string().nullish() })).nullish(),
  AppendedFields: z.array(z.object({ FieldName: z.string().nullish(), Data: z.unknown().optional() })).nullish(),
  Errors: errors,
});

/** The answer to a question, and what is read of it later. Its status stays open. */
export const truliooAnswer = z.object({
  UploadedDt: moment,
  CountryCode: z.string().nullish(),
  CustomerReferenceID: z.string().nullish(),
  Record: z.object({
    TransactionRecordID: z.guid(),
    RecordStatus: z.string().min(1).max(255),
    DatasourceResults: z.array(source).nullish(),
    Errors: errors,
  }),
  Errors: errors,
});

/** A message that passed {@link truliooAnswer}. */
export type TruliooAnswer = z.output<typeof truliooAnswer>;
