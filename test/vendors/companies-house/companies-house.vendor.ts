import type { JsonObject } from '../../../src/platform/json.js';
import { playVendor, type PlayedVendor } from '../played-vendor.js';

/** What of a profile a test decides. Null: the member is missing. */
export interface CompanyEntry {
  readonly status?: string | null;
  readonly detail?: string;
  readonly name?: string;
  readonly type?: string;
  readonly postcode?: string | null;
  readonly previousNames?: readonly string[];
  /** When the next confirmation statement is due; null: none is known. */
  readonly due?: string | null;
  /** The number that the answer is about, where it is about another. */
  readonly number?: string;
  /** False: the contract does not know such a profile. */
  readonly documented?: false;
}

/** The register on loopback: what it holds is put there, and it knows one key. */
export interface CompaniesHouseVendor extends PlayedVendor {
  readonly apiKey: string;
  put(number: string, entry?: CompanyEntry): void;
}

const API_KEY = 'ch-key-7d1f0c';

/** Starts a register that holds nothing. */
export async function startCompaniesHouseVendor(): Promise<CompaniesHouseVendor> {
  const entries = new Map<string, CompanyEntry>();
  const vendor = await playVendor({
    contract: 'companies-house.openapi.json',
    routes: {
      'GET /company/:number': ({ headers }, { number = '' }) => {
        if (userOf(headers['authorization']) !== `${API_KEY}:`) {
          return { status: 401, body: { error: 'Invalid Authorization', type: 'ch:service' } };
        }
        const entry = entries.get(number);
        if (!entry) {
          return { status: 404, body: { errors: [{ type: 'ch:service', error: 'company-profile-not-found' }] } };
        }
        const undocumented = entry.documented === false ? { documented: false as const } : {};
        return { status: 200, body: profileOf(number, entry), headers: { etag: 'e7a1' }, ...undocumented };
      },
    },
  });
  return { ...vendor, apiKey: API_KEY, put: (number, entry = {}) => void entries.set(number, entry) };
}

/** User and password of HTTP Basic as they were joined; null where it is another scheme. */
function userOf(header: string | undefined): string | null {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+=*)$/.exec(header ?? '') ?? [];
  return encoded === undefined ? null : Buffer.from(encoded, 'base64').toString('utf8');
}

const ACCOUNTS = {
  accounting_reference_date: { day: 28, month: 2 },
  next_made_up_to: '2026-02-28',
  next_due: '2026-11-30',
  overdue: false,
  next_accounts: { period_end_on: '2026-02-28', due_on: '2026-11-30', overdue: false },
};

function profileOf(number: string, entry: CompanyEntry): JsonObject {
  const { status = 'active', name = 'NORTHWIND TRADERS LIMITED', type = 'ltd', postcode = 'CF14 3UZ' } = entry;
  const { due = '2026-06-14', previousNames = [] } = entry;
  return {
    company_name: name,
    company_number: entry.number ?? number,
    ...(status !== null && { company_status: status }),
    ...(entry.detail !== undefined && { company_status_detail: entry.detail }),
    type,
    jurisdiction: 'england-wales',
    date_of_creation: '2020-02-03',
    registered_office_address: {
      address_line_1: '1 Harbour Street',
      care_of: 'Canary-Erika Mustermann',
      locality: 'Cardiff',
      ...(postcode !== null && { postal_code: postcode }),
    },
    registered_office_is_in_dispute: false,
    undeliverable_registered_office_address: false,
    accounts: ACCOUNTS,
    ...(due !== null && { confirmation_statement: { next_made_up_to: '2026-05-31', next_due: due, overdue: false } }),
    ...(previousNames.length > 0 && {
      previous_company_names: previousNames.map((former) => ({
        name: former,
        effective_from: '2020-02-03',
        ceased_on: '2022-02-03',
      })),
    }),
    sic_codes: ['62020'],
    can_file: true,
    has_charges: false,
    links: { self: `/company/${number}` },
    etag: 'e7a1',
  };
}
