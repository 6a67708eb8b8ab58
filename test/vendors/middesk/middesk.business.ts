import type { JsonObject } from '../../../src/platform/json.js';

/** One task of a review. */
export interface PlayedTask {
  readonly category: string;
  readonly key: string;
  readonly status: string;
}

/** What of a business a test decides; the rest is found to be in order. */
export interface MiddeskEntry {
  readonly status?: string;
  /** In place of the tasks of the same category. */
  readonly tasks?: readonly PlayedTask[];
  /** Null: nobody was screened. */
  readonly hits?: number | null;
  readonly mismatch?: boolean;
  readonly registrations?: readonly string[];
  readonly orders?: readonly JsonObject[];
  /** What the answer says our reference is, where it says another. */
  readonly echo?: string | null;
  readonly updatedAt?: string;
  readonly reviewedAt?: string;
}

/** A business as it was sent in. */
export interface SentBusiness {
  readonly name: string;
  readonly addresses: readonly { readonly full_address: string }[];
  readonly tin?: { readonly tin: string } | undefined;
  readonly people?: readonly { readonly name: string }[] | undefined;
  readonly external_id: string;
  readonly unique_external_id: string;
}

/** A business that the vendor keeps. */
export interface KeptBusiness {
  readonly id: string;
  readonly createdAt: string;
  readonly sent: SentBusiness;
  entry: MiddeskEntry;
}

const NOT_REGISTERED: MiddeskEntry = {
  registrations: [],
  tasks: [{ category: 'sos', key: 'sos_not_found', status: 'failure' }],
};
const INACTIVE: MiddeskEntry = {
  registrations: ['inactive', 'inactive'],
  tasks: [
    { category: 'sos', key: 'sos_inactive', status: 'failure' },
    { category: 'sos', key: 'sos_domestic', status: 'failure' },
  ],
};

/** What the sandbox is documented to answer to names, tax numbers and addresses of its own. */
export function triggered({ name, tin, addresses }: SentBusiness): MiddeskEntry {
  const failed = (category: string, key: string): MiddeskEntry => ({ tasks: [{ category, key, status: 'failure' }] });
  if (name === 'Unregistered Business') return NOT_REGISTERED;
  if (name === 'Domestic Inactive') return INACTIVE;
  if (name === 'Unverified Name Business') return failed('name', 'name');
  if (name.includes('watchlist hit')) return { hits: 1, ...failed('watchlist', 'watchlist') };
  if (name.includes('analyst review')) return { status: 'in_audit' };
  if (tin?.tin === '110000099') return { mismatch: true, ...failed('tin', 'tin') };
  if (tin?.tin === '123456789') return failed('tin', 'tin');
  return addresses[0]?.full_address.startsWith('123 Grand St') === true
    ? failed('address', 'address_verification')
    : {};
}

/** The business as the API shows it. */
export function businessOf({ id, createdAt, sent, entry }: KeptBusiness): JsonObject {
  const { hits = 0, registrations = ['active', 'unknown'], mismatch = false } = entry;
  const echo = entry.echo === undefined ? sent.external_id : entry.echo;
  return {
    object: 'business',
    id,
    external_id: echo,
    unique_external_id: echo,
    name: sent.name,
    status: entry.status ?? 'in_review',
    created_at: createdAt,
    updated_at: entry.updatedAt ?? createdAt,
    tin: sent.tin ? { object: 'tin', tin: sent.tin.tin, mismatch, unknown: false, verified_by: 'irs' } : null,
    addresses: sent.addresses.map(({ full_address }) => ({ object: 'address', full_address })),
    people: (sent.people ?? []).map(({ name }) => ({ object: 'person', name })),
    watchlist: hits === null ? null : { object: 'watchlist', hit_count: hits, agencies: [], lists: [], people: [] },
    registrations: registrations.map((status) => ({
      object: 'registration',
      business_id: id,
      name: sent.name,
      status,
      sub_status: null,
      jurisdiction: 'DOMESTIC',
      state: 'CA',
      file_number: 'C1234567',
    })),
    orders: entry.orders ?? [{ object: 'order', product: 'identity', status: 'completed' }],
  };
}

const IN_ORDER: readonly PlayedTask[] = [
  { category: 'name', key: 'name', status: 'success' },
  { category: 'address', key: 'address_verification', status: 'success' },
  { category: 'address', key: 'address_property_type', status: 'neutral' },
  { category: 'tin', key: 'tin', status: 'success' },
  { category: 'sos', key: 'sos_active', status: 'success' },
  { category: 'sos', key: 'sos_domestic_sub_status', status: 'neutral' },
  { category: 'watchlist', key: 'watchlist', status: 'success' },
];

/** The review of the business as the API shows it. */
export function reviewOf({ createdAt, entry }: KeptBusiness): JsonObject {
  const changed = entry.tasks ?? [];
  const kept = IN_ORDER.filter(({ category }) => !changed.some((task) => task.category === category));
  const screened = kept.filter(({ category }) => category !== 'watchlist' || entry.hits !== null);
  return {
    object: 'review',
    id: '5d0e7a52-8f2c-4a8e-9f51-0b6f1a2c3d4e',
    created_at: createdAt,
    updated_at: entry.reviewedAt ?? createdAt,
    completed_at: null,
    assignee: null,
    tasks: [...screened, ...changed].map((task) => ({
      ...task,
      label: 'Label',
      name: task.key,
      message: 'Words about Canary-Erika',
      sub_label: 'Words',
      sources: [],
    })),
  };
}
