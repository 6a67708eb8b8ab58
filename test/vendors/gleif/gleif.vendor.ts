import type { JsonObject } from '../../../src/platform/json.js';
import { playVendor, type PlayedVendor, type Reply } from '../played-vendor.js';

/** What of a record a test decides. */
export interface GleifEntry {
  readonly registration?: string;
  readonly entity?: string;
  readonly name?: string;
  readonly country?: string;
  /** Null: the record has none. */
  readonly category?: string | null;
  readonly renewal?: string;
  readonly successor?: string;
  /** The entity as the record has it, in place of a whole one: most members of sparse records are absent. */
  readonly sparse?: JsonObject;
  /** The identifier that the answer is about, where it is about another. */
  readonly id?: string;
  /** False: the contract does not know such a record. */
  readonly documented?: false;
}

/** The register on loopback: what it holds is put there. */
export interface GleifVendor extends PlayedVendor {
  put(lei: string, entry?: GleifEntry): void;
}

/** Starts a register that holds nothing but the record of whoever keeps it. */
export async function startGleifVendor(): Promise<GleifVendor> {
  const entries = new Map<string, GleifEntry>([[OWN_LEI, { name: 'Global Legal Entity Identifier Foundation' }]]);
  const vendor = await playVendor({
    basePath: '/api/v1',
    contract: 'gleif.openapi.yaml',
    routes: {
      'GET /lei-records/:lei': ({ headers }, { lei = '' }) => {
        if (headers['accept'] !== 'application/vnd.api+json') return problem(406, 'Not Acceptable');
        const entry = entries.get(lei);
        if (!entry) return problem(404, 'Not Found');
        const undocumented = entry.documented === false ? { documented: false as const } : {};
        return { status: 200, body: recordOf(lei, entry), headers: JSON_API, ...undocumented };
      },
    },
  });
  return { ...vendor, put: (lei, entry = {}) => void entries.set(lei, entry) };
}

const OWN_LEI = '506700GE1G29325QX363';
const JSON_API = { 'content-type': 'application/vnd.api+json' };

function problem(status: number, title: string): Reply {
  return { status, headers: JSON_API, body: { errors: [{ status: String(status), title, detail: title }] } };
}

/** A whole identifier: 18 characters and the check digits of ISO 7064 MOD 97-10, by big integers. */
export function leiOf(eighteen: string): string {
  const digits = [...eighteen].map((character) => String(Number.parseInt(character, 36))).join('');
  return `${eighteen}${String(98n - (BigInt(`${digits}00`) % 97n)).padStart(2, '0')}`;
}

function recordOf(lei: string, entry: GleifEntry): JsonObject {
  const { registration = 'ISSUED', entity = 'ACTIVE', name = 'Northwind Traders GmbH', country = 'DE' } = entry;
  const address = { language: 'de', addressLines: ['Hafenstr. 1'], city: 'Kiel', country, postalCode: '24103' };
  return {
    meta: { goldenCopy: { publishDate: '2026-01-31T08:00:00Z' } },
    data: {
      type: 'lei-records',
      id: entry.id ?? lei,
      attributes: {
        lei: entry.id ?? lei,
        entity: entry.sparse ?? {
          legalName: { name, language: 'de' },
          legalAddress: address,
          headquartersAddress: address,
          registeredAs: 'HRB 1234 KI',
          jurisdiction: country,
          category: entry.category === undefined ? 'GENERAL' : entry.category,
          status: entity,
          successorEntity: { lei: entry.successor ?? null, name: null },
        },
        registration: {
          initialRegistrationDate: '2020-02-03T00:00:00Z',
          lastUpdateDate: '2026-01-01T00:00:00Z',
          status: registration,
          nextRenewalDate: entry.renewal ?? '2026-09-30T00:00:00Z',
          managingLou: leiOf('LOU000000000000000'),
          corroborationLevel: 'FULLY_CORROBORATED',
        },
        conformityFlag: 'CONFORMING',
      },
    },
  };
}
