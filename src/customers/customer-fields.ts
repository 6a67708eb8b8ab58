import { TAX_IDENTIFIER_KINDS } from '../providers/customer.js';
import { type JsonPointer, jsonPointer, valueAt } from './json-pointer.js';

/** Where each of our members stands in a customer; `customer_id` is compared with the one that was asked for. */
const PLACES: Readonly<Record<string, readonly [member: string, below?: string]>> = {
  customer_id: ['customerId'],
  entity_type: ['entityType'],
  legal_name: ['legalName'],
  birth_date: ['birthDate'],
  country: ['country'],
  registration_number: ['registrationNumber'],
  lei: ['lei'],
  ...Object.fromEntries(TAX_IDENTIFIER_KINDS.map((kind) => [`tax_identifiers.${kind}`, ['taxIdentifiers', kind]])),
  'address.street': ['address', 'street'],
  'address.postal_code': ['address', 'postalCode'],
  'address.city': ['address', 'city'],
  'address.region': ['address', 'region'],
  'address.country': ['address', 'country'],
};

/** Every member that can be mapped, as configuration spells it. */
export const CUSTOMER_FIELDS: readonly string[] = Object.keys(PLACES);

/** By our member the JSON pointer (RFC 6901) to it in the platform's answer. */
export type GivenFields = Readonly<Record<string, unknown>>;

/** Where the members stand in an answer where nothing is said: by our names, without `customer_id`. */
const USUAL: GivenFields = Object.fromEntries(
  CUSTOMER_FIELDS.filter((name) => name !== 'customer_id').map((name) => [name, `/${name.replace('.', '/')}`]),
);

/** What people call a person, and an organization. Other words tell nothing. */
const ENTITY_TYPES: ReadonlyMap<unknown, string> = new Map([
  ...['person', 'individual', 'natural_person'].map((word) => [word, 'person'] as const),
  ...['organization', 'organisation', 'company', 'business', 'legal_entity', 'legal_person'].map(
    (word) => [word, 'organization'] as const,
  ),
]);

/** What is wrong with a mapping: a line for each fault, which holds no pointer. */
export function faultsOfFields(given: GivenFields): string[] {
  return Object.entries(given).flatMap(([name, pointer]) => {
    // A name that is not ours may be anything that was pasted there.
    if (!Object.hasOwn(PLACES, name)) return [`has a member that is none of ${CUSTOMER_FIELDS.join(', ')}`];
    const isPointer = typeof pointer === 'string' && jsonPointer(pointer) !== null;
    return isPointer ? [] : [`${name} must be a JSON pointer (RFC 6901), such as /company/name`];
  });
}

/** Reads the platform's answers as customers. Throws a `TypeError` that names every fault of the mapping. */
export class CustomerFields {
  readonly #pointers: readonly (readonly [name: string, pointer: JsonPointer])[];

  constructor(given: GivenFields = USUAL) {
    const faults = faultsOfFields(given);
    if (faults.length > 0) throw new TypeError(`fields ${faults.join('; fields ')}`);
    this.#pointers = Object.entries(given).map(([name, pointer]) => [name, jsonPointer(String(pointer)) ?? []]);
  }

  /** The members that the mapping names, of whatever type they are there, and the id that the answer says it is about. */
  of(answer: unknown): { readonly told: Readonly<Record<string, unknown>>; readonly echoed: unknown } {
    const customer: Record<string, unknown> = {};
    for (const [name, pointer] of this.#pointers) {
      const value = name === 'entity_type' ? entityType(valueAt(answer, pointer)) : valueAt(answer, pointer);
      const [member = '', below] = PLACES[name] ?? [];
      if (below === undefined) customer[member] = value;
      else customer[member] = { ...(customer[member] as object | undefined), [below]: value };
    }
    const { customerId: echoed, ...told } = customer;
    return { told, echoed };
  }
}

function entityType(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? undefined;
  return ENTITY_TYPES.get(
    value
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_'),
  );
}
