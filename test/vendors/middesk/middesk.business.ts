import type { Instant } from '../../../src/platform/clock.js';
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
  /** How long an analyst looks at it first; by the play's clock. */
  readonly analysisMs?: number;
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
  /** When the analyst is done; null: never. */
  readonly analysedAt: Instant | null;
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

const MINUTE_MS = 60_000;

function said(category: string, key: string, status = 'failure'): MiddeskEntry {
  return { tasks: [{ category, key, status }] };
}

/** What a name of the sandbox's own, or a name with such a part, is answered with. Names of kinds of companies (`LLC`, `Trust`) only change the kind. */
const BY_NAME: readonly (readonly [part: string, answer: MiddeskEntry])[] = [
  ['Unregistered Business', NOT_REGISTERED],
  ['Domestic Inactive', INACTIVE],
  ['Similar Name Business', said('name', 'name', 'warning')],
  ['Unverified Name Business', said('name', 'name')],
  ['Young Business', said('formation', 'formation_date', 'warning')],
  ['watchlist hit', { hits: 1, ...said('watchlist', 'watchlist') }],
  ['bankruptcy', said('bankruptcies', 'bankruptcies', 'warning')],
  ['liens found', said('liens', 'liens', 'warning')],
  ['highrisk', said('industry', 'industry', 'warning')],
  ['short analyst review', { status: 'in_audit', analysisMs: 2 * MINUTE_MS }],
  ['long analyst review', { status: 'in_audit', analysisMs: 10 * MINUTE_MS }],
];

const BY_TIN: Readonly<Record<string, MiddeskEntry>> = {
  '110000099': { mismatch: true, ...said('tin', 'tin') },
  '123456789': said('tin', 'tin'),
  // Of these it is only known that they are told apart. Here the tax authority does not confirm them.
  ...Object.fromEntries(['111222333', '444555666', '222333444', '333444555'].map((tin) => [tin, said('tin', 'tin')])),
};

/** Streets of New York: the first is no match, the others are near or alike. */
const BY_STREET: readonly (readonly [street: string, answer: MiddeskEntry])[] = [
  ['123 Grand St', said('address', 'address_verification')],
  ['223 Grand St', said('address', 'address_verification', 'warning')],
  ['423 Grand St', said('address', 'address_verification', 'warning')],
];

/** What the sandbox is documented to answer to names, tax numbers, addresses and people of its own, which may be mixed. */
export function triggered({ name, tin, addresses, people }: SentBusiness): MiddeskEntry {
  const street = addresses[0]?.full_address ?? '';
  const answers = [
    ...BY_NAME.filter(([part]) => name.includes(part)).map(([, answer]) => answer),
    BY_TIN[tin?.tin ?? ''] ?? {},
    ...BY_STREET.filter(([start]) => street.startsWith(start)).map(([, answer]) => answer),
    ...(people?.some((person) => person.name === 'J Doe') === true ? [said('people', 'person_verification')] : []),
  ];
  const tasks = answers.flatMap((answer) => answer.tasks ?? []);
  return answers.reduce((whole, answer) => ({ ...whole, ...answer, tasks }), {});
}

/** The business once the analyst is done, where that is so at `now`. */
export function analysed(business: KeptBusiness, now: Instant | null): KeptBusiness {
  const { analysedAt: at, entry } = business;
  if (at === null || now === null || now < at || entry.status !== 'in_audit') return business;
  return { ...business, entry: { ...entry, status: 'in_review', updatedAt: at } };
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
