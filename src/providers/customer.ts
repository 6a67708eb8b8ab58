import type { JsonObject, JsonValue } from '../platform/json.js';

/** The authorities and kinds of a tax identifier that adapters ask about. */
export const TAX_IDENTIFIER_KINDS = ['eu_vat', 'gb_vat', 'us_ein'] as const;

/** `eu_vat`: as in VIES, with the prefix of the member state or of Northern Ireland; `gb_vat`: of HMRC; `us_ein`: of the IRS. */
export type TaxIdentifierKind = (typeof TAX_IDENTIFIER_KINDS)[number];

/** Of an organization its registered office, of a person where it lives. */
export interface CustomerAddress {
  /** With the number of the house. */
  readonly street?: string | undefined;
  readonly postalCode?: string | undefined;
  readonly city?: string | undefined;
  /** State, province or county. */
  readonly region?: string | undefined;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string | undefined;
}

/** What the platform knows of a customer, as far as checks need it. What is not known is left out. */
export interface Customer {
  readonly entityType?: 'person' | 'organization' | undefined;
  /** The full name of a person. */
  readonly legalName?: string | undefined;
  /** Of a person: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. */
  readonly birthDate?: string | undefined;
  /** Where an organization is registered, or a person lives: ISO 3166-1 alpha-2. */
  readonly country?: string | undefined;
  /** In the register of companies of `country`. */
  readonly registrationNumber?: string | undefined;
  /** Legal Entity Identifier. */
  readonly lei?: string | undefined;
  readonly taxIdentifiers?: Readonly<Partial<Record<TaxIdentifierKind, string | undefined>>> | undefined;
  readonly address?: CustomerAddress | undefined;
}

/**
 * What a check's input is filled in with where the caller left a member out: by the member's name, its value as the check's schema takes it, or
 * undefined where the customer has none. `given` is what the caller gave. A pure function, which may not throw.
 */
export type FromCustomer = Readonly<Record<string, (customer: Customer, given: JsonObject) => JsonValue | undefined>>;

/** The number in the register of a country, of customers that are registered there. */
export function registeredIn(country: string): (customer: Customer) => string | undefined {
  return (customer) => (customer.country === country ? customer.registrationNumber : undefined);
}

/** The address in one line; undefined where there is no street, or nothing else. */
export function addressLine({ address }: Customer): string | undefined {
  if (address?.street === undefined) return undefined;
  const { street, city, region, postalCode } = address;
  const place = [city, [region, postalCode].filter((part) => part !== undefined).join(' ')];
  const known = place.filter((part) => part !== undefined && part !== '');
  return known.length === 0 ? undefined : [street, ...known].join(', ');
}
