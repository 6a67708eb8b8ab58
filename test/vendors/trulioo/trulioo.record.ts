import { z } from 'zod';
import type { JsonObject } from '../../../src/platform/json.js';

/** What the sources find, as far as a test decides it. */
export interface RecordEntry {
  readonly status?: string;
  /** Codes of errors, by where they stand. */
  readonly errors?: {
    readonly answer?: readonly string[];
    readonly record?: readonly string[];
    readonly source?: readonly string[];
  };
  /** What a source that screens says. */
  readonly watchlist?: string;
  /** Members of the answer, and of its record, that are others than they should be. */
  readonly change?: JsonObject;
  readonly record?: JsonObject;
}

const text = z.string().min(1);

/** What the sources are asked with. */
export const sentQuestion = z.strictObject({
  AcceptTruliooTermsAndConditions: z.literal(true),
  CleansedAddress: z.boolean(),
  ConfigurationName: z.literal('Identity Verification'),
  CountryCode: z.string().length(2),
  CustomerReferenceID: text,
  ConsentForDataSources: z.array(text),
  DataFields: z.strictObject({
    PersonInfo: z.strictObject({
      FirstGivenName: text,
      MiddleName: text.optional(),
      FirstSurName: text,
      SecondSurname: text.optional(),
      DayOfBirth: z.int().min(1).max(31).optional(),
      MonthOfBirth: z.int().min(1).max(12).optional(),
      YearOfBirth: z.int().min(1900).optional(),
    }),
    Location: z
      .strictObject({
        BuildingNumber: text.optional(),
        UnitNumber: text.optional(),
        StreetName: text.optional(),
        StreetType: text.optional(),
        City: text.optional(),
        StateProvinceCode: text.optional(),
        PostalCode: text.optional(),
      })
      .optional(),
    Communication: z.strictObject({ MobileNumber: text.optional(), EmailAddress: text.optional() }).optional(),
    NationalIds: z.array(z.strictObject({ Number: text, Type: text })).optional(),
  }),
});

/** An answer as the vendor keeps it. */
export interface KeptRecord {
  readonly id: string;
  readonly transaction: string;
  readonly sent: z.output<typeof sentQuestion>;
  readonly at: string;
  readonly entry: RecordEntry;
}

/** It as it is told. */
export function shown({ id, transaction, sent, at, entry }: KeptRecord): JsonObject {
  const { status = 'match', errors = {}, watchlist, change, record } = entry;
  const agreed = status === 'match' ? 'match' : 'nomatch';
  const screened = {
    ...sourceOf('International Watchlist', agreed),
    AppendedFields: [
      { FieldName: 'WatchlistState', Data: watchlist ?? '' },
      { FieldName: 'WatchlistData', Data: 'An invented list|https://lists.example/canary' },
    ],
  };
  return {
    TransactionID: transaction,
    UploadedDt: at,
    CountryCode: sent.CountryCode,
    ProductName: 'Identity Verification',
    CustomerReferenceID: sent.CustomerReferenceID,
    Record: {
      TransactionRecordID: id,
      RecordStatus: status,
      DatasourceResults: [
        { ...sourceOf('Canary Credit Bureau', agreed), Errors: failures(errors.source) },
        ...(watchlist === undefined ? [] : [screened]),
      ],
      Errors: failures(errors.record),
      Rule: { RuleName: '1+1', Note: 'Canary-Note' },
      ...record,
    },
    Errors: failures(errors.answer),
    ...change,
  };
}

function sourceOf(name: string, status: string): JsonObject {
  return {
    DatasourceName: name,
    DatasourceFields: [
      { FieldName: 'FirstGivenName', Status: status, Data: 'Canary-Found' },
      { FieldName: 'DayOfBirth', Status: 'missing' },
      { FieldName: 'Words of a source', Status: 'match' },
    ],
    AppendedFields: [{ FieldName: 'FormattedAddress', Data: 'Canary-Street 1' }],
    Errors: [],
    FieldGroups: [],
  };
}

function failures(codes: readonly string[] = []): JsonObject[] {
  return codes.map((Code) => ({ Code, Message: 'Canary-Message' }));
}
