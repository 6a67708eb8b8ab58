import { z } from 'zod';
import type { JsonObject } from '../../../src/platform/json.js';
import { type ArrivedRequest, playVendor, type PlayedVendor, type Reply } from '../played-vendor.js';

/** What of an entry a test decides. A number without an entry is not registered. */
export interface ViesEntry {
  /** False: known, and not registered. */
  readonly valid?: boolean;
  /** Null: the member state withholds it. */
  readonly name?: string | null;
  readonly address?: string | null;
  /** Members of the answer that are others than they should be. */
  readonly change?: JsonObject;
  /** The codes of an error in place of an answer, and the HTTP status that it comes with; 200 when left out. */
  readonly errors?: readonly string[];
  readonly status?: number;
  /** False: the contract does not know such an answer. */
  readonly documented?: false;
}

/** The service on loopback: what the member states' registers hold is put there. */
export interface ViesVendor extends PlayedVendor {
  /** `number` with its prefix. Whoever asks with a number of the organization's own must stand there too. */
  put(number: string, entry?: ViesEntry): void;
  /** What `check-status` says from now on of the service as a whole. */
  available(is: boolean): void;
}

/** Starts a service whose registers hold nothing. */
export async function startViesVendor(): Promise<ViesVendor> {
  const entries = new Map<string, ViesEntry>();
  let consultations = 0;
  let available = true;
  const check = (request: ArrivedRequest): Reply => {
    const read = questionForm.safeParse(request.json);
    if (!read.success) return failure(['VOW-ERR-1'], 500);
    const { countryCode, vatNumber, requesterMemberStateCode: state, requesterNumber } = read.data;
    if (!countryCode || !vatNumber) return failure(['VOW-ERR-11'], 400);
    const asks = state !== undefined || requesterNumber !== undefined;
    const requester = entries.get(`${state ?? ''}${requesterNumber ?? ''}`);
    if (asks && requester?.valid !== true) return failure(['INVALID_REQUESTER_INFO'], 200);
    const entry = entries.get(`${countryCode}${vatNumber}`) ?? { valid: false };
    if (entry.errors) return failure(entry.errors, entry.status ?? 200);
    consultations += asks ? 1 : 0;
    const requestIdentifier = asks ? `WAPIAAAAZNgf${String(consultations).padStart(4, '0')}` : '';
    const undocumented = entry.documented === false ? { documented: false as const } : {};
    return {
      status: 200,
      body: { ...answerOf(read.data, entry), requestIdentifier, ...entry.change },
      ...undocumented,
    };
  };
  const vendor = await playVendor({
    basePath: '/taxation_customs/vies/rest-api',
    contract: 'vies.openapi.yaml',
    routes: {
      'POST /check-vat-number': check,
      'POST /check-vat-test-service': canned,
      'GET /check-status': () => ({ status: 200, body: { vow: { available }, countries: COUNTRIES } }),
    },
  });
  return {
    ...vendor,
    put: (number, entry = {}) => void entries.set(number, { valid: true, ...entry }),
    available: (is) => void (available = is),
  };
}

const COUNTRIES = [
  { countryCode: 'DE', availability: 'Unavailable' },
  { countryCode: 'PL', availability: 'Available' },
];

const text = z.string().optional();
/** Strict: a trader's data in an object of its own are not seen by the service. */
const questionForm = z.strictObject({
  countryCode: text,
  vatNumber: text,
  requesterMemberStateCode: text,
  requesterNumber: text,
  traderName: text,
  traderStreet: text,
  traderPostalCode: text,
  traderCity: text,
  traderCompanyType: text,
});

const WITHHELD = '---';

function answerOf(asked: z.output<typeof questionForm>, { valid = true, name, address }: ViesEntry): JsonObject {
  const traders = ['traderName', 'traderStreet', 'traderPostalCode', 'traderCity', 'traderCompanyType'] as const;
  return {
    countryCode: asked.countryCode ?? '',
    vatNumber: asked.vatNumber ?? '',
    requestDate: '2026-01-31T00:00:00.123Z',
    valid,
    name: valid ? (name ?? WITHHELD) : WITHHELD,
    address: valid ? (address ?? WITHHELD) : '',
    ...Object.fromEntries(traders.map((member) => [member, WITHHELD])),
    ...Object.fromEntries(traders.map((member) => [`${member}Match`, asked[member] ? 'VALID' : 'NOT_PROCESSED'])),
  };
}

function failure(codes: readonly string[], status: number): Reply {
  return { status, body: { actionSucceed: false, errorWrappers: codes.map((error) => ({ error })) } };
}

/** What the test service says to each number, whatever the country. */
const CANNED: Readonly<Record<string, string>> = {
  '201': 'INVALID_INPUT',
  '202': 'INVALID_REQUESTER_INFO',
  '300': 'SERVICE_UNAVAILABLE',
  '301': 'MS_UNAVAILABLE',
  '302': 'TIMEOUT',
  '400': 'VAT_BLOCKED',
  '401': 'IP_BLOCKED',
  '500': 'GLOBAL_MAX_CONCURRENT_REQ',
  '501': 'GLOBAL_MAX_CONCURRENT_REQ_TIME',
  '600': 'MS_MAX_CONCURRENT_REQ',
  '601': 'MS_MAX_CONCURRENT_REQ_TIME',
};

function canned({ json }: ArrivedRequest): Reply {
  const read = questionForm.safeParse(json);
  const { countryCode, vatNumber } = read.data ?? {};
  if (!countryCode) return failure(['INVALID_INPUT'], 200);
  if (!vatNumber) return failure(['SERVICE_UNAVAILABLE'], 200);
  const code = CANNED[vatNumber];
  if (code !== undefined) return failure([code], 200);
  const valid = vatNumber === '100';
  const owner = valid ? { name: 'John Doe', address: '123 Main St, Anytown, UK' } : { name: '---', address: '---' };
  return {
    status: 200,
    body: { countryCode, vatNumber, requestDate: '2032-01-02T10:00:00.000Z', valid, requestIdentifier: '', ...owner },
  };
}
