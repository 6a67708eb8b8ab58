import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../../src/platform/clock.js';
import type { JsonObject } from '../../../src/platform/json.js';
import { type ArrivedRequest, playVendor, type PlayedVendor, type Reply, type Route } from '../played-vendor.js';

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

/** The service on loopback, by both APIs, with one application and one key. It has no contract to be held to, so it refuses itself what it does not know. */
export interface TruliooVendor extends PlayedVendor {
  readonly credentials: { readonly client_id: string; readonly client_secret: string; readonly api_key: string };
  /** What the sources find of whoever has that family name. */
  put(familyName: string, entry: RecordEntry): void;
  /** Ends all tokens. */
  revoke(): void;
  /** How often the sources were asked with that reference. */
  billed(customerReference: string): number;
  /** How often a token was asked for, and how often anything else. */
  counts(): { readonly tokens: number; readonly others: number };
}

const TOKEN_PATH = '/connect/token';
const text = z.string().min(1);

const sentQuestion = z.strictObject({
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

interface KeptRecord {
  readonly id: string;
  readonly transaction: string;
  readonly sent: z.output<typeof sentQuestion>;
  readonly at: string;
  readonly entry: RecordEntry;
}

/** Starts a service whose sources agree with everybody. */
export async function startTruliooVendor(clock: Clock, lifeSeconds = 3_600): Promise<TruliooVendor> {
  const credentials = {
    client_id: 'canary-client-9c4a',
    client_secret: 'canary-secret-1be2',
    api_key: 'canary-key-5e7f',
  };
  const entries = new Map<string, RecordEntry>();
  const records: KeptRecord[] = [];
  const tokens = new Set<string>();
  let issued = 0;
  const authorized =
    (route: Route): Route =>
    (request, params) => {
      const { authorization, 'x-trulioo-api-key': key } = request.headers;
      const isOld = params['mode'] !== undefined;
      const isKnown = isOld ? key === credentials.api_key : tokens.has(authorization?.replace(/^Bearer /, '') ?? '');
      return isKnown ? route(request, params) : { status: isOld ? 403 : 401, body: { Message: 'Unauthorized' } };
    };
  const verify = authorized(({ json }: ArrivedRequest): Reply => {
    const sent = sentQuestion.safeParse(json);
    if (!sent.success) return { status: 400, body: { Message: 'BadRequest' } };
    const entry = entries.get(sent.data.DataFields.PersonInfo.FirstSurName) ?? {};
    const kept = { id: randomUUID(), transaction: randomUUID(), sent: sent.data, at: clock.now().slice(0, 19), entry };
    records.push(kept);
    return { status: 200, body: shown(kept) };
  });
  const read = authorized((_request, { id }) => {
    const kept = records.find((one) => one.id === id);
    if (!kept) return { status: 400, body: { Message: 'Transaction not available' } };
    return {
      status: 200,
      body: { ...shown(kept), InputFields: [{ FieldName: 'FirstSurName', Value: 'Canary-Stated' }] },
    };
  });
  const greet = authorized(() => ({ status: 200, body: '"Hello Canary Napi User"' }));
  const vendor = await playVendor({
    routes: {
      [`POST ${TOKEN_PATH}`]: ({ headers, form }) => {
        const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
        const { client_id, client_secret, grant_type, scope } = Object.fromEntries(form);
        if (!isForm || grant_type !== 'client_credentials' || scope !== 'napi.api')
          return { status: 400, body: { error: 'invalid_request' } };
        if (client_id !== credentials.client_id || client_secret !== credentials.client_secret)
          return { status: 400, body: { error: 'invalid_client' } };
        const token = `canary-token-${String((issued += 1))}`;
        tokens.add(token);
        return { status: 200, body: { access_token: token, expires_in: lifeSeconds, token_type: 'Bearer', scope } };
      },
      'POST /v3/verifications/verify': verify,
      'POST /:mode/verifications/v1/verify': verify,
      'GET /v3/verifications/transactionrecord/:id': read,
      'GET /:mode/verifications/v1/transactionrecord/:id': read,
      'GET /v3/connection/testauthentication': greet,
      'GET /:mode/connection/v1/testauthentication': greet,
    },
  });
  const count = (isIt: (path: string) => boolean): number => vendor.requests.filter(({ path }) => isIt(path)).length;
  return {
    ...vendor,
    credentials,
    put: (familyName, entry) => void entries.set(familyName, entry),
    revoke: () => {
      tokens.clear();
    },
    billed: (ours) => records.filter(({ sent }) => sent.CustomerReferenceID === ours).length,
    counts: () => ({ tokens: count((path) => path === TOKEN_PATH), others: count((path) => path !== TOKEN_PATH) }),
  };
}

function shown({ id, transaction, sent, at, entry }: KeptRecord): JsonObject {
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
